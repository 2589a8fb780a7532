"""A document is sent by two clicks of a hurried hand, and its page follows what becomes of it."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from playwright.sync_api import expect

from messaging.models import Message
from messaging.services import deliver
from messaging.services.statuses import Status, apply_statuses
from orders.services import NewPayment, NewShipment, record_payment, ship_order
from tests import factories
from tests.parallel import at_once
from tests.site import needs_browser

pytestmark = [pytest.mark.browser, needs_browser, pytest.mark.django_db(transaction=True)]
WAIT = 30_000  # ms; the first use of Arabic words takes a while


def read(news: Status) -> None:
    with transaction.atomic():
        apply_statuses([news])


def test_a_quote_is_sent_from_its_menu_and_the_page_follows_it(
    page_of, site, sales, customer, riyadh, whatsapp, confirmed, goods, branch_manager, monkeypatch
):
    monkeypatch.setattr("orders.documents.printing.render_pdf", lambda *_, **__: b"%PDF-1.7 x")
    factories.make_channel(riyadh, "email", external_id="sales@nasma.example")
    chat = factories.make_message(whatsapp, "أريد العرض", phone="+966551234567").conversation
    chat.customer = customer
    chat.save()
    order = confirmed((goods(), 1))
    record_payment(order, NewPayment(amount=Decimal(50)), actor=sales, request_id=uuid4())
    ship_order(order, NewShipment(), actor=branch_manager, request_id=uuid4())
    page = page_of(sales)
    page.goto(f"{site.url}/orders/{order.pk}/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "up")

    page.get_by_role("button", name="Documents").click()
    quote = page.get_by_role("button", name=re.compile("^Send by WhatsApp ?العربية$")).first
    quote.dblclick()
    expect(page.locator("#toasts")).to_contain_text("On its way to", timeout=WAIT)
    sent = page.locator("#order-sent")
    expect(sent).to_contain_text("Queued", timeout=WAIT)
    message = Message.objects.get(direction="out")  # one, for all the clicking

    at_once(deliver, [message.pk])  # in another thread, as a worker would
    expect(sent).to_contain_text("Sent")
    news = Status(provider_id=f"recorded:{message.pk}", status="read")
    at_once(read, [news])
    expect(sent).to_contain_text("Read")
