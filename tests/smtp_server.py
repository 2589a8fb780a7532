"""A mail server on a real socket that keeps what it is given, refuses, or hangs up."""

import email
import email.policy
import socket
from collections.abc import Iterator
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
        self.to_recipient = "250 ok"
        self.to_mail = "250 kept"
        self.is_dying = False  # keeps the mail and hangs up before it says so

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
