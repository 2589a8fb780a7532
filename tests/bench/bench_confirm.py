"""How fast an order with ten lines is confirmed while eight clients race for the same products.

    python3 manage.py shell -c "from tests.bench.bench_confirm import main; main()"

Makes the test database, writes quotes over the same few products, starts gunicorn with two
processes on it, and lets eight people confirm their quotes by API at the same time. Prints the
waiting times as the clients see them, and checks that nothing was promised twice. Asserts no speed.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from http.client import HTTPConnection
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.db.models import Sum

from accounts.models import Branch, User
from accounts.roles import RoleCode
from accounts.services import tokens
from inventory.models import Inventory, Product, Reservation, StockMovement, Warehouse
from inventory.services import Move, move_stock
from orders.models import Order
from orders.services import LineInput, OrderInput, write_quote
from tests.bench.bench_customer_list import _free_port
from tests.factories import make_branch, make_company, make_customer, make_user

CLIENTS = 8
PRODUCTS = 20
LINES = 10


def main(orders: int = 50, customers: int = 0) -> None:
    """Print the figures: `orders` for each client; `customers` are filled in before."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True, serialize=False)
    cache.clear()
    make_company()
    branch = make_branch(f"x{uuid4().hex[:8]}")
    if customers:
        from tests.bench.customers_data import fill_customers

        fill_customers(customers)
    products = _stock(branch, quantity=orders * CLIENTS * LINES)
    people = [_person(branch) for _client in range(CLIENTS)]
    work = [_quotes(person, branch, products, orders) for person in people]
    port = _free_port()
    server = _serve(port)
    try:
        bearers = [tokens.issue_tokens(person).access for person in people]
        _wait(port, bearers[0])
        start = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            found = list(
                pool.map(lambda at: _confirm_all(port, bearers[at], work[at]), range(CLIENTS))
            )
        seconds = time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()
    _report([wait for waits in found for wait in waits], seconds, products)


def _person(branch: Branch) -> User:
    return make_user(RoleCode.SALES, branch, email=f"{uuid4().hex[:12]}@demo.example")


def _stock(branch: Branch, quantity: int) -> list[Product]:
    names = {"name_ar": "مستودع", "name_en": "Store"}
    place = Warehouse.objects.create(code=uuid4().hex[:12], branch=branch, **names)
    made = []
    for number in range(PRODUCTS):
        sku = f"B-{uuid4().hex[:10]}"
        made.append(
            Product.objects.create(
                sku=sku, name_ar=f"صنف {number}", name_en=f"Item {number}", price=100
            )
        )
    move_stock(
        [
            Move(
                kind=StockMovement.Kind.RECEIPT,
                product_id=product.pk,
                warehouse_id=place.pk,
                quantity=Decimal(quantity),
                unit_cost=Decimal(60),
                source="bench",
            )
            for product in made
        ],
        actor=None,
    )
    return made


def _quotes(person: User, branch: Branch, products: list[Product], count: int) -> list[int]:
    customer = make_customer(branch, person)
    made = []
    for _order in range(count):
        chosen = random.sample(products, LINES)
        lines = tuple(LineInput(product_id=one.pk, quantity=Decimal(1)) for one in chosen)
        wanted = OrderInput(customer=customer, lines=lines)
        made.append(write_quote(wanted, actor=person, request_id=None).pk)
    return made


def _serve(port: int) -> "subprocess.Popen[bytes]":
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "crm_project.wsgi", "-w", "2", "-k", "gthread",
         "--threads", "4", "-b", f"127.0.0.1:{port}", "--log-level", "error"],
        env={**os.environ, "DATABASE_URL": url, "DEBUG": "0", "LOG_LEVEL": "ERROR"},
    )  # fmt: skip


def _wait(port: int, bearer: str) -> None:
    for _try in range(200):
        try:
            with ThreadPoolExecutor(
                CLIENTS
            ) as pool:  # every thread of the server opens its connection
                list(pool.map(lambda _client: _read_some(port, bearer), range(CLIENTS)))
            return
        except OSError:
            time.sleep(0.2)


def _read_some(port: int, bearer: str) -> None:
    client = HTTPConnection("127.0.0.1", port, timeout=20)
    for _turn in range(10):
        _ask(client, "GET", "/api/v1/orders/", bearer)


def _confirm_all(port: int, bearer: str, orders: list[int]) -> list[float]:
    client = HTTPConnection("127.0.0.1", port, timeout=20)
    waits = []
    for order in orders:
        start = time.perf_counter()
        _ask(client, "POST", f"/api/v1/orders/{order}/confirm/", bearer)
        waits.append((time.perf_counter() - start) * 1000)
    return waits


def _ask(client: HTTPConnection, method: str, path: str, bearer: str) -> None:
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    client.request(method, path, body=json.dumps({}) if method == "POST" else None, headers=headers)
    answer = client.getresponse()
    body = answer.read()
    assert answer.status == 200, (answer.status, body[:300])


def _report(waits: list[float], seconds: float, products: list[Product]) -> None:
    steps = statistics.quantiles(waits, n=100)
    print(
        f"{len(waits)} orders of {LINES} lines, {CLIENTS} clients: p50 {steps[49]:.0f} ms, "
        f"p95 {steps[94]:.0f} ms, p99 {steps[98]:.0f} ms, {len(waits) / seconds:.0f} a second"
    )
    stock = Inventory.objects.filter(product__in=products)
    promised = Reservation.objects.filter(inventory__in=stock).aggregate(n=Sum("quantity"))["n"]
    confirmed = Order.objects.filter(lines__product__in=products, status="confirmed").distinct()
    print(
        f"confirmed {confirmed.count()}, promised {promised:f} pieces, "
        f"reserved {stock.aggregate(n=Sum('reserved'))['n']:f}"
    )
