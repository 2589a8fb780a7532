"""How fast reports are over 500,000 orders with 1.5 million lines. Run by hand, asserts nothing:

    python3 manage.py shell -c "from tests.bench.bench_reports import main; main()"

Makes the test database, fills it once (1,000,000 customers, 500,000 orders over three years,
1,000,000 movements), and times every report as a page of this process, with query counts: first
with every month read from the orders, then with kept months. CPU is this process and the database's
elapsed time together; a busy machine makes both longer.
"""

import statistics
import time
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import RoleCode
from customers.models import Category
from orders.models import Order
from reports.catalogue import REPORTS
from reports.models import BuiltMonth
from reports.services import due_months, rebuild_month
from tests.bench.reports_data import fill_sales
from tests.conftest import sign_in
from tests.factories import make_branch, make_company, make_user

RUNS = 20  # of each page, after a warm-up
PERIODS = ("today", "month", "30", "quarter", "year", "last_year")


def main(orders: int = 500_000, customers: int = 1_000_000, runs: int = RUNS) -> None:
    """Print the figures."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True, serialize=False)
    manager = _prepare(orders, customers)
    seller = User.objects.filter(role__code=RoleCode.SALES).order_by("pk")[0]
    BuiltMonth.objects.all().delete()
    print("— every month from the orders (two periods, no kept sums)")
    for by in ("channel", "user", "product"):
        _time(_client(manager), f"/reports/sales/?period=year&by={by}", min(runs, 3))
    start = time.perf_counter()
    due = due_months()
    for month, branches in due.items():
        rebuild_month(month, branches)
    print(f"— {len(due)} months summed up in {time.perf_counter() - start:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    browser = _client(manager)
    whole = [
        time_
        for code, report in REPORTS.items()
        for period in PERIODS
        for by in report.kinds
        for time_ in _time(browser, f"/reports/{code}/?period={period}&by={by}", runs)
    ]
    for by in REPORTS["sales"].kinds:
        whole += _time(_client(seller), f"/reports/sales/?period=year&by={by}", runs)
    whole += _time(browser, "/reports/home/figures/?fresh=1", runs)
    whole += _time(browser, "/reports/sales/rows/?period=year&by=channel&what=sales&key=web", runs)
    print(f"— all together: {statistics.median(whole):.0f} ms p50, {_p95(whole):.0f} ms p95")


def _prepare(orders: int, customers: int) -> User:
    if not Order.objects.exists():
        make_company()
        for name in ("Riyadh", "Jeddah", "Dammam", "Abha"):
            branch = make_branch(name_ar=name, name_en=name)
            for number in range(15):
                make_user(RoleCode.SALES, branch, name=f"Seller {number} {name}", language="ar")
        for name in ("ذهبي", "فضي", "بلاتيني"):
            Category.objects.get_or_create(
                name_ar=name, defaults={"name_en": name, "colour": "gold"}
            )
        fill_sales(orders, customers)
    known = User.objects.filter(email="manager@demo.example").first()
    return known or make_user(
        RoleCode.COMPANY_MANAGER, None, email="manager@demo.example", language="ar"
    )


def _client(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    sign_in(client, user)
    return client


def _time(client: Client, url: str, runs: int) -> list[float]:
    queries: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(url)
    times = []
    for _run in range(runs):
        start = time.perf_counter()
        answer = client.get(url)
        times.append((time.perf_counter() - start) * 1000)
    print(
        f"{url:58} {answer.status_code} {statistics.median(times):6.1f} ms p50 {_p95(times):6.1f} p95"
        f" {len(queries):3} queries {len(answer.content) / 1024:6.1f} KB",
        flush=True,
    )
    return times


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
