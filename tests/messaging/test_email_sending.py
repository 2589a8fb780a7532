"""Mail to people really leaves by SMTP: once, as part of its thread, and never blindly twice."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Activity, Notification
from leads.models import Lead
from messaging.gateways.outcome import TemporaryFailure
from messaging.models import BouncedAddress, Channel, Conversation, Message, Signal
from messaging.services import (
    Inbound,
    NewReply,
    Person,
    bounced,
    deliver,
    queue_reply,
    settle_interrupted_sends,
    store_messages,
)
from messaging.words import reason_label
from tests import factories
from tests.messaging.payloads import mail as a_mail
from tests.parallel import at_once
from tests.smtp_server import (
    MailServer,
    SlowServer,
    drips,
    greets_and_says_nothing,
    says_nothing,
    slow_server,
)

__all__ = ["slow_server"]  # a fixture

pytestmark = pytest.mark.django_db
BOX = "sales@nasma.example"
Run = Callable[[], None]


@pytest.fixture
def server(mail_server: MailServer) -> MailServer:
    return mail_server


@pytest.fixture
def mailbox(riyadh: Any, company: Any) -> Any:
    company.is_auto_reply_on = False  # a greeting would be a mail too
    company.save()
    return factories.make_channel(riyadh, "email", external_id=BOX, address=BOX)


@pytest.fixture
def enquiry(mailbox: Any, take: Any, read: Run) -> Message:
    """A person's mail with an earlier one behind it."""
    take(a_mail(From="سامي الحربي <sami@clinic.example>", References="<zero@clinic.example>"))
    read()
    return Message.objects.get(direction="in")


def answer_to(
    message: Message, text: str = "أهلاً سامي\n\nالسعر <b>9,200</b> ريال", **more: Any
) -> Message:
    reply = NewReply(conversation=message.conversation, text=text, key="answer:1", **more)
    queued = queue_reply(reply)
    assert queued
    return queued


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def why_not(message: Message) -> str:
    with override("en"):
        return reason_label(fresh(message).error, "email")


def reply_from(address: str, to: Message, message_id: str = "two@clinic.example") -> bytes:
    """What a person's mail program sends for an answer."""
    ours = (fresh(to).provider_id or "").removeprefix("email:")
    return a_mail(
        From=address,
        message_id=f"<{message_id}>",
        Subject="Re: whatever they made of it",
        text="موافق على السعر",
        **{"In-Reply-To": f"<{ours}>", "References": f"<one@clinic.example> <{ours}>"},
    )


def test_an_answer_leaves_once_from_the_mailbox_into_the_persons_thread(
    server: MailServer, enquiry: Message
) -> None:
    message = answer_to(enquiry)
    deliver(message.pk)
    deliver(message.pk)
    ((recipients, sender, mail),) = server.mails
    assert (recipients, sender) == (["sami@clinic.example"], BOX)
    assert mail["From"].addresses[0].addr_spec == mail["Reply-To"] == BOX
    assert mail["From"].addresses[0].display_name == "نسمة للتكييف"
    assert mail["To"].addresses[0].display_name == "سامي الحربي"
    assert mail["Subject"] == f"Re: {enquiry.subject}"
    assert mail["In-Reply-To"] == "<one@clinic.example>"
    assert mail["References"].split() == ["<zero@clinic.example>", "<one@clinic.example>"]
    assert mail["Auto-Submitted"] == "auto-replied"  # no person wrote it
    assert mail["Message-ID"].endswith("@crm.nasma.example>")
    assert fresh(message).status == "sent"
    assert f"<{(fresh(message).provider_id or '')[6:]}>" == mail["Message-ID"]

    text, html = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
    assert text.replace("\r\n", "\n").strip() == message.text
    assert 'dir="rtl"' in html
    assert "&lt;b&gt;9,200" in html  # what was typed is text, not markup


def test_what_a_person_writes_is_not_marked_as_automatic(
    server: MailServer, enquiry: Message, sales: Any
) -> None:
    deliver(answer_to(enquiry, "Hello Sami", author=sales).pk)
    ((_to, _from, mail),) = server.mails
    assert mail["Auto-Submitted"] is None
    assert 'dir="ltr"' in mail.get_body(("html",)).get_content()


def test_a_refusal_for_now_is_tried_again_with_the_same_message_id(
    server: MailServer, enquiry: Message
) -> None:
    message = answer_to(enquiry)
    server.to_mail = "451 4.3.0 try again later"
    with pytest.raises(TemporaryFailure):
        deliver(message.pk)
    named = fresh(message).provider_id
    assert (fresh(message).status, server.mails) == ("queued", [])
    server.to_mail = "250 kept"
    deliver(message.pk)
    assert (fresh(message).status, fresh(message).error) == ("sent", "")
    assert fresh(message).provider_id == named
    assert len(server.mails) == 1


@pytest.mark.parametrize("place", ["to_recipient", "to_mail"])
def test_a_final_refusal_is_not_tried_again_and_says_why_in_plain_words(
    server: MailServer, enquiry: Message, place: str, sales: Any
) -> None:
    setattr(server, place, "550 5.1.1 no such user here")
    message = answer_to(enquiry, author=sales)
    deliver(message.pk)
    assert (fresh(message).status, server.mails) == ("failed", [])
    assert fresh(message).error == "550 5.1.1 no such user here"
    assert why_not(message) == ("The mail server does not know this address.")
    told = Notification.objects.get(kind="message.failed")
    assert told.user == sales  # who wrote it, and nobody else


def test_a_mail_server_that_is_away_is_tried_again(
    server: MailServer, enquiry: Message, settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    message = answer_to(enquiry)
    with pytest.raises(TemporaryFailure):
        deliver(message.pk)
    deliver(message.pk, is_last_try=True)
    assert fresh(message).status == "failed"
    assert "could not be reached" in why_not(message)


def test_a_line_that_breaks_after_the_whole_mail_leaves_the_outcome_unknown(
    server: MailServer, enquiry: Message, run_jobs: Run
) -> None:
    """The server has it here, but nobody said so: sending again would be a second mail."""
    server.is_dying = True
    message = answer_to(enquiry)
    deliver(message.pk)
    server.is_dying = False
    run_jobs()
    deliver(message.pk)
    assert (fresh(message).status, len(server.mails)) == ("unknown", 1)
    assert f"<{(fresh(message).provider_id or '')[6:]}>" == server.mails[0][2]["Message-ID"]


def test_a_worker_that_died_while_sending_leaves_it_to_a_person_and_a_repeat_is_the_same_mail(
    server: MailServer, enquiry: Message, sales: Any, run_jobs: Run
) -> None:
    Conversation.objects.update(owner=sales)
    message = answer_to(enquiry)
    deliver(message.pk)
    ago = timezone.now() - timedelta(minutes=3)
    Message.objects.filter(pk=message.pk).update(status="sending", sent_at=ago)
    settle_interrupted_sends()
    run_jobs()
    assert (fresh(message).status, len(server.mails)) == ("unknown", 1)
    assert Notification.objects.filter(user=sales, kind="message.outcome_unknown").exists()
    Message.objects.filter(pk=message.pk).update(status="queued")  # a person wants it sent again
    deliver(message.pk)
    assert len({mail["Message-ID"] for _to, _from, mail in server.mails}) == 1


def test_an_answer_to_our_mail_is_in_the_same_conversation_also_for_a_web_form(
    server: MailServer,
    mailbox: Any,
    riyadh: Any,
    take: Any,
    read: Run,
) -> None:
    form = factories.make_form(riyadh)
    person = Person(email="sami@clinic.example", name="سامي")
    (lead_in,) = store_messages(
        [Inbound(channel=form.channel, person=person, provider_id="form:1", text="أريد عرض سعر")]
    )
    message = answer_to(lead_in)
    deliver(message.pk)
    ((_to, sender, mail),) = server.mails
    assert sender == BOX  # a form has no mailbox: its branch's is read
    assert mail["Subject"].endswith("نسمة للتكييف")
    assert mail["In-Reply-To"] is None
    take(reply_from("sami@clinic.example", message))
    read()
    answer = Message.objects.get(provider_id="email:two@clinic.example")
    assert answer.conversation == lead_in.conversation
    assert answer.reply_to == fresh(message).provider_id
    assert "other_sender" not in answer.details


def test_an_answer_from_another_address_joins_is_marked_and_is_never_written_to(
    server: MailServer,
    enquiry: Message,
    take: Any,
    read: Run,
    client_of: Any,
    manager: Any,
) -> None:
    customer = factories.make_customer(enquiry.conversation.branch, name="عيادة سامي")
    Conversation.objects.update(customer=customer)
    message = answer_to(enquiry)
    deliver(message.pk)
    take(reply_from("Sami at home <sami@home.example>", message))
    read()
    conversation = Conversation.objects.get()  # no second one
    assert conversation.messages.filter(direction="in").count() == 2
    assert (conversation.email, conversation.name) == ("sami@clinic.example", "سامي الحربي")
    page = (
        client_of(manager)
        .get(reverse("messaging:customer_panel", args=[customer.pk]))
        .content.decode()
    )
    assert page.count("Written from another address") == 1
    assert "sami@home.example" in page

    second = queue_reply(NewReply(conversation=conversation, text="تم", key="answer:2"))
    assert second
    deliver(second.pk)
    assert server.mails[-1][0] == ["sami@clinic.example"]
    assert server.mails[-1][2]["Subject"] == f"Re: {enquiry.subject}"  # not the stranger's


@pytest.mark.parametrize("how", ["customer", "conversation", "guess", "report"])
def test_somebody_we_know_and_who_has_no_mail_of_ours_do_not_join(
    server: MailServer,
    enquiry: Message,
    riyadh: Any,
    take: Any,
    read: Run,
    how: str,
) -> None:
    message = answer_to(enquiry)
    deliver(message.pk)
    raw = reply_from("omar@other.example", message)
    if how == "customer":
        factories.make_customer(riyadh, emails=("omar@other.example",))
    elif how == "conversation":
        take(a_mail(From="omar@other.example", message_id="<own@other.example>"))
        read()
    elif how == "guess":  # the person's own ids are everybody's to choose and know
        raw = raw.replace((fresh(message).provider_id or "")[6:].encode(), b"one@clinic.example")
    else:
        raw = b"Auto-Submitted: auto-generated\r\nList-Id: <news.other.example>\r\n" + raw
    take(raw)
    read()
    found = Message.objects.get(provider_id="email:two@clinic.example")
    assert found.conversation != enquiry.conversation


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
def test_nothing_from_outside_becomes_a_header_of_ours(
    server: MailServer, enquiry: Message, breaks: str
) -> None:
    evil = f"سعر{breaks}Bcc: all@victim.example{breaks}{breaks}<script>"
    Conversation.objects.update(name=f'"Sami{breaks}Bcc: x@victim.example')
    Message.objects.filter(pk=enquiry.pk).update(
        subject=evil, details={"message_id": f"a@b>{breaks}Bcc: y@victim.example"}
    )
    message = answer_to(Message.objects.get(pk=enquiry.pk), "x\r\n.\r\nMAIL FROM:<a@b>\r\n.. y")
    deliver(message.pk)
    ((recipients, _from, mail),) = server.mails
    assert recipients == ["sami@clinic.example"]
    assert mail["Bcc"] is None
    assert "victim.example" in mail["Subject"]
    assert b"\n.\r\nMAIL FROM:<a@b>\r\n.. y" in server.raw[0]  # dots arrive as written


@pytest.mark.parametrize(
    "address", ["", "root", "a b@c.example", "س@c.example", BOX.upper(), "crm@nasma.example"]
)
def test_where_no_mail_may_go_none_goes(
    server: MailServer, enquiry: Message, settings: Any, address: str
) -> None:
    """No address, or one of our own: the answer would come back as an enquiry."""
    settings.DEFAULT_FROM_EMAIL = "Nasma <crm@nasma.example>"
    Conversation.objects.update(email=address)
    message = answer_to(Message.objects.get(pk=enquiry.pk))
    deliver(message.pk)
    assert (fresh(message).status, server.mails) == ("failed", [])
    assert "can't be sent" in why_not(message)


@pytest.mark.parametrize(
    "slow_server",
    [
        ("smtp", says_nothing),
        ("smtp", greets_and_says_nothing),
        ("smtp", drips),
        ("smtp+tls", greets_and_says_nothing),
        ("smtp+ssl", says_nothing),
    ],
    indirect=True,
)
def test_a_server_that_takes_its_time_holds_nobody_beyond_the_whole_time(
    slow_server: SlowServer, enquiry: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connection, TLS and login count too; nothing was sent, so it may be tried again."""
    monkeypatch.setattr("messaging.gateways.email.smtp.LONGEST_SEND_S", 0.4)
    monkeypatch.setattr("messaging.gateways.email.smtp.GOODBYE_S", 0.1)
    message = answer_to(Message.objects.get(pk=enquiry.pk))
    started = time.monotonic()
    with pytest.raises(TemporaryFailure):
        deliver(message.pk)
    assert time.monotonic() - started < 6  # the time-out of one wait alone is ten seconds
    assert fresh(message).status == "queued"


def test_without_a_mail_server_nothing_leaves(
    server: MailServer, enquiry: Message, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    message = answer_to(enquiry)
    deliver(message.pk)
    assert (fresh(message).status, server.mails) == ("sent", [])


# Addresses that do not exist


def report_on(message: Message, status: str, number: str = "1") -> bytes:
    """What a mail server reports about a mail of ours."""
    ours = (fresh(message).provider_id or "").removeprefix("email:")
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {BOX}\r\nSubject: Undelivered\r\n"
        f"Message-ID: <report{number}@mx.example>\r\nIn-Reply-To: <{ours}>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; sami@clinic.example\r\n"
        f"Action: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} <sami@clinic.example> refused\r\n\r\n--b--\r\n"
    ).encode()


def test_after_a_hard_bounce_nothing_goes_to_the_address_until_a_person_allows_it(
    server: MailServer, enquiry: Message, take: Any, read: Run, sales: Any, sales_b: Any,
    auditor: Any, client_of: Any,
) -> None:  # fmt: skip
    Conversation.objects.update(owner=sales)
    Lead.objects.update(owner=sales)
    first = answer_to(enquiry, author=sales)
    deliver(first.pk)
    for number, status in enumerate(("5.2.2", "4.4.1", "5.7.1")):  # full, for now, unwanted
        take(report_on(first, status, f"soft{number}"))
        read()
        assert not BouncedAddress.objects.exists(), status
    stranger = report_on(first, "5.1.1", "forged").replace(b"In-Reply-To:", b"X-Nothing:")
    take(stranger)  # who does not know the id of our mail can name anybody's address
    read()
    assert not BouncedAddress.objects.exists()

    second = queue_reply(NewReply(conversation=enquiry.conversation, text="2", key="answer:2"))
    assert second
    deliver(second.pk)
    bounce = report_on(second, "5.1.1")
    take(bounce)
    read()
    automatic = queue_reply(NewReply(conversation=enquiry.conversation, text="3", key="answer:3"))
    assert automatic
    deliver(automatic.pk)
    assert len(server.mails) == 2
    assert (fresh(automatic).status, why_not(automatic)) == (
        "failed",
        "An earlier mail to this address came back: it does not exist.",
    )

    sales.language = "en"
    sales.save()
    lead, client = Lead.objects.get(), client_of(sales)
    page = client.get(lead.get_absolute_url()).content.decode()
    allow = reverse("messaging:allow_address", args=[enquiry.conversation_id])
    assert allow in page
    assert "The mail server does not know this address." in page
    assert client.post(reverse("leads:reply", args=[lead.pk]), {"text": "x"}).status_code == 409
    assert client_of(auditor).post(allow).status_code == 403
    assert client_of(sales_b).post(allow).status_code == 404
    for _click in range(2):
        assert client.post(allow)["HX-Refresh"] == "true"
    assert Activity.objects.filter(verb="conversation.address_lifted").count() == 1

    Signal.objects.filter(kinds__contains=["bounce"]).update(status="pending")  # read again
    read()
    fourth = queue_reply(NewReply(conversation=enquiry.conversation, text="4", key="answer:4"))
    assert fourth
    deliver(fourth.pk)
    assert fresh(fourth).status == "sent"


def test_an_address_that_the_server_refuses_at_once_is_held_too_and_shown_to_its_customer(
    server: MailServer, enquiry: Message, sales: Any, riyadh: Any, client_of: Any
) -> None:
    customer = factories.make_customer(riyadh, sales)
    Conversation.objects.update(owner=sales, customer=customer)
    server.to_recipient = "550 5.1.1 no such user here"
    deliver(answer_to(enquiry).pk)
    panel = client_of(sales).get(reverse("messaging:customer_panel", args=[customer.pk]))
    allow = reverse("messaging:allow_address", args=[enquiry.conversation_id])
    assert allow in panel.content.decode()


def test_a_server_that_refuses_us_says_nothing_about_the_address(
    server: MailServer, enquiry: Message
) -> None:
    for place, words in (
        ("to_sender", "550 5.1.1 who is that"),  # it has not been told to whom
        ("to_recipient", f"550 5.1.0 <{BOX}>: Sender address rejected: User unknown in table"),
        ("to_recipient", "550 no PTR record of your address: host not found"),
    ):
        server.to_sender = server.to_recipient = "250 ok"
        setattr(server, place, words)
        reply = NewReply(conversation=enquiry.conversation, text="1", key=words[:80])
        message = queue_reply(reply)
        assert message
        deliver(message.pk)
        assert fresh(message).status == "failed"
        assert not BouncedAddress.objects.exists(), words


def test_a_report_on_several_addresses_holds_ours_also_where_its_domain_is_arabic(
    server: MailServer, enquiry: Message, take: Any, read: Run
) -> None:
    Conversation.objects.update(email="Sami@عيادة.example")
    message = answer_to(Message.objects.get(pk=enquiry.pk))
    deliver(message.pk)
    report = report_on(message, "5.1.1").replace(
        b"sami@clinic.example", b"sami@xn--mgber2b7e.example"
    )  # as DNS, and so every mail server, writes it
    other = b"Final-Recipient: rfc822; boss@clinic.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    take(report.replace(b"\r\n\r\n--b--", b"\r\n\r\n" + other + b"\r\n--b--"))
    read()
    assert BouncedAddress.objects.count() == 1
    again = queue_reply(NewReply(conversation=message.conversation, text="2", key="answer:2"))
    assert again
    deliver(again.pk)
    assert (fresh(again).error, len(server.mails)) == ("address_bounced", 1)


@pytest.mark.django_db(transaction=True)
def test_two_batches_of_reports_on_the_same_addresses_do_not_block_each_other(
    riyadh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent(place: str, who: str) -> tuple[str, str, str]:
        channel = Channel.objects.get(address=place)
        row = Conversation.objects.create(
            channel=channel, kind="email", branch=riyadh, person=who, email=who
        )
        message = Message.objects.create(conversation=row, direction="out", provider_id=place + who)
        return str(message.provider_id), who, "550 5.1.1 no"

    one, other = "one@nasma.example", "other@nasma.example"
    for box in (one, other):
        factories.make_channel(riyadh, "email", external_id=box, address=box)
    sami, mona = "sami@clinic.example", "mona@clinic.example"
    batches = [[sent(one, sami), sent(one, mona)], [sent(other, mona), sent(other, sami)]]
    monkeypatch.setattr(bounced, "record", lambda *_, **__: time.sleep(0.2))

    at_once(transaction.atomic(bounced.hold_reported), batches)
    assert BouncedAddress.objects.count() == 2


def test_nobody_is_asked_for_our_own_name_before_a_mail_leaves(
    server: MailServer, enquiry: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That look-up, which Django makes by itself, has no deadline."""
    monkeypatch.setattr("django.core.mail.backends.smtp.DNS_NAME", None)
    message = answer_to(enquiry)
    deliver(message.pk)
    assert fresh(message).status == "sent"
    assert server.names == ["crm.nasma.example"]
