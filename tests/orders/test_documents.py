"""Quotes, invoices, receipts and delivery notes are PDF files in Arabic and English."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from accounts.models import CompanySettings
from crm_project.kit.pdf import PORTRAIT, fit_columns
from crm_project.launcher import debian
from orders.models import Order
from orders.services import (
    LineInput,
    NewPayment,
    NewShipment,
    OrderInput,
    cancel_order,
    change_quote,
    confirm_order,
    input_of,
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


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    command = ["pdftotext", "-layout", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def test_a_long_invoice_repeats_its_heading_and_never_leaves_the_totals_alone(
    order, sales, client_of
):
    first = order.lines.first()
    url = reverse("orders:document", args=[order.pk, "quote"]) + "?lang=en"
    for count in range(14, 19):
        order.lines.exclude(pk=first.pk).delete()
        extra = [
            LineInput(product_id=first.product_id, quantity=Decimal(1)) for _n in range(count - 1)
        ]
        order = change_quote(
            order, replace(input_of(order), lines=tuple(extra), discount=Decimal(0)),
            actor=sales, version=None,
        )  # fmt: skip
        pages = pages_of(pdf_of(client_of(sales), url))
        with_items = [page for page in pages if first.product.sku in page]
        assert all("Quantity" in page for page in with_items)
        assert [page for page in with_items if "Subtotal" in page], "the totals stand alone"
        first = order.lines.first()


def test_a_receipt_says_what_its_payment_left_whatever_was_paid_later(order, sales, client_of):
    order = confirm_order(order, actor=sales)
    first, _second = (
        record_payment(
            order, NewPayment(amount=Decimal(amount)), actor=sales, request_id=uuid4()
        )
        for amount in ("100", "33")
    )  # fmt: skip
    url = reverse("orders:receipt", args=[order.pk, first.pk])
    (page,) = pages_of(pdf_of(client_of(sales), f"{url}?lang=en"))
    words = page.split()
    assert "133.00" not in words
    assert "100.00" in words  # amounts of a column have the same digits
    assert f"{order.total - 100:,.2f}" in words


def test_a_receipt_is_called_one_in_arabic_too(order, sales, client_of, monkeypatch):
    """Not as the receipt of goods, which is the same word in English."""
    headings = []
    monkeypatch.setattr(
        "orders.documents.printing.render_pdf",
        lambda _template, context, **_more: headings.append(context["heading"]) or b"%PDF-",
    )
    order = confirm_order(order, actor=sales)
    new = NewPayment(amount=Decimal(100))
    payment = record_payment(order, new, actor=sales, request_id=uuid4())
    pdf_of(client_of(sales), reverse("orders:receipt", args=[order.pk, payment.pk]) + "?lang=ar")
    assert headings == ["إيصال"]


def test_a_cancelled_order_owes_nothing_on_its_invoice_and_on_its_page(order, sales, client_of):
    """What had been confirmed has an invoice: it says that it is cancelled."""
    cancel_order(confirm_order(order, actor=sales), "غيّر رأيه", actor=sales)
    client = client_of(sales)
    url = reverse("orders:document", args=[order.pk, "invoice"])
    (page,) = pages_of(pdf_of(client, f"{url}?lang=en"))
    assert "Cancelled" in page
    assert "Still owed" not in page
    assert "Still owed" not in client.get(order.get_absolute_url()).content.decode()


def test_a_paper_has_the_day_of_its_branch(order, sales, client_of):
    order = confirm_order(order, actor=sales)
    late = datetime(2025, 12, 31, 22, 30, tzinfo=UTC)  # half past one in Riyadh
    Order.objects.filter(pk=order.pk).update(confirmed_at=late)
    url = reverse("orders:document", args=[order.pk, "invoice"])
    (page,) = pages_of(pdf_of(client_of(sales), f"{url}?lang=en"))
    assert "1 January 2026" in page


def test_figures_of_any_size_stay_within_their_columns_and_the_paper():
    heads = ["Item", "Price", "Total"]
    narrow = fit_columns(heads, [("", "9.50", "19.00")], width=PORTRAIT, size=9.5)
    huge = "9,999,999,999,999.999"
    wide = fit_columns(heads, [("", huge, huge), ("", "1", "1")] * 2, width=PORTRAIT, size=9.5)
    wider = fit_columns(["Item", *heads * 3], [("", *[huge] * 9)], width=PORTRAIT, size=9.5)
    for columns in (narrow, wide, wider):
        assert sum(map(float, columns.widths)) == pytest.approx(PORTRAIT, abs=0.1)
        assert float(columns.widths[0]) >= PORTRAIT / 4
    assert narrow.size == wide.size == "9.50"
    assert float(wider.size) < 6  # smaller, but nothing is cut off or runs over
    assert float(wide.widths[1]) > len(huge) * 9.5 * 0.6 * 0.3528
