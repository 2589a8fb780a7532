"""A mail server on a real socket that keeps what it is given, refuses, or hangs up."""

import email
import email.policy
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from crm_project.settings import env


class MailServer:
    """Answers as told; `mails` are the accepted ones as (recipients, sender, mail)."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str, Any]] = []
        self.raw: list[bytes] = []
        self.to_sender = "250 ok"
        self.to_recipient = "250 ok"
        self.to_mail = "250 kept"
        self.names: list[str] = []  # after EHLO
        self.is_dying = False  # keeps the mail and hangs up before it says so

    async def handle_EHLO(
        self, server: Any, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.names.append(hostname)
        return answers

    async def handle_MAIL(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.to_sender.startswith("250"):
            envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Session, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if self.to_mail.startswith("250"):
            self.raw.append(envelope.content)
            self.mails.append((envelope.rcpt_tos, envelope.mail_from, mail))
        if self.is_dying:
            server.transport.abort()
        return self.to_mail


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A server, and the settings that EMAIL_URL makes of its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = MailServer()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    for name, value in env.email(f"smtp://127.0.0.1:{port}").items():
        setattr(settings, name, value)
    settings.PUBLIC_URL = "https://crm.nasma.example"
    try:
        yield kept
    finally:
        controller.stop()


class SlowServer:
    """Takes every connection and behaves as told until the test is over."""

    def __init__(self, behave: Callable[[socket.socket, threading.Event], None]) -> None:
        self._behave, self.over = behave, threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                line, _address = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=[line], daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        try:
            self._behave(line, self.over)
        except OSError:
            return  # the caller has lost patience
        finally:
            line.close()

    def stop(self) -> None:
        """End all conversations."""
        self.over.set()
        self._listening.close()


def says_nothing(line: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def greets_and_says_nothing(line: socket.socket, over: threading.Event) -> None:
    line.sendall(b"220 hello\r\n")
    over.wait(10)


def drips(line: socket.socket, over: threading.Event) -> None:
    """One byte now and then: each read alone is in time."""
    while not over.wait(0.05):
        line.sendall(b"2")


@pytest.fixture
def slow_server(request: Any, settings: Any) -> Iterator[SlowServer]:
    """A server that behaves as the parameter says: scheme and behaviour."""
    scheme, behave = request.param
    server = SlowServer(behave)
    for name, value in env.email(f"{scheme}://127.0.0.1:{server.port}").items():
        setattr(settings, name, value)
    try:
        yield server
    finally:
        server.stop()
