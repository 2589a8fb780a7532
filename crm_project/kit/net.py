"""Fetching what a stranger named, without being sent into our own network (SSRF)."""

import ipaddress
import json
import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpcore
import httpx
from django.conf import settings

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
_MOST_URL_CHARACTERS = 2_048
_HOST = re.compile(rb"[0-9A-Za-z._-]+|[0-9A-Fa-f:.]+")  # a name (IDNA) or an address
_CONNECT_SECONDS = 2.0  # for one address, so that a second one gets its turn
_OURS = {"host", "accept-encoding", "connection", "content-length", "transfer-encoding"}
_TRANSPORT_FAULTS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)
_RESOLVERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class UnsafeURL(Exception):
    """The URL is malformed, not https, or leads to an address that is not public."""


class FetchFailed(Exception):
    """The server could not be reached, answered too slowly, too much, or with a redirect."""


class AnswerTooLong(FetchFailed):
    """The server has more to say than `Limits.size`."""


@dataclass(frozen=True)
class Response:
    """A complete answer; `status` is any HTTP status but a redirect."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as UTF-8, with replacement characters where it isn't."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Errors: FetchFailed if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as fault:
            raise FetchFailed("the answer is not JSON") from fault


@dataclass(frozen=True)
class Limits:
    """What one fetch may cost: `seconds` from name look-up to last byte, `size` in bytes."""

    seconds: float = 5.0
    size: int = 5_000_000


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    limits: Limits = Limits(),
) -> Response:
    """Fetch one https URL from the public internet.

    Every address of the host must be public, and the connection goes to an address that was
    checked, with the host's name in SNI, certificate check and Host. Redirects are not followed
    and proxies are not used. Hosts in settings.FETCH_ALLOW_HTTP_HOSTS ("host" or "host:port", for
    tests and for services beside ours) may be private and http. settings.FETCH_CA_FILE adds a
    certificate authority.
    Errors: UnsafeURL before anything is sent; FetchFailed after.
    """
    deadline = time.monotonic() + limits.seconds
    target = _checked(url)
    backend = _Pinned(_public_addresses(target, deadline), deadline)
    asked: list[tuple[str, str]] = [
        *((name, value) for name, value in (headers or {}).items() if name.lower() not in _OURS),
        ("Host", target.netloc.decode("ascii")),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    ]
    try:
        wire = [(name.encode("ascii"), value.encode("ascii")) for name, value in asked]
        with (
            httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend) as pool,
            pool.stream(method, _wire_url(target), headers=wire, content=body) as answer,
        ):
            return _read(answer, size=limits.size)
    except (*_TRANSPORT_FAULTS, UnicodeError) as fault:
        raise FetchFailed(f"{type(fault).__name__}: {fault}") from fault


def _checked(url: str) -> httpx.URL:
    if not isinstance(url, str) or len(url) > _MOST_URL_CHARACTERS or not url.isprintable():
        raise UnsafeURL("not a URL")
    try:
        target = httpx.URL(url.strip())
        target.netloc.decode("ascii")
    except (httpx.InvalidURL, ValueError, TypeError) as fault:
        raise UnsafeURL("not a URL") from fault
    if not _HOST.fullmatch(target.raw_host) or not (target.port is None or 0 < target.port < 65536):
        raise UnsafeURL("not a URL")
    if target.userinfo:
        raise UnsafeURL("a URL must not hold a user or password")
    if target.scheme != "https" and not (target.scheme == "http" and _is_allowed(target)):
        raise UnsafeURL("only https is fetched")
    return target


def _is_allowed(target: httpx.URL) -> bool:
    allowed = getattr(settings, "FETCH_ALLOW_HTTP_HOSTS", ())
    return target.host in allowed or f"{target.host}:{target.port}" in allowed


def _public_addresses(target: httpx.URL, deadline: float) -> list[str]:
    found: Future[list[Any]] = _RESOLVERS.submit(
        socket.getaddrinfo,
        target.raw_host.decode("ascii"),
        None,
        type=socket.SOCK_STREAM,
    )
    try:
        answers = found.result(timeout=max(0.0, deadline - time.monotonic()))
    except (OSError, UnicodeError, FutureTimeout) as fault:
        raise FetchFailed("the host has no address") from fault
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if not _is_allowed(target) and not all(is_public(address) for address in addresses):
        raise UnsafeURL("the host's address is not public")
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, and so is the IPv4 address inside it."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # a scoped address such as fe80::1%eth0 on old Pythons
        return False
    return all(_is_plainly_public(part) for part in [ip, *_embedded(ip)])


def _is_plainly_public(ip: _Address) -> bool:
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback
    is_local = ip.is_private or ip.is_link_local or ip in _NAT64_LOCAL
    # NAT64 is "reserved" to Python, but its meaning is the IPv4 address that it holds.
    return ip in _NAT64 or (ip.is_global and not special and not is_local)


def _embedded(ip: _Address) -> list[ipaddress.IPv4Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    inside = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64 or int(ip) < 2**32:  # the latter: deprecated IPv4-compatible form
        inside.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [address for address in inside if address is not None]


class _Pinned(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever name is asked for."""

    def __init__(self, addresses: list[str], deadline: float) -> None:
        self._addresses, self._deadline = addresses, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError("no address")
        for address in self._addresses:
            try:
                patience = min(_CONNECT_SECONDS, _left(self._deadline))
                stream = httpcore.SyncBackend().connect_tcp(address, port, timeout=patience)
                return _Hurried(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as fault:
                problem = fault  # the next address may do
        raise problem


class _Hurried(httpcore.NetworkStream):
    """A stream whose every wait ends at one deadline: a server can't drip its answer."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline)
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    """Seconds to the deadline. Errors: httpcore.ReadTimeout when it has passed."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("too slow")
    return left


def _wire_url(target: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=target.raw_scheme,
        host=target.raw_host,
        port=target.port,
        target=target.raw_path,
    )


def _tls() -> ssl.SSLContext:
    return _tls_trusting(str(getattr(settings, "FETCH_CA_FILE", "")))


@lru_cache(maxsize=4)
def _tls_trusting(extra_ca_file: str) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if extra_ca_file:
        context.load_verify_locations(extra_ca_file)
    return context


def _read(answer: httpcore.Response, *, size: int) -> Response:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers
    }
    if 300 <= answer.status < 400:
        raise FetchFailed("redirects are not followed")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchFailed("a compressed answer was not asked for")
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > size:
            raise AnswerTooLong(f"the answer is longer than {size} bytes")
    return Response(answer.status, headers, bytes(body))
