"""How fast the customer list and page are at 100,000 customers. Run by hand, asserts nothing:

    python3 manage.py shell -c "from tests.bench.bench_customer_list import main; main()"

Makes the test database, fills it, times the pages in this process with query counts, then starts
gunicorn with two processes on it and asks for first pages with eight clients at once.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import RoleCode
from customers.models import Category, Customer
from tests.bench.customers_data import fill_customers
from tests.conftest import sign_in
from tests.factories import make_branch, make_company, make_user

RUNS = 40  # of each page, after a warm-up
CLIENTS = 8


def main(customers: int = 100_000, seconds: int = 8) -> None:
    """Print the figures."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True, serialize=False)
    manager = _prepare(customers)
    client = Client(SERVER_NAME="localhost")
    sign_in(client, manager)
    for label, url, headers in _pages(client):
        _time_page(client, label, url, headers)
    _time_over_http(client.cookies["sessionid"].value, seconds)


def _prepare(customers: int) -> User:
    if not Customer.objects.exists():
        make_company()
        branches = [make_branch(name_ar="الرياض", name_en="Riyadh"), make_branch(name_ar="جدة")]
        for branch in branches:
            for _number in range(5):
                make_user(RoleCode.SALES, branch, name="فهد الحربي", language="ar")
        for name in ("ذهبي", "فضي", "بلاتيني"):
            Category.objects.get_or_create(
                name_ar=name, defaults={"name_en": name, "colour": "gold"}
            )
        fill_customers(customers)
    known = User.objects.filter(email="manager@demo.example").first()
    return known or make_user(
        RoleCode.COMPANY_MANAGER, None, email="manager@demo.example", language="ar"
    )


def _pages(client: Client) -> list[tuple[str, str, dict[str, str]]]:
    category = Category.objects.order_by("-pk").values_list("pk", flat=True)[0]
    last = Customer.objects.order_by("last_contact_at", "id")[200]
    from crm_project.kit.pages import _encode

    deep = _encode(last, ["last_contact_at", "id"])
    swap = {"HTTP_HX_REQUEST": "true"}
    return [
        ("first page", "/customers/", {}),
        ("search, common word", "/customers/?q=" + quote("محمد"), swap),
        ("search, two words", "/customers/?q=" + quote("نوره العتيبى"), swap),
        ("search, rare", "/customers/?q=" + quote("0507 91"), swap),
        ("search, none", "/customers/?q=" + quote("زقزوق"), swap),
        ("search, whole page", "/customers/?q=" + quote("محمد"), {}),
        ("deep page", f"/customers/?after={deep}", swap),
        ("filter", f"/customers/?category={category}", swap),
        ("filter by status and city", "/customers/?status=inactive&city=" + quote("جدة"), swap),
        ("by name", "/customers/?order=name", swap),
        ("customer page", f"/customers/{last.pk}/", {}),
    ]


def _time_page(client: Client, label: str, url: str, headers: dict[str, str]) -> None:
    queries: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(url, **headers)
    times = []
    for _run in range(RUNS):
        start = time.perf_counter()
        answer = client.get(url, **headers)
        times.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(
        f"{label:28} {answer.status_code} {statistics.median(times):6.1f} ms p50 {p95:6.1f} p95 "
        f"{len(queries):3} queries {len(answer.content) / 1024:6.1f} KB"
    )


def _time_over_http(session: str, seconds: int) -> None:
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "crm_project.wsgi", "-w", "2", "-k", "gthread",
         "--threads", "4", "-b", f"127.0.0.1:{port}", "--log-level", "error"],
        env={**os.environ, "DATABASE_URL": url, "DEBUG": "0", "LOG_LEVEL": "ERROR"},
    )  # fmt: skip
    try:
        _wait(port, session)
        stop = time.monotonic() + seconds
        with ThreadPoolExecutor(CLIENTS) as pool:
            counts = list(pool.map(lambda _n: _ask_until(port, stop, session), range(CLIENTS)))
        print(
            f"{CLIENTS} clients, 2 web processes: {sum(counts) / seconds:.0f} first pages a second"
        )
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, session: str) -> None:
    for _try in range(100):
        try:
            _ask(HTTPConnection("127.0.0.1", port, timeout=5), session)
            return
        except OSError:
            time.sleep(0.2)


def _ask_until(port: int, stop: float, session: str) -> int:
    connection_ = HTTPConnection("127.0.0.1", port, timeout=10)
    done = 0
    while time.monotonic() < stop:
        _ask(connection_, session)
        done += 1
    return done


def _ask(connection_: HTTPConnection, session: str) -> None:
    connection_.request("GET", "/customers/", headers={"Cookie": f"sessionid={session}"})
    answer = connection_.getresponse()
    answer.read()
    assert answer.status == 200, (answer.status, answer.headers.get("Location"))
