"""The Cloud API over HTTP: send a message, upload a file, find and download one.

A time-out after the request has left means that nobody knows whether Meta has the message.
There is no idempotency key, so such a message is never sent again by itself: a status, or a
person, decides. Source: developers.facebook.com, Cloud API, "Messages" and "Media".
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self
from urllib.parse import quote

import httpx

from crm_project.kit.net import AnswerTooLong, FetchFailed, Limits, UnsafeURL, fetch

from .errors import Decision, decide
from .safe_json import clean_json, clean_text, integer, mapping, objects, text

TIMEOUT_S = 3.5
UPLOAD_TIMEOUT_S = 10.0  # Meta answers once it has looked through the file
LONGEST_DOWNLOAD_S = 60.0
LONGEST_ANSWER = 256 * 1024  # bytes of JSON that we are willing to read
KEPT_ANSWER = 4_000  # characters of an answer kept for a person to look at
LARGEST_FILE = 100 * 1024 * 1024  # bytes; the Cloud API's own limit for documents
# The token goes with a download, so a file is fetched from Meta's hosts alone.
MEDIA_HOSTS = ("facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net", "whatsapp.com")
# Failures from before the request was on its way: nothing has been sent.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
)


class Outcome(StrEnum):
    """What became of a request."""

    ACCEPTED = "accepted"  # not yet sent: a status will tell
    REFUSED = "refused"
    NOT_SENT = "not_sent"  # no connection: may be tried again
    UNKNOWN = "unknown"  # may or may not have been sent: never repeated blindly


@dataclass(frozen=True, slots=True)
class SendResult:
    """The answer to one request."""

    outcome: Outcome
    provider_id: str | None = None  # wamid
    wa_id: str | None = None  # can be missing, and can differ from what was dialled
    message_status: str = ""  # accepted, held_for_quality_assessment, paused
    http_status: int | None = None
    error_code: int | None = None
    error_details: str = ""
    decision: Decision | None = None  # None where there is nothing to decide
    answer: str = ""  # as received, shortened


@dataclass(frozen=True, slots=True)
class MediaPlace:
    """Where a file is for the next five minutes, and its size in bytes, 0 where it is not told."""

    url: str
    size: int


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A downloaded file."""

    content: bytes
    mime: str  # as the server states it; the type is decided by content elsewhere
    sha256: str  # hex


class MediaUnavailable(Exception):
    """The file can't be had: gone, too large, elsewhere than at Meta, or no answer in time."""


class MediaTooLarge(MediaUnavailable):
    """The file has more bytes than were asked for; trying again would end alike."""


class CloudApi:
    """One sending number at the Cloud API. Use it as a context manager, or `close()` it."""

    def __init__(
        self,
        *,
        base_url: str,
        token: str,
        phone_number_id: str,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Talk to `base_url` (with its version, e.g. https://graph.facebook.com/v23.0)."""
        self._base = httpx.URL(base_url.rstrip("/"))
        self._token = token
        self._number = quote(phone_number_id, safe="")
        self._timeout_s = timeout_s
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def send(self, request: Mapping[str, Any]) -> SendResult:
        """Send one request built by `requests.py`. Never raises for what the network does."""
        url = f"{self._base}/{self._number}/messages"
        body = json.dumps(clean_json(dict(request))).encode()
        headers = self._headers() | {"Content-Type": "application/json"}
        try:
            with self._client.stream("POST", url, content=body, headers=headers) as response:
                answer = self._read(response, limit=LONGEST_ANSWER)
        except _NOT_SENT as error:
            return SendResult(Outcome.NOT_SENT, decision=decide(None, 503), answer=str(error))
        except (httpx.HTTPError, httpx.InvalidURL, MediaUnavailable) as error:
            return SendResult(Outcome.UNKNOWN, answer=str(error) or type(error).__name__)
        return _result(response.status_code, answer)

    def upload(self, *, name: str, content_type: str, body: bytes) -> SendResult:
        """Upload a file; `provider_id` is its media id, under which it can be sent for 30 days.

        Never raises for what the network does. A file that was uploaded and not sent reaches
        nobody, so an upload may always be tried again, also after an unknown outcome.
        """
        url = f"{self._base}/{self._number}/media"
        fields = {"messaging_product": "whatsapp", "type": content_type}
        files = {"file": (name, body, content_type)}
        try:
            with self._client.stream(
                "POST",
                url,
                data=fields,
                files=files,
                headers=self._headers(),
                timeout=max(self._timeout_s, UPLOAD_TIMEOUT_S),
            ) as response:
                answer = self._read(response, limit=LONGEST_ANSWER)
        except (httpx.HTTPError, httpx.InvalidURL, MediaUnavailable) as error:
            text_of = str(error) or type(error).__name__
            return SendResult(Outcome.NOT_SENT, decision=decide(None, 503), answer=text_of)
        return _uploaded(response.status_code, answer)

    def media(self, media_id: str) -> MediaPlace:
        """Return where the file is for the next five minutes. Raises MediaUnavailable."""
        answer, _ = self._get(f"{self._base}/{quote(media_id, safe='')}", limit=LONGEST_ANSWER)
        value = _parse(answer)
        found = text(value, "url")
        if not found:
            raise MediaUnavailable("the answer holds no address")
        return MediaPlace(found, max(0, integer(value, "file_size") or 0))

    def download(self, url: str, *, limit: int = LARGEST_FILE) -> MediaFile:
        """Return the file at `url`, `limit` bytes at most. Raises MediaUnavailable, MediaTooLarge.

        The token goes to Meta's hosts alone. They are named by an answer, so the file is fetched
        with every guard that a stranger's address gets: public addresses, no redirect, one deadline.
        """
        is_base = self._refuse_foreign(url)
        content, mime = self._get(url, limit=limit) if is_base else self._fetch(url, limit=limit)
        return MediaFile(content, mime, hashlib.sha256(content).hexdigest())

    def _fetch(self, url: str, *, limit: int) -> tuple[bytes, str]:
        limits = Limits(seconds=LONGEST_DOWNLOAD_S, size=limit)
        try:
            answer = fetch(url, headers=self._headers(), limits=limits)
        except AnswerTooLong as error:
            raise MediaTooLarge(str(error)) from error
        except (UnsafeURL, FetchFailed) as error:
            raise MediaUnavailable(str(error)) from error
        if answer.status != 200:
            raise MediaUnavailable(f"HTTP {answer.status}")
        return answer.body, answer.headers.get("content-type", "")

    def _refuse_foreign(self, url: str) -> bool:
        """Whether the address is the API's own, which the operator has set; else it is Meta's."""
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise MediaUnavailable("not an address") from error
        if _origin(target) == _origin(self._base):
            return True
        is_meta = any(target.host == h or target.host.endswith(f".{h}") for h in MEDIA_HOSTS)
        if target.scheme != "https" or not is_meta or target.userinfo:
            raise MediaUnavailable(f"not an address of Meta: {target.host}")
        return False

    def _get(self, url: str, *, limit: int) -> tuple[bytes, str]:
        try:
            with self._client.stream("GET", url, headers=self._headers()) as response:
                if response.status_code != 200:
                    raise MediaUnavailable(f"HTTP {response.status_code}")
                return self._read(response, limit=limit), response.headers.get("content-type", "")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise MediaUnavailable(str(error) or type(error).__name__) from error

    def _read(self, response: httpx.Response, *, limit: int) -> bytes:
        """The body, refused when it is too large or drips in: each read alone would be in time."""
        started, content = time.monotonic(), bytearray()
        patience_s = self._timeout_s * max(1, limit / LONGEST_ANSWER)
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > limit:
                raise MediaTooLarge(f"larger than {limit} bytes")
            if time.monotonic() - started > patience_s:
                raise MediaUnavailable("too slow")
        return bytes(content)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _parse(answer: bytes) -> Any:
    try:
        return clean_json(json.loads(answer))
    except (ValueError, RecursionError):
        return None


def _result(http_status: int, answer: bytes) -> SendResult:
    value = _parse(answer)
    kept = clean_text(answer[: KEPT_ANSWER * 4].decode("utf-8", "replace"))[:KEPT_ANSWER]
    error = mapping(value, "error")
    if http_status == 200 and not error:
        return _accepted(value, kept)
    if not error and http_status == 504:
        # A gateway that gave up waiting doesn't know what became of the request either.
        return SendResult(Outcome.UNKNOWN, http_status=http_status, answer=kept)
    code = integer(error, "code")
    return SendResult(
        Outcome.REFUSED,
        http_status=http_status,
        error_code=code,
        error_details=text(mapping(error, "error_data"), "details") or text(error, "message"),
        decision=decide(code, http_status),
        answer=kept,
    )


def _uploaded(http_status: int, answer: bytes) -> SendResult:
    """The media id; an answer that holds neither an id nor an error is a failure of the server."""
    value = _parse(answer)
    media_id = text(value, "id") if http_status == 200 else ""
    if media_id:
        return SendResult(Outcome.ACCEPTED, provider_id=media_id, http_status=http_status)
    result = _result(http_status, answer)
    if result.outcome == Outcome.REFUSED:
        return result
    return replace(result, outcome=Outcome.NOT_SENT, decision=decide(None, 503))


def _accepted(value: Any, kept: str) -> SendResult:
    message = next(objects(value, "messages"), {})
    provider_id = text(message, "id") or None
    return SendResult(
        Outcome.ACCEPTED if provider_id else Outcome.UNKNOWN,
        provider_id=provider_id,
        wa_id=text(next(objects(value, "contacts"), {}), "wa_id").strip() or None,
        message_status=text(message, "message_status"),
        http_status=200,
        answer=kept,
    )
