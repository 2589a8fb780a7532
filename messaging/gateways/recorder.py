"""A gateway that keeps messages instead of sending them, where no credentials are configured."""

from messaging.models import Message

from .outcome import Outcome


class Recorder:
    """Takes every message as sent; the thread shows it, nothing leaves the house."""

    can_repeat = True

    def send(self, message: Message) -> Outcome:
        return Outcome(status=Message.Status.SENT, provider_id=f"recorded:{message.pk}")
