"""Which gateway sends on a channel."""

from typing import Protocol

from django.conf import settings

from messaging.models import Message
from messaging.models.channels import ChannelKind

from .email.gateway import EmailGateway
from .outcome import Outcome
from .recorder import Recorder
from .whatsapp.gateway import WhatsAppGateway

SMTP = "django.core.mail.backends.smtp.EmailBackend"  # what EMAIL_URL=smtp… sets


class Gateway(Protocol):
    """Hands one message to the outside world."""

    can_repeat: bool  # True when sending the same message twice does no harm

    def send(self, message: Message) -> Outcome:
        """Send; never raises for what the provider answers, the outcome says it."""
        ...


def sends_mail() -> bool:
    """Return True where mail really leaves: a server is configured, not the console."""
    return bool(settings.EMAIL_BACKEND == SMTP)


def gateway_of(kind: str) -> Gateway:
    """Return the gateway of a channel kind; without credentials the one that only records.

    Web forms and marketplaces are answered by mail.
    """
    if kind == ChannelKind.WHATSAPP:
        return WhatsAppGateway() if settings.WHATSAPP_ACCESS_TOKEN else Recorder()
    return EmailGateway() if sends_mail() else Recorder()
