"""WhatsApp out, by the Cloud API."""

from typing import Any

from django.conf import settings

from messaging.gateways.outcome import Outcome
from messaging.models import Message

from . import cloud_api
from .requests import document_request, text_request


class WhatsAppGateway:
    """Sends free-form texts and files within the window."""

    can_repeat = False  # the Cloud API has no idempotency key

    def send(self, message: Message) -> Outcome:
        conversation = message.conversation
        with cloud_api.CloudApi(
            base_url=settings.WHATSAPP_BASE_URL,
            token=settings.WHATSAPP_ACCESS_TOKEN,
            phone_number_id=conversation.channel.external_id,
        ) as api:
            media_id = ""
            if message.kind == "document":
                upload = _upload(api, message)
                if upload.outcome != cloud_api.Outcome.ACCEPTED:
                    return _outcome(upload)
                media_id = upload.provider_id or ""
            try:
                request = _request(message, media_id)
            except ValueError as error:
                return Outcome(status=Message.Status.FAILED, error=str(error))
            return _outcome(api.send(request))


def _upload(api: cloud_api.CloudApi, message: Message) -> cloud_api.SendResult:
    """Upload the file of a message; it is sent only when this has succeeded."""
    file = message.files.order_by("pk").first()
    if file is None:
        return cloud_api.SendResult(cloud_api.Outcome.REFUSED, answer="the file is gone")
    return api.upload(name=file.name, content_type=file.content_type, body=bytes(file.body))


def _request(message: Message, media_id: str) -> dict[str, Any]:
    """The request for the message. Raises ValueError for what the API would not take."""
    conversation = message.conversation
    to, our_id = conversation.phone or conversation.bsuid, str(message.pk)
    if media_id:
        name = message.files.order_by("pk").values_list("name", flat=True)[0]
        return document_request(
            to=to, media_id=media_id, name=name, caption=message.text, our_id=our_id
        )
    reply_to = message.reply_to or None
    return text_request(to=to, body=message.text, our_id=our_id, reply_to=reply_to)


def _outcome(result: cloud_api.SendResult) -> Outcome:
    if result.outcome == cloud_api.Outcome.ACCEPTED:
        return Outcome(status=Message.Status.SENT, provider_id=result.provider_id or "")
    if result.outcome == cloud_api.Outcome.UNKNOWN:
        return Outcome(status=Message.Status.UNKNOWN, error=result.answer)
    is_retry = bool(result.decision and result.decision.retry)
    error = f"{result.error_code or ''} {result.error_details or result.answer}".strip()
    return Outcome(status=Message.Status.FAILED, error=error, is_retry_wanted=is_retry)
