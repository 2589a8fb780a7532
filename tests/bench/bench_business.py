"""How fast every list and page of the business is, on the demo as it stands. Asserts nothing:

    python3 manage.py seed_demo --customers 1000000 --orders 500000
    python3 manage.py shell -c "from tests.bench.bench_business import main; main()"

Pages are asked for in this process, as the manager of the demo, with their queries counted.
"""

import statistics
import time
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.db import connection, models
from django.test import Client
from django.utils import timezone

from accounts.models import User
from crm_project.kit.pages import _encode
from customers.models import Customer
from inventory.models import Product, StockMovement
from orders.models import Order
from tests.conftest import sign_in

RUNS = 30  # of each page, after a warm-up
DEEP = 10_000 * 50  # rows before the deep page
SWAP = {"HTTP_HX_REQUEST": "true"}


def main(only: str = "") -> None:
    """Print the figures; `only` a part of a label leaves the others out."""
    client = Client(SERVER_NAME="localhost")
    sign_in(client, User.objects.get(email="manager@demo.example"))
    for label, url, headers in _pages():
        if only in label:
            _time(label, lambda url=url, headers=headers: client.get(url, **headers))
    if only in "create customer":
        _time("create customer by form", lambda: _create(client))


def _pages() -> list[tuple[str, str, dict[str, str]]]:
    order = Order.objects.filter(status="closed").order_by("-pk")[0]
    customer = Order.objects.filter(pk__lte=order.pk).order_by("-pk")[100].customer
    product = Product.objects.filter(kind="stocked", tracking="none").order_by("pk")[0]
    today = timezone.localdate()
    year = f"period=custom&from={today.year - 1}-01-01&until={today.isoformat()}"
    return [
        *_list("customers", "/customers/", Customer, ["-last_contact_at", "-id"],
               quote("نوره العتيبى"), "status=inactive"),
        *_list("orders", "/orders/", Order, ["-created_at", "-id"], quote("محمد"),
               "status=in_progress"),
        *_list("movements", "/inventory/movements/", StockMovement, ["-at", "-id"],
               "SO", "kind=return"),
        ("products: first page", "/inventory/products/", {}),
        ("products: search", "/inventory/products/?q=" + quote("سبليت"), SWAP),
        ("inventory home", "/inventory/", {}),
        ("inspections: list", "/inspections/list/", {}),
        ("inspections: calendar", "/inspections/", {}),
        ("payments: first page", "/orders/payments/", {}),
        ("duplicates", "/customers/duplicates/", {}),
        ("customer page", f"/customers/{customer.pk}/", {}),
        ("customer: orders panel", f"/orders/customer/{customer.pk}/", SWAP),
        ("order page", f"/orders/{order.pk}/", {}),
        ("product page", f"/inventory/products/{product.pk}/", {}),
        ("new order", "/orders/new/", {}),
        ("home", "/", {}),
        *[(f"report {code}, this year", f"/reports/{code}/", {})
          for code in ("sales", "staff", "customers", "stock")],
        *[(f"report {code}, two years", f"/reports/{code}/?{year}", {})
          for code in ("sales", "staff", "customers", "stock")],
        *[(f"report sales by {by}", f"/reports/sales/?{year}&by={by}", {})
          for by in ("product", "category", "branch", "user", "channel")],
    ]  # fmt: skip


def _list(
    name: str, url: str, model: type[models.Model], order: list[str], words: str, narrow: str
) -> list[tuple[str, str, dict[str, str]]]:
    names = [column.lstrip("-") for column in order]
    rows = model._base_manager.order_by(*order)
    at = min(DEEP, max(0, model._base_manager.count() - 60))
    after = _encode(rows[at], names)
    return [
        (f"{name}: first page", url, {}),
        (f"{name}: search", f"{url}?q={words}", SWAP),
        (f"{name}: filter", f"{url}?{narrow}", SWAP),
        (f"{name}: page {at // 50:,}", f"{url}?after={after}", SWAP),
    ]


def _create(client: Client) -> Any:
    number = uuid4().int % 10**7
    return client.post(
        "/customers/new/",
        {
            "kind": "person", "name": f"عميل {number}", "phone": f"055{number:07}",
            "source": "other", "language": "ar", "status": "active", "request_id": str(uuid4()),
            "branch": Customer.objects.order_by("pk").values_list("branch_id", flat=True)[0],
        },
        **SWAP,
    )  # fmt: skip


def _time(label: str, ask: Any) -> None:
    queries: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    ask()
    with connection.execute_wrapper(note):
        answer = ask()
    times = []
    for _run in range(RUNS):
        start = time.perf_counter()
        answer = ask()
        times.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    size = len(b"".join(answer.streaming_content)) if answer.streaming else len(answer.content)
    print(
        f"{label:32} {answer.status_code} {statistics.median(times):7.1f} ms p50 {p95:7.1f} p95 "
        f"{len(queries):3} queries {size / 1024:6.1f} KB"
    )
