"""Where the bytes of a file come from: WhatsApp's servers, the raw mail, or a form's service."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings

from crm_project.kit.net import AnswerTooLong, FetchFailed, Limits, UnsafeURL, fetch
from messaging.gateways.email.parse import parse_email
from messaging.gateways.whatsapp.cloud_api import CloudApi, MediaTooLarge, MediaUnavailable
from messaging.media_types import MOST_BYTES
from messaging.models import InboundFile, Message


class Unavailable(Exception):
    """The bytes cannot be had now; `reason` is a key of messaging.words.FILE_REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLarge(Exception):
    """Nothing so large is kept."""


LONGEST_SECONDS = 60.0  # of one upload
Source = Callable[[InboundFile], bytes]


def source_of(message: Message) -> Source:
    """Return what gives the bytes of each file of a message, whose channel and signal are loaded.

    What it returns raises Unavailable and TooLarge.
    """
    if message.provider_id and message.provider_id.startswith("email:"):
        return _of_mail(message)
    return lambda file: _of_link(file.url) if file.url else _of_whatsapp(message, file.media_id)


def _of_mail(message: Message) -> Source:
    if message.signal is None:
        raise Unavailable("mail_gone")
    parts = parse_email(bytes(message.signal.body)).attachments

    def read(file: InboundFile) -> bytes:
        if file.place >= len(parts):
            raise Unavailable("mail_gone")
        return parts[file.place].content

    return read


def _of_link(url: str) -> bytes:
    """Fetch an upload where its form's service keeps it, with every guard against a stranger's URL."""
    try:
        answer = fetch(url, limits=Limits(seconds=LONGEST_SECONDS, size=MOST_BYTES))
    except UnsafeURL as error:
        raise Unavailable("bad_link") from error
    except AnswerTooLong as error:
        raise TooLarge from error
    except FetchFailed as error:
        raise Unavailable("unavailable") from error
    if answer.status != HTTPStatus.OK:
        raise Unavailable("unavailable")
    return answer.body


def _of_whatsapp(message: Message, media_id: str) -> bytes:
    """Ask the Cloud API where the file is, then fetch it there; the address lives five minutes."""
    if not settings.WHATSAPP_ACCESS_TOKEN:
        raise Unavailable("not_connected")
    try:
        with CloudApi(
            base_url=settings.WHATSAPP_BASE_URL,
            token=settings.WHATSAPP_ACCESS_TOKEN,
            phone_number_id=message.conversation.channel.external_id,
        ) as api:
            place = api.media(media_id)
            if place.size > MOST_BYTES:
                raise TooLarge
            return _downloaded(api, place.url)
    except MediaUnavailable as error:
        raise Unavailable("unavailable") from error


def _downloaded(api: CloudApi, url: str) -> bytes:
    """Download what was announced as small enough, or without its size."""
    try:
        return api.download(url, limit=MOST_BYTES).content
    except MediaTooLarge as error:
        raise TooLarge from error
