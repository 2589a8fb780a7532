"""WhatsApp out, by the Cloud API."""

from django.conf import settings

from messaging.gateways.outcome import Outcome
from messaging.models import Message

from . import cloud_api
from .requests import text_request


class WhatsAppGateway:
    """Sends free-form texts within the window."""

    can_repeat = False  # the Cloud API has no idempotency key

    def send(self, message: Message) -> Outcome:
        conversation = message.conversation
        try:
            request = text_request(
                to=conversation.phone or conversation.bsuid,
                body=message.text,
                our_id=str(message.pk),
                reply_to=message.reply_to or None,
            )
        except ValueError as error:
            return Outcome(status=Message.Status.FAILED, error=str(error))
        with cloud_api.CloudApi(
            base_url=settings.WHATSAPP_BASE_URL,
            token=settings.WHATSAPP_ACCESS_TOKEN,
            phone_number_id=conversation.channel.external_id,
        ) as api:
            return _outcome(api.send(request))


def _outcome(result: cloud_api.SendResult) -> Outcome:
    if result.outcome == cloud_api.Outcome.ACCEPTED:
        return Outcome(status=Message.Status.SENT, provider_id=result.provider_id or "")
    if result.outcome == cloud_api.Outcome.UNKNOWN:
        return Outcome(status=Message.Status.UNKNOWN, error=result.answer)
    is_retry = bool(result.decision and result.decision.retry)
    error = f"{result.error_code or ''} {result.error_details or result.answer}".strip()
    return Outcome(status=Message.Status.FAILED, error=error, is_retry_wanted=is_retry)
