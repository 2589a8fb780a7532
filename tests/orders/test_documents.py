"""Quotes, invoices, receipts and delivery notes are PDF files in Arabic and English."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from accounts.models import CompanySettings
from crm_project.launcher import debian
from orders.services import (
    LineInput,
    NewPayment,
    NewShipment,
    OrderInput,
    confirm_order,
    record_payment,
    ship_order,
    write_quote,
)
from tests.orders.conftest import a_product, a_service, receive

pytestmark = pytest.mark.skipif(
    not debian.is_there("libpangoft2-1.0-0"), reason="Pango is not installed"
)


@pytest.fixture
def order(customer: Any, warehouse: Any, sales: Any) -> Any:
    goods = a_product(name_ar="مكيف سبليت إنفرتر 18,000 وحدة", name_en="Inverter split 18,000 BTU")
    receive(goods, warehouse, 5)
    lines = (
        LineInput(product_id=goods.pk, quantity=Decimal(2), discount_percent=Decimal(5)),
        LineInput(product_id=a_service(name_ar="تركيب حتى 5 م").pk, quantity=Decimal(2)),
    )
    wanted = OrderInput(
        customer=customer,
        lines=lines,
        discount=Decimal("12.50"),
        delivery_address="فيلا 18، شارع 214، حي النرجس",
        terms="السعر شامل التركيب.\nالدفع 50% مقدماً.",
    )
    return write_quote(wanted, actor=sales, request_id=uuid4())


def pdf_of(client: Any, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content[:300]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"%PDF-")
    return answer.content


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_document_prints_in_both_languages(order, sales, client_of, language):
    company = CompanySettings.current()
    picture = BytesIO()
    Image.new("RGB", (80, 40), "#0e6681").save(picture, "PNG")
    company.logo.save("logo.png", ContentFile(picture.getvalue()))
    client = client_of(sales)
    quote = reverse("orders:document", args=[order.pk, "quote"])
    assert len(pdf_of(client, f"{quote}?lang={language}")) > 5_000

    order = confirm_order(order, actor=sales)
    payment = record_payment(
        order, NewPayment(amount=Decimal(100), method="card"), actor=sales, request_id=uuid4()
    )
    shipment = ship_order(order, NewShipment(carrier="شحن"), actor=None, request_id=uuid4())
    for url in (
        reverse("orders:document", args=[order.pk, "invoice"]),
        reverse("orders:receipt", args=[order.pk, payment.pk]),
        reverse("orders:delivery_note", args=[order.pk, shipment.pk]),
    ):
        assert len(pdf_of(client, f"{url}?lang={language}")) > 5_000


def test_a_quote_has_no_invoice_and_another_branch_sees_no_document(
    order, sales, sales_b, client_of
):
    invoice = reverse("orders:document", args=[order.pk, "invoice"])
    quote = reverse("orders:document", args=[order.pk, "quote"])
    assert client_of(sales).get(invoice).status_code == 404
    assert client_of(sales_b).get(quote).status_code == 404
    assert (
        client_of(sales).get(reverse("orders:document", args=[order.pk, "other"])).status_code
        == 404
    )


def test_markup_in_a_name_is_printed_not_obeyed(order, sales, client_of):
    order.lines.update(name='<img src="file:///etc/passwd"><b>x</b>')
    quote = reverse("orders:document", args=[order.pk, "quote"])
    assert b"passwd" not in pdf_of(client_of(sales), quote)
