"""The heads of a customer's and of an order's page: reaching the customer, and what is begun for them."""

from decimal import Decimal
from typing import Any

import pytest

from inventory.models import Product
from leads.models import Lead
from orders.services import LineInput, OrderInput, write_quote
from tests.factories import make_channel, make_customer, make_lead

from .test_customer_list import mask

pytestmark = pytest.mark.django_db
PHONE = "+966551234567"


def test_the_heads_offer_what_the_reader_may_do(
    client_of: Any, sales: Any, auditor: Any, riyadh: Any
) -> None:
    customer = make_customer(riyadh, sales, phones=[PHONE], emails=["noura@example.com"])
    product = Product.objects.create(sku="AC-1", name_ar="تكييف", price=100, kind="service")
    lines = (LineInput(product_id=product.pk, quantity=Decimal(1)),)
    wanted = OrderInput(customer=customer, branch=riyadh, lines=lines)
    order = write_quote(wanted, actor=sales, request_id=None)
    whatsapp = f"/leads/customer/{customer.pk}/whatsapp/"
    reach = [f'href="tel:{PHONE}"', 'href="mailto:noura@example.com"', f'href="{whatsapp}"']
    begin = [f"/orders/new/?customer={customer.pk}", "/inspections/new/?"]
    for one in (customer, order):
        text = client_of(sales).get(one.get_absolute_url()).content.decode()
        head = text[text.index('<header class="rec-head') :].partition("</header>")[0]
        assert [part for part in (*reach, *begin) if part not in head] == []

    mask(sales, phone="masked", email="hidden")
    for one in (customer, order):
        text = client_of(sales).get(one.get_absolute_url()).content.decode()
        assert not [part for part in (*reach, "1234567") if part in text]
    seen = client_of(auditor).get(customer.get_absolute_url()).content.decode()
    assert not [part for part in begin if part in seen]  # they may begin nothing


def test_whatsapp_opens_the_conversation_that_is_answered_here_or_whatsapp_itself(
    client_of: Any, sales: Any, colleague: Any, riyadh: Any
) -> None:
    customer = make_customer(riyadh, sales, phones=[PHONE])
    url = f"/leads/customer/{customer.pk}/whatsapp/"
    client = client_of(sales)
    assert client.get(url)["Location"] == "https://wa.me/966551234567"

    lead = make_lead(make_channel(riyadh))
    Lead.objects.filter(pk=lead.pk).update(customer=customer, owner=sales, status="accepted")
    assert client.get(url)["Location"] == lead.get_absolute_url()
    Lead.objects.filter(pk=lead.pk).update(status="rejected")
    assert client.get(url)["Location"].startswith("https://wa.me/")
    mask(sales, phone="masked")
    assert client.get(url).status_code == 404
    assert client_of(colleague).get(url).status_code == 404  # not a customer of theirs
