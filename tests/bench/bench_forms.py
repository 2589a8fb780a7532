"""How fast things are created, edited and refused by form, on the demo as it stands. Asserts nothing:

    python3 manage.py seed_demo --customers 1000000 --orders 500000
    python3 manage.py shell -c "from tests.bench.bench_forms import main; main()"

Fills in the form that the page shows, as a browser would, sends it by HTMX in this process, and
says how long the answer took: the saved one, and the one that marks a wrong field.
"""

import re
import statistics
import time
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.test import Client

from accounts.models import Branch, User
from customers.models import Customer
from inspections.models import Inspection
from inventory.models import Product
from orders.models import Order
from tests.conftest import sign_in

RUNS = 60
SWAP = {"HTTP_HX_REQUEST": "true"}
Fields = dict[str, Any]


def main() -> None:
    """Print the figures."""
    client = Client(SERVER_NAME="localhost")
    sign_in(client, User.objects.get(email="manager@demo.example"))
    customer = Customer.objects.filter(merged_into=None).order_by("-pk")[100]
    products = Product.objects.filter(kind="stocked", tracking="none", is_active=True)
    product = products.order_by("pk")[0]
    quote = Order.objects.filter(status="quote").order_by("-pk")[0]
    visit = Inspection.objects.filter(status="scheduled").order_by("-pk")[0]
    line = {"line-product": product.pk, "line-key": "k1", "line-of": "", "line-quantity": "1",
            "line-price": "", "line-discount": "", "line-warehouse": ""}  # fmt: skip
    for label, url, change, wrong in (
        ("customer, new", "/customers/new/", _new_customer, {"name": ""}),
        ("customer, edit", f"/customers/{customer.pk}/edit/", _note("company"), {"name": ""}),
        ("product, new", "/inventory/products/new/", _new_product, {"price": "-1"}),
        ("product, edit", f"/inventory/products/{product.pk}/edit/", _note("name_en"),
         {"price": "NaN"}),
        ("order, new", "/orders/new/",
         lambda: {"customer": customer.pk, "do": "quote", **line}, {"line-quantity": "x"}),
        ("order, edit", f"/orders/{quote.pk}/edit/", _note("note"), {"line-quantity": "x"}),
        ("inspection, new", "/inspections/new/",
         lambda: {"customer": customer.pk, "address": f"شارع {uuid4().hex[:6]}"}, {"customer": ""}),
        ("inspection, edit", f"/inspections/{visit.pk}/edit/", _note("note"), {"address": "x" * 400}),
    ):  # fmt: skip
        _time(client, label, url, change, wrong)


def _new_customer() -> Fields:
    number = uuid4().int % 10**7
    branch = Branch.objects.order_by("pk")[0]
    return {"name": f"عميل {number}", "phone": f"055{number:07}", "branch": branch.pk}


def _new_product() -> Fields:
    return {"sku": uuid4().hex[:10], "name_ar": "مكيف", "name_en": "Unit", "price": "10"}


def _note(field: str) -> Callable[[], Fields]:
    return lambda: {field: f"x {uuid4().hex[:8]}"}


class _Form(HTMLParser):
    """The fields of a page's forms with their values, as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: Fields = {}
        self.name = ""
        self.may_be_first = False  # an option that a browser chooses when none is marked
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note the value of an input, of a chosen option, of a text."""
        got = dict(attributes)
        if tag in ("select", "textarea"):
            self.name = got.get("name") or ""
            self.may_be_first = tag == "select" and "multiple" not in got
            if tag == "textarea":
                self.fields.setdefault(self.name, "")
        elif tag == "option" and ("selected" in got or self.may_be_first):
            self.fields[self.name] = got.get("value") or ""
            self.may_be_first = False
        elif tag == "input" and _is_sent(got):
            unsaid = "on" if got.get("type") == "checkbox" else ""
            self.fields[str(got["name"])] = got.get("value") or unsaid

    def handle_data(self, data: str) -> None:
        """Note what stands in a text field."""
        if self.name and self.lasttag == "textarea" and data.strip():
            self.fields[self.name] = data

    def handle_endtag(self, tag: str) -> None:
        """A text field ends."""
        if tag in ("select", "textarea"):
            self.name = ""
        self.fields.pop("", None)


def _is_sent(got: dict[str, str | None]) -> bool:
    kind = got.get("type")
    is_chosen = kind not in ("checkbox", "radio") or "checked" in got
    return bool(got.get("name")) and kind != "file" and is_chosen


def _time(
    client: Client, label: str, url: str, change: Callable[[], Fields], wrong: Fields
) -> None:
    page = client.get(url, **SWAP)
    opened = _timed(lambda: client.get(url, **SWAP))
    saved, refused = [], []
    for _run in range(RUNS):
        cache.clear()
        fields = {**_Form(client.get(url, **SWAP).content.decode()).fields, **change()}
        if "request_id" in fields:
            fields["request_id"] = str(uuid4())
        refused.append(_ask(client, url, {**fields, **wrong}))
        saved.append(_ask(client, url, fields))
    print(
        f"{label:18} opened {page.status_code} {opened}  saved {_told(saved)}  refused {_told(refused)}"
    )
    if any(status == 422 for _taken, status in saved):
        print("    the form refused what was meant to be saved:", _faults(client, url, fields))


def _ask(client: Client, url: str, fields: Fields) -> tuple[float, int]:
    start = time.perf_counter()
    answer = client.post(url, fields, **SWAP)
    return (time.perf_counter() - start) * 1000, answer.status_code


def _faults(client: Client, url: str, fields: Fields) -> list[str]:
    page = client.post(url, fields, **SWAP).content.decode()
    return re.findall(r'class="problem".*?<span>([^<]+)<', page)


def _told(asked: list[tuple[float, int]]) -> str:
    times = [taken for taken, _status in asked]
    p95 = statistics.quantiles(times, n=20)[-1]
    statuses = sorted({status for _taken, status in asked})
    return f"{statuses} {statistics.median(times):5.1f}/{p95:5.1f} ms"


def _timed(ask: Callable[[], Any]) -> str:
    times = []
    for _run in range(RUNS):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(times):5.1f}/{statistics.quantiles(times, n=20)[-1]:5.1f} ms"
