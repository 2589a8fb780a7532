"""Mail by file and by pipe: kept raw first, read once, and automatic mail opens no lead."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from leads.models import Lead
from messaging.models import Conversation, Message, Signal
from tests.conftest import SHARED, needs_shared
from tests.factories import make_channel
from tests.messaging.payloads import mail

pytestmark = pytest.mark.django_db
Run = Callable[[], None]
SAMPLES = SHARED / "data" / "intake" / "email"


@pytest.fixture
def mailbox(riyadh: Any) -> Any:
    return make_channel(
        riyadh, "email", external_id="sales@nasma.example", address="sales@nasma.example"
    )


def test_a_mail_becomes_a_lead_of_its_mailbox_s_branch(
    mailbox: Any, team: Any, sales: Any, riyadh: Any, take: Any, read: Run
) -> None:
    take(mail(), mailbox="sales@nasma.example")
    assert Signal.objects.get().body == mail()
    read()
    lead = Lead.objects.get()
    assert (lead.email, lead.branch, lead.owner) == ("sami@clinic.example", riyadh, sales)


def test_without_a_mailbox_the_recipients_say_whose_mail_it_is(
    jeddah: Any, mailbox: Any, take: Any, read: Run
) -> None:
    make_channel(jeddah, "email", external_id="jeddah@nasma.example")
    take(mail(To="jeddah@nasma.example", message_id="<j@clinic.example>"), mail())
    read()
    branches = {one.channel.external_id: one.branch.code for one in Conversation.objects.all()}
    assert branches == {"jeddah@nasma.example": "jed", "sales@nasma.example": "riy"}


def test_a_mail_from_standard_input_is_stored(
    mailbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail())))
    call_command("intake_email", "-", verbosity=0)
    assert Signal.objects.get().key == "email:one@clinic.example"


def test_the_same_message_id_in_any_writing_is_one_mail(mailbox: Any, take: Any, read: Run) -> None:
    take(
        mail(), mail(message_id="  < one@clinic.example >  "), mail(message_id="one@clinic.example")
    )
    take(mail())
    read()
    assert Signal.objects.count() == 1
    assert Message.objects.filter(direction="in").count() == 1


def test_mails_without_an_id_are_told_apart_by_their_content(
    mailbox: Any, take: Any, read: Run
) -> None:
    take(mail(message_id=""), mail(message_id=""), mail(message_id="", text="Something else"))
    assert Signal.objects.count() == 2


def test_a_mail_of_twenty_megabytes_is_kept_whole_and_read(
    mailbox: Any, take: Any, read: Run
) -> None:
    raw = mail(text="كلمة " * 2_000_000)
    assert len(raw) > 17_000_000
    take(raw)
    assert len(Signal.objects.get().body) == len(raw)
    read()
    assert Signal.objects.get().status == Signal.Status.DONE


def test_a_mail_beyond_the_limit_is_cut_but_kept(mailbox: Any, take: Any) -> None:
    take(mail(text="x" * (27 * 1024 * 1024)))
    assert len(Signal.objects.get().body) == 26 * 1024 * 1024


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02", b"Subject: \x00\r\n\r\n\x00", b"From: =?x-none?B?####?=\r\n\r\n\xff\xfe",
        b"Message-ID: <\xed\xa0\x80@\x00>\r\n\r\ntext", b"Content-Type: multipart/mixed\r\n\r\nx",

        b"Subject: \xe2\x80\xae<script>alert(1)</script>\r\n\r\nx",
        b"Message-ID: <" + b"i" * 5000 + b"@x>\r\n\r\nx",
    ],
)  # fmt: skip
def test_a_mail_that_is_hardly_one_is_kept_and_read_without_failure(
    raw: bytes, mailbox: Any, take: Any, read: Run
) -> None:
    take(raw)
    read()
    assert Signal.objects.get().status == Signal.Status.DONE


# What the mail server is told


def code_of(*arguments: str) -> int:
    with pytest.raises(CommandError) as refused:
        call_command("intake_email", *arguments, verbosity=0)
    return refused.value.returncode


def test_a_database_that_fails_asks_the_mail_server_to_try_later(
    mailbox: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise OperationalError("the server is restarting")

    monkeypatch.setattr("messaging.services.mail.keep_signal", fail)
    (tmp_path / "a.eml").write_bytes(mail())
    assert code_of(str(tmp_path / "a.eml")) == 75


def test_a_file_that_cannot_be_read_does_not_hold_up_the_others(
    mailbox: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    (tmp_path / "empty.eml").write_bytes(b"\r\n")
    assert code_of(str(tmp_path / "missing.eml"), str(tmp_path / "a.eml")) == 66
    assert code_of(str(tmp_path / "empty.eml")) == 65
    assert Signal.objects.count() == 1


# Automatic mail

BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: sales@nasma.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce1@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} User unknown

--b
Content-Type: text/rfc822-headers

Message-ID: <{returned}>
To: {recipient}
Subject: Offer

--b--
"""


def bounce(**columns: str) -> bytes:
    known = {
        "recipient": "sami@clinic.example", "action": "failed", "status": "5.1.1",
        "returned": "none@nasma.example",
    }  # fmt: skip
    return BOUNCE.format(**{**known, **columns}).replace("\n", "\r\n").encode()


def sent_to(channel: Any, email: str, provider_id: str) -> Message:
    conversation, _is_new = Conversation.objects.get_or_create(
        channel=channel, kind="email", branch=channel.branch, person=f"email:{email}", email=email
    )
    return Message.objects.create(
        conversation=conversation,
        direction="out",
        status="sent",
        provider_id=provider_id,
        text="Offer",
    )


def status_of(message: Message) -> str:
    message.refresh_from_db()
    return message.status


def test_a_bounce_marks_the_mail_it_returns_as_failed_and_opens_no_lead(
    mailbox: Any, team: Any, take: Any, read: Run
) -> None:
    first = sent_to(mailbox, "sami@clinic.example", "email:offer1@nasma.example")
    later = sent_to(mailbox, "sami@clinic.example", "email:offer2@nasma.example")
    take(bounce(returned="offer1@nasma.example"))
    read()
    assert (status_of(first), status_of(later)) == ("failed", "sent")
    assert "5.1.1" in first.error
    assert Lead.objects.count() == 0


def test_a_bounce_without_the_id_fails_the_last_mail_to_the_recipient(
    mailbox: Any, take: Any, read: Run
) -> None:
    first = sent_to(mailbox, "sami@clinic.example", "recorded:1")
    last = sent_to(mailbox, "sami@clinic.example", "recorded:2")
    take(bounce())
    read()
    assert (status_of(first), status_of(last)) == ("sent", "failed")


def test_a_bounce_of_an_answer_to_a_web_form_fails_it(
    riyadh: Any, mailbox: Any, take: Any, read: Run
) -> None:
    answer = sent_to(make_channel(riyadh, "web_form"), "sami@clinic.example", "recorded:1")
    take(bounce())
    read()
    assert status_of(answer) == "failed"


@pytest.mark.parametrize(
    "columns",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"recipient": "somebody.else@clinic.example"},
    ],
)
def test_a_delay_and_a_bounce_of_somebody_else_s_mail_fail_nothing(
    columns: dict[str, str], mailbox: Any, take: Any, read: Run
) -> None:
    message = sent_to(mailbox, "sami@clinic.example", "recorded:1")
    take(bounce(**columns))
    read()
    assert status_of(message) == "sent"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied", "Subject": "Out of office"},
        {
            "Precedence": "bulk",
            "List_Id": "<news.example>",
            "List_Unsubscribe": "<https://a.example>",
        },
    ],
)
def test_automatic_mail_is_kept_but_opens_no_lead(
    headers: dict[str, str], mailbox: Any, team: Any, take: Any, read: Run
) -> None:
    take(mail(**headers))
    read()
    assert Message.objects.get().is_automatic
    assert Lead.objects.count() == 0


def test_an_answer_joins_the_open_lead_of_its_sender(
    mailbox: Any, team: Any, take: Any, read: Run
) -> None:
    take(mail())
    read()
    take(
        mail(message_id="<two@clinic.example>", In_Reply_To="<one@clinic.example>", text="Twelve.")
    )
    read()
    lead = Lead.objects.get()
    assert lead.log.count() == 2


@needs_shared
def test_every_sample_mail_is_taken_and_read_without_failure(
    mailbox: Any, team: Any, read: Run
) -> None:
    paths = sorted(SAMPLES.rglob("*.eml"))
    assert paths
    call_command("intake_email", *map(str, paths), verbosity=0)
    read()
    unread = Signal.objects.exclude(status=Signal.Status.DONE)
    assert not list(unread.values_list("key", "error"))
    automatic = Message.objects.filter(is_automatic=True, direction="in")
    assert automatic.exists()
    assert not automatic.exclude(lead_link=None).exists()
