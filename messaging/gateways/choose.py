"""Which gateway sends on a channel."""

from typing import Protocol

from django.conf import settings

from messaging.models import Message
from messaging.models.channels import ChannelKind

from .outcome import Outcome
from .recorder import Recorder
from .whatsapp.gateway import WhatsAppGateway


class Gateway(Protocol):
    """Hands one message to the outside world."""

    can_repeat: bool  # True when sending the same message twice does no harm

    def send(self, message: Message) -> Outcome:
        """Send; never raises for what the provider answers, the outcome says it."""
        ...


def gateway_of(kind: str) -> Gateway:
    """Return the gateway of a channel kind; without credentials the one that only records."""
    if kind == ChannelKind.WHATSAPP and settings.WHATSAPP_ACCESS_TOKEN:
        return WhatsAppGateway()
    return Recorder()
