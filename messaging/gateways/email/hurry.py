"""SMTP connections every wait of which ends at one deadline.

smtplib's time-out begins anew with every read, so that a server which sends a byte now and then, or
has many addresses, could hold a worker for as long as it likes. Here the look-up of the name, the
connection, TLS, the login and each line read or written share what is left of one time.
"""

import smtplib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils.encoding import punycode

from crm_project.kit.addresses import parse_address

LONGEST_LINE = 8192  # bytes of one line of an answer; RFC 5321 4.5.3.1.5 has 512
_RESOLVERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="smtp-resolve")


class _Lines:
    """The lines that come in, each byte of them before the deadline; stands for smtplib's file."""

    def __init__(self, line: "HurriedSMTP") -> None:
        self._line, self._rest = line, b""

    def readline(self, size: int) -> bytes:
        """Return the next line, or what there is of it at the end of the connection."""
        while b"\n" not in self._rest and len(self._rest) < size:
            chunk = self._line.hurried().recv(LONGEST_LINE)
            if not chunk:
                break
            self._rest += chunk
        end = min(self._rest.find(b"\n") + 1 or len(self._rest), size)
        found, self._rest = self._rest[:end], self._rest[end:]
        return found

    def close(self) -> None:
        """Nothing of its own to close: the socket is the connection's."""


class HurriedSMTP(smtplib.SMTP):
    """A connection with a deadline (of `time.monotonic`). Raises TimeoutError when it has come."""

    def __init__(self, *args: Any, deadline: float, **options: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **options)

    def allow(self, seconds: float) -> None:
        """Let what follows take so long at most, whatever the deadline was."""
        self._deadline = time.monotonic() + seconds

    def hurried(self) -> Any:
        """Return the socket, which waits no longer than is left. Raises TimeoutError."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("please run connect() first")
        self.sock.settimeout(self._left())
        return self.sock

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Lines(self)  # type: ignore[assignment]
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.hurried()
        super().send(s)

    def starttls(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        self.hurried()  # the handshake has what is left as a whole
        return super().starttls(*args, **options)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the mail server is too slow")
        return min(left, settings.EMAIL_TIMEOUT)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect to the first address that answers."""
        problem: OSError = OSError("the mail server has no address")
        for family, kind, protocol, _name, address in self._addresses(host, port):
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(self._left())
                made.connect(address)
            except OSError as error:
                made.close()
                problem = error
            else:
                made.settimeout(self._left())  # for the handshake of SMTP_SSL
                return made
        raise problem

    def _addresses(self, host: str, port: int) -> list[Any]:
        looked_up = _RESOLVERS.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            return looked_up.result(timeout=self._left())
        except FutureTimeout as error:
            raise TimeoutError("the mail server's address is not found in time") from error


class HurriedSMTPS(smtplib.SMTP_SSL, HurriedSMTP):
    """The same inside TLS from the first byte on."""

    def __init__(self, *args: Any, deadline: float, **options: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **options)


class HurriedBackend(EmailBackend):
    """Opens the connection that EMAIL_URL describes, with TLS and login before the deadline."""

    def __init__(self, *, deadline: float) -> None:
        super().__init__(timeout=settings.EMAIL_TIMEOUT)
        self._deadline = deadline
        self.line: HurriedSMTP | None = None  # also where TLS or login failed

    def open(self) -> bool:
        """Connect, secure the line and log in, as Django does, but say who we are by PUBLIC_URL.

        Django asks the name service for the name of this machine, which takes as long as it likes.
        """
        options = {"context": self.ssl_context} if self.use_ssl else {}
        kind = HurriedSMTPS if self.use_ssl else HurriedSMTP
        line = kind(
            self.host,
            self.port,
            deadline=self._deadline,
            timeout=self.timeout,
            local_hostname=_our_name(),
            **options,
        )
        self.line = self.connection = line
        if self.use_tls:
            line.starttls(context=self.ssl_context)
        if self.username and self.password:
            line.login(self.username, self.password)
        return True


def _our_name() -> str:
    """The name after EHLO: a domain, or an address in brackets (RFC 5321 4.1.3)."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    address = parse_address(host)
    if address is None:
        return punycode(host)
    return f"[IPv6:{host}]" if address.version == 6 else f"[{host}]"
