"""Quotes, invoices, receipts and delivery notes go to the customer by WhatsApp or e-mail."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity, Notification
from crm_project.kit.pdf import PdfUnavailable
from customers.models import Consent, TimelineEntry
from customers.services import Statement, record_consent
from customers.services.points import NewPoint, add_point
from messaging.gateways.outcome import TemporaryFailure
from messaging.models import Channel, Conversation, Message, MessageFile
from messaging.services import deliver
from messaging.services.statuses import Status, apply_statuses
from orders.models import Order
from orders.services import (
    NewPayment,
    NewShipment,
    cancel_order,
    obstacle_to_paper,
    record_payment,
    ship_order,
)
from tests import factories
from tests.messaging.test_whatsapp_api import Graph, graph
from tests.parallel import at_once
from tests.smtp_server import MailServer, mail_server

__all__ = ["graph", "mail_server"]  # fixtures
pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
BOX, NOURA = "sales@nasma.example", "noura@home.example"


@pytest.fixture(autouse=True)
def _quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed is tested elsewhere; here it says which document, and in which language."""

    def paper(template: str, context: Any, *, language: str) -> bytes:
        return f"%PDF-1.7 {template} {context['heading']} {language} \x00\xff".encode(
            "latin-1", "replace"
        )

    monkeypatch.setattr("orders.documents.printing.render_pdf", paper)


@pytest.fixture
def customer(riyadh: Any, sales: Any) -> Any:
    return factories.make_customer(
        riyadh, sales, name="نورة العتيبي", phones=("+966551234567",), emails=(NOURA,)
    )


@pytest.fixture
def mailbox(riyadh: Any) -> Channel:
    return factories.make_channel(riyadh, "email", external_id=BOX, address=BOX)


@pytest.fixture
def chat(whatsapp: Any, customer: Any, sales: Any) -> Conversation:
    """Noura wrote by WhatsApp just now."""
    conversation = factories.make_message(
        whatsapp, "السلام عليكم", phone="+966551234567"
    ).conversation
    Conversation.objects.filter(pk=conversation.pk).update(customer=customer, owner=sales)
    return Conversation.objects.get(pk=conversation.pk)


def press(client: Any, order: Order, kind: str, way: str, **more: Any) -> Any:
    """Press a button of the documents' menu."""
    data = {"way": way, "request_id": str(uuid4()), **more}
    return client.post(reverse("orders:document_send", args=[order.pk, kind]), data, **HTMX)


def test_a_quote_goes_by_mail_in_one_click_and_a_second_click_sends_nothing_more(
    mail_server: MailServer, mailbox: Channel, quote: Any, goods: Any, client_of: Any,
    sales: Any, run_jobs: Callable[[], None], customer: Any,
) -> None:  # fmt: skip
    order, client, same = quote((goods(), 1)), client_of(sales), str(uuid4())
    for _click in range(2):
        answer = press(client, order, "quote", "email:ar", request_id=same)
        assert (answer.status_code, NOURA in answer["HX-Trigger"]) == (204, True)
    assert mail_server.mails == []  # the page waits for no mail server
    run_jobs()

    ((recipients, sender, mail),) = mail_server.mails
    file = MessageFile.objects.get()
    (attached,) = mail.iter_attachments()
    assert (recipients, sender) == ([NOURA], BOX)
    assert order.number in mail["Subject"]
    assert attached.get_filename() == f"quote-{order.number}.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == bytes(file.body)  # the very bytes
    assert file.sha256 == sha256(bytes(file.body)).hexdigest()
    assert b" ar " in bytes(file.body)

    message = Message.objects.get(direction="out")
    assert (message.kind, message.status, message.author) == ("document", "sent", sales)
    conversation = message.conversation
    assert (conversation.channel, conversation.customer, conversation.owner) == (
        mailbox, customer, sales,
    )  # fmt: skip
    assert Activity.objects.filter(verb="order.document_sent").count() == 1
    assert TimelineEntry.objects.filter(customer=customer, kind="order.sent.email").count() == 1

    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "Sent documents" in page
    assert f"live:delivery-{conversation.pk} from:body" in page
    panel = client.get(reverse("messaging:customer_panel", args=[customer.pk])).content.decode()
    assert reverse("messaging:file", args=[file.pk]) in panel

    assert press(client, order, "quote", "email:en").status_code == 204  # meant: another one
    assert b" en " in bytes(MessageFile.objects.latest("pk").body)
    assert Conversation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_send_once(
    mailbox: Channel, quote: Any, goods: Any, client_of: Any, sales: Any
) -> None:
    order, same = quote((goods(), 1)), str(uuid4())
    hands = [client_of(sales) for _hand in range(3)]

    def click(client: Any) -> int:
        return int(press(client, order, "quote", "email:ar", request_id=same).status_code)

    assert at_once(click, hands) == [204, 204, 204]
    assert Message.objects.count() == MessageFile.objects.count() == 1
    assert Activity.objects.filter(verb="order.document_sent").count() == 1


def test_the_sent_file_is_for_those_who_may_read_the_conversation(
    mailbox: Channel, quote: Any, goods: Any, client_of: Any, sales: Any, colleague: Any,
    supervisor: Any, sales_b: Any, inspector: Any,
) -> None:  # fmt: skip
    press(client_of(sales), quote((goods(), 1)), "quote", "email:ar")
    file = MessageFile.objects.get()
    url = reverse("messaging:file", args=[file.pk])
    for user in (sales, supervisor):
        answer = client_of(user).get(url)
        assert b"".join(answer.streaming_content) == bytes(file.body)
        assert answer["Content-Disposition"] == f'attachment; filename="{file.name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert [client_of(user).get(url).status_code for user in (colleague, sales_b)] == [404, 404]
    assert client_of(inspector).get(url).status_code == 403


def test_an_invoice_goes_by_whatsapp_uploaded_first_and_is_never_sent_twice(
    graph: Graph, settings: Any, chat: Conversation, confirmed: Any, goods: Any, client_of: Any,
    sales: Any,
) -> None:  # fmt: skip
    settings.WHATSAPP_ACCESS_TOKEN, settings.WHATSAPP_BASE_URL = "t0ken", graph.url
    order = confirmed((goods(), 1))
    assert press(client_of(sales), order, "invoice", "whatsapp:ar").status_code == 204
    message = Message.objects.get(direction="out")

    graph.says(503, b"busy", to="media")
    with pytest.raises(TemporaryFailure):
        deliver(message.pk)
    graph.says(200, {"id": "media-1"}, to="media")
    graph.says(200, {"messages": [{"id": "wamid.paper"}]}, to="messages")
    deliver(message.pk)
    deliver(message.pk)

    assert [one["path"].rpartition("/")[2] for one in graph.asked] == ["media", "media", "messages"]
    sent = graph.asked[-1]["body"]
    assert (sent["to"], sent["type"]) == ("+966551234567", "document")
    assert sent["document"]["id"] == "media-1"
    assert sent["document"]["filename"] == f"invoice-{order.number}.pdf"
    assert order.number in sent["document"]["caption"]
    assert bytes(MessageFile.objects.get().body) in graph.asked[1]["body"]
    message.refresh_from_db()
    assert (message.status, message.provider_id, message.conversation) == (
        "sent", "wamid.paper", chat,
    )  # fmt: skip


def test_the_sent_file_opens_from_the_thread_of_the_lead_too(
    whatsapp: Any, team: Any, customer: Any, quote: Any, goods: Any, client_of: Any, sales: Any
) -> None:
    lead = factories.make_lead(whatsapp, phone="+966551234567")
    assert lead.conversation.customer == customer
    client = client_of(sales)
    assert press(client, quote((goods(), 1)), "quote", "whatsapp:ar").status_code == 204
    file = MessageFile.objects.get()
    page = client.get(lead.get_absolute_url()).content.decode()
    assert page.count(reverse("messaging:file", args=[file.pk])) == 1
    assert page.count(file.name) == 1


def test_receipts_and_delivery_notes_go_too_and_say_what_became_of_them(
    mailbox: Channel, confirmed: Any, goods: Any, client_of: Any, sales: Any, branch_manager: Any
) -> None:
    order = confirmed((goods(), 2))
    payment = record_payment(order, NewPayment(amount=Decimal(50)), actor=sales, request_id=uuid4())
    shipment = ship_order(order, NewShipment(), actor=branch_manager, request_id=uuid4())
    client = client_of(sales)
    for kind, record in (("receipt", payment), ("delivery-note", shipment)):
        assert press(client, order, kind, "email:en", target=record.pk).status_code == 204
    names = set(MessageFile.objects.values_list("name", flat=True))
    assert names == {f"receipt-{payment.number}.pdf", f"delivery-{shipment.number}.pdf"}
    first = Message.objects.filter(direction="out").order_by("pk")
    Message.objects.filter(pk=first[0].pk).update(status="failed", error="550 5.1.1 no such user")
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert page.count('class="sending') == 2 + page.count('class="sendings')
    assert "The mail server does not know this address." in page

    other = confirmed((goods(), 1))
    assert press(client, other, "receipt", "email:en", target=payment.pk).status_code == 404
    assert press(client, other, "delivery-note", "email:en").status_code == 404


def no_conversation(customer: Any, chat: Any) -> None:
    chat.messages.all().delete()
    chat.delete()


def window_closed(customer: Any, chat: Any) -> None:
    day_ago = timezone.now() - timedelta(hours=24, seconds=1)
    Conversation.objects.filter(pk=chat.pk).update(last_inbound_at=day_ago)


def number_removed(customer: Any, chat: Any) -> None:
    customer.points.filter(kind="phone").update(removed_at=timezone.now(), is_primary=False)


def no_address(customer: Any, chat: Any) -> None:
    customer.points.filter(kind="email").delete()


def no_mailbox(customer: Any, chat: Any) -> None:
    Channel.objects.filter(kind="email").update(is_active=False)


def of_another(customer: Any, chat: Any) -> None:
    stranger = factories.make_customer(customer.branch)
    box = Channel.objects.get(kind="email")
    Conversation.objects.create(
        channel=box, kind="email", branch=box.branch, customer=stranger,
        person=f"email:{NOURA}", email=NOURA,
    )  # fmt: skip


def withdrawn(customer: Any, chat: Any) -> None:
    for point in customer.points.all():
        for is_granted in (True, False):
            said = Statement(
                purpose=Consent.Purpose.TRANSACTIONAL, is_granted=is_granted, source="phone"
            )
            record_consent(point, said, actor=None)


@pytest.mark.parametrize(
    ("prepare", "way", "code"),
    [
        (no_conversation, "whatsapp", "no_whatsapp_conversation"),
        (number_removed, "whatsapp", "no_whatsapp_conversation"),
        (window_closed, "whatsapp", "whatsapp_window_closed"),
        (withdrawn, "whatsapp", "consent_withdrawn"),
        (withdrawn, "email", "consent_withdrawn"),
        (no_address, "email", "no_email_address"),
        (no_mailbox, "email", "no_mailbox"),
        (of_another, "email", "address_of_another_customer"),
    ],
)
def test_where_the_customer_can_not_be_written_to_it_says_why_and_nothing_is_written(
    prepare: Any, way: str, code: str, chat: Conversation, mailbox: Channel, customer: Any,
    quote: Any, goods: Any, api_of: Any, client_of: Any, sales: Any, queued: Any,
) -> None:  # fmt: skip
    order = quote((goods(), 1))
    prepare(customer, chat)
    before, jobs = Conversation.objects.count(), queued()
    url = f"/api/v1/orders/{order.pk}/documents/quote/send/"
    answer = api_of(sales).post(url, {"channel": way}, format="json")
    assert (answer.status_code, answer.data["code"]) == (409, code)
    assert press(client_of(sales), order, "quote", f"{way}:ar").status_code == 409
    assert not Message.objects.filter(direction="out").exists()
    assert not Activity.objects.filter(verb="order.document_sent").exists()
    assert (Conversation.objects.count(), queued()) == (before, jobs)


def test_a_number_that_came_back_is_written_to_again(
    chat: Conversation, customer: Any, quote: Any, goods: Any, client_of: Any, sales: Any
) -> None:
    number_removed(customer, chat)
    customer.points.filter(kind="phone").update(removed_at=None)
    assert press(client_of(sales), quote((goods(), 1)), "quote", "whatsapp:ar").status_code == 204


def test_the_quote_of_a_cancelled_order_is_not_sent(
    mailbox: Channel, quote: Any, goods: Any, client_of: Any, sales: Any
) -> None:
    order, client = quote((goods(), 1)), client_of(sales)
    door = reverse("orders:document_send", args=[order.pk, "quote"])
    assert door in client.get(f"/orders/{order.pk}/").content.decode()
    assert obstacle_to_paper(f"order:{order.pk}", "quote") is None
    cancel_order(order, "غيّر رأيه", actor=sales)
    for status, code in (("cancelled", "order_cancelled"), ("returned", "order_returned")):
        Order.objects.filter(pk=order.pk).update(status=status, confirmed_at=order.created_at)
        assert door not in client.get(f"/orders/{order.pk}/").content.decode()
        assert press(client, order, "quote", "email:ar").status_code == 409
        obstacle = obstacle_to_paper(f"order:{order.pk}", "quote")
        assert obstacle is not None
        assert obstacle.code == code
    assert not Message.objects.filter(direction="out").exists()
    assert obstacle_to_paper(f"order:{order.pk}", "receipt:7") is None
    for about in ("", "order:", "order:x", "order:999999999", "lead:1"):
        assert obstacle_to_paper(about, "quote") is None


def test_an_order_that_is_cancelled_before_its_quote_leaves_keeps_it(
    mail_server: MailServer, mailbox: Channel, quote: Any, goods: Any, client_of: Any,
    sales: Any, run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    order, client = quote((goods(), 1)), client_of(sales)
    assert press(client, order, "quote", "email:ar").status_code == 204
    cancel_order(order, "غيّر رأيه", actor=sales)
    run_jobs()

    message = Message.objects.get(direction="out")
    assert (message.status, message.error) == ("failed", "order_cancelled")
    assert mail_server.mails == []
    assert Notification.objects.filter(user=sales, kind="message.failed").exists()
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "The order was cancelled before its quote could leave." in page


def test_without_the_paper_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, mailbox: Channel, quote: Any, goods: Any, client_of: Any,
    sales: Any,
) -> None:  # fmt: skip
    def broken(*_: Any, **__: Any) -> bytes:
        raise PdfUnavailable

    monkeypatch.setattr("orders.documents.printing.render_pdf", broken)
    order = quote((goods(), 1))
    assert press(client_of(sales), order, "quote", "email:ar").status_code == 503
    assert not Conversation.objects.exists()  # not even an empty one
    assert press(client_of(sales), order, "invoice", "email:ar").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        {"way": "fax:ar"}, {"way": "email:fr"}, {"way": ""}, {"request_id": "x"},
        {"target": "٣"}, {"target": "9" * 30}, {"target": str(2**62 + 1)}, {"target": "5"},
        {"kind": "receipt", "target": "0"}, {"kind": "delivery-note", "target": "0"},
    ],
)  # fmt: skip
def test_what_no_button_of_ours_sends_is_not_found(
    mailbox: Channel, confirmed: Any, goods: Any, client_of: Any, sales: Any,
    branch_manager: Any, bad: dict[str, str],
) -> None:  # fmt: skip
    order = confirmed((goods(), 1))
    record_payment(order, NewPayment(amount=Decimal(5)), actor=sales, request_id=uuid4())
    ship_order(order, NewShipment(), actor=branch_manager, request_id=uuid4())
    given = {"kind": "quote", "way": "email:ar", **bad}
    assert press(client_of(sales), order, **given).status_code == 404
    assert not Message.objects.exists()


def test_who_may_only_read_orders_sends_nothing(
    mailbox: Channel, quote: Any, goods: Any, client_of: Any, auditor: Any, inspector: Any,
    sales_b: Any, colleague: Any,
) -> None:  # fmt: skip
    order = quote((goods(), 1))
    for user, status in ((auditor, 403), (inspector, 403), (sales_b, 404), (colleague, 404)):
        client = client_of(user)
        assert press(client, order, "quote", "email:ar").status_code == status
        assert "document_send" not in client.get(f"/orders/{order.pk}/").content.decode()
    assert not Message.objects.exists()


def test_the_api_sends_once_per_key_in_the_customers_language(
    mailbox: Channel, quote: Any, goods: Any, api_of: Any, sales: Any, customer: Any, run_jobs: Any
) -> None:
    customer.language = "en"
    customer.save()
    order, api = quote((goods(), 1)), api_of(sales)
    url, key = f"/api/v1/orders/{order.pk}/documents/quote/send/", {"HTTP_IDEMPOTENCY_KEY": "s-1"}
    first, again = (api.post(url, {"channel": "email"}, format="json", **key) for _n in range(2))
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert (first.data["status"], first.data["channel"], first.data["to"]) == (
        "queued", "email", NOURA,
    )  # fmt: skip
    assert first.data["file"] == f"quote-{order.number}.pdf"
    assert b" en " in bytes(MessageFile.objects.get().body)
    run_jobs()
    status = api.get(f"/api/v1/messages/{first.data['message']}/").data["status"]
    assert status == "sent"
    for bad in (
        {},
        {"channel": "fax"},
        {"channel": "email", "x": 1},
        {"channel": "email", "target": -1},
    ):
        assert api.post(url, bad, format="json").status_code == 400
    assert api.post(url.replace("quote", "poster"), {"channel": "email"}).status_code == 404


def recipients_of(server: MailServer) -> list[list[str]]:
    return [to for to, _sender, _mail in server.mails]


def test_of_several_addresses_the_primary_one_is_written_to(
    mail_server: MailServer, mailbox: Channel, customer: Any, quote: Any, goods: Any,
    client_of: Any, sales: Any, run_jobs: Any,
) -> None:  # fmt: skip
    client, order = client_of(sales), quote((goods(), 1))
    assert press(client, order, "quote", "email:ar").status_code == 204
    new = NewPoint(kind="email", value="noura@office.example", is_primary=True)
    add_point(customer, new, actor=sales)
    assert press(client, order, "quote", "email:ar").status_code == 204
    run_jobs()
    assert recipients_of(mail_server) == [[NOURA], ["noura@office.example"]]


def test_an_unlinked_conversation_that_becomes_the_customers_gets_their_owner(
    mailbox: Channel, customer: Any, quote: Any, goods: Any, client_of: Any, sales: Any
) -> None:
    Conversation.objects.create(
        channel=mailbox, kind="email", branch=mailbox.branch, person=f"email:{NOURA}", email=NOURA
    )
    client = client_of(sales)
    assert press(client, quote((goods(), 1)), "quote", "email:ar").status_code == 204
    assert Conversation.objects.get().customer == customer
    url = reverse("messaging:file", args=[MessageFile.objects.get().pk])
    assert client.get(url).status_code == 200  # who sent it may open it


def channel_off(customer: Any, chat: Any) -> None:
    Channel.objects.update(is_active=False)


@pytest.mark.parametrize("way", ["whatsapp", "email"])
@pytest.mark.parametrize(
    ("stop", "words"), [(withdrawn, "withdrawn"), (channel_off, "switched off")]
)
def test_what_is_stopped_before_it_leaves_does_not_leave_and_its_sender_hears_why(
    mail_server: MailServer, graph: Graph, settings: Any, chat: Conversation, mailbox: Channel,
    customer: Any, quote: Any, goods: Any, client_of: Any, sales: Any, run_jobs: Any, way: str,
    stop: Any, words: str,
) -> None:  # fmt: skip
    settings.WHATSAPP_ACCESS_TOKEN, settings.WHATSAPP_BASE_URL = "t0ken", graph.url
    client, order = client_of(sales), quote((goods(), 1))
    assert press(client, order, "quote", f"{way}:ar").status_code == 204
    stop(customer, chat)
    run_jobs()
    assert (mail_server.mails, graph.asked) == ([], [])
    assert Message.objects.get(direction="out").status == "failed"
    assert words in client.get(f"/orders/{order.pk}/").content.decode()
    assert Notification.objects.get(kind="message.failed").user == sales


def test_a_document_that_comes_back_later_is_shown_and_told_to_who_sent_it_once(
    mail_server: MailServer, mailbox: Channel, chat: Conversation, quote: Any, goods: Any,
    client_of: Any, sales: Any, run_jobs: Any,
) -> None:  # fmt: skip
    client, order = client_of(sales), quote((goods(), 1))
    for way in ("email:ar", "whatsapp:ar"):
        press(client, order, "quote", way)
    run_jobs()
    sent = Message.objects.filter(direction="out", status="sent")
    errors = [{"code": "5.1.1", "title": f"550 5.1.1 <{NOURA}>: no such user"}]
    for _turn in range(2):
        for message in list(sent) or list(Message.objects.filter(status="failed")):
            apply_statuses(
                [Status(provider_id=message.provider_id or "", status="failed", errors=errors)]
            )
    assert Notification.objects.filter(user=sales, kind="message.failed").count() == 2
    assert Activity.objects.filter(verb="message.failed").count() == 2
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "The mail server does not know this address." in page


def test_a_reader_of_masked_contacts_finds_none_in_reasons_files_and_log(
    mail_server: MailServer, mailbox: Channel, quote: Any, goods: Any, client_of: Any, sales: Any,
    supervisor: Any, run_jobs: Any,
) -> None:  # fmt: skip
    order = quote((goods(), 1))
    mail_server.to_recipient = f"550 5.1.1 <{NOURA}>: unknown"
    press(client_of(sales), order, "quote", "email:ar")
    run_jobs()
    entry = Activity.objects.get(verb="message.failed")
    assert NOURA not in str(entry.reason)  # SECURITY.md DP-3
    supervisor.role.hidden_fields = {"customers.phone": "masked", "customers.email": "masked"}
    supervisor.role.save()
    reader = client_of(supervisor)
    page = reader.get(f"/orders/{order.pk}/").content.decode()
    assert "The mail server does not know this address." in page
    assert NOURA not in page
    # the paper shows the number as its sender sees it
    url = reverse("messaging:file", args=[MessageFile.objects.get().pk])
    assert reader.get(url).status_code == 404
    assert client_of(sales).get(url).status_code == 200
