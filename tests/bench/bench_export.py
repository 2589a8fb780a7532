"""How many customers a second an export writes, and how much memory it takes.

    python3 manage.py shell -c "from tests.bench.bench_export import main; main()"

Makes the test database with believable customers and lets the list's export make its files. Asserts
no speed.
"""

import resource as memory
import time
from uuid import uuid4

from django.core.cache import cache
from django.db import connection

from accounts.roles import RoleCode
from customers.columns import chosen_columns
from customers.export import export_rows, head_of
from customers.models import Category, Customer
from exchange.exporting import export_pieces
from tests.bench.customers_data import fill_customers
from tests.factories import make_branch, make_company, make_user

COLUMNS = ("phone", "email", "city", "category", "status", "last_contact", "owner", "branch")


def main(customers: int = 200_000) -> None:
    """Print the figures."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True, serialize=False)
    cache.clear()
    make_company()
    make_branch(f"x{uuid4().hex[:8]}")
    user = make_user(RoleCode.COMPANY_MANAGER, None)
    Category.objects.get_or_create(name_ar="ذهبي", name_en="Gold")
    if Customer.objects.count() < customers:
        fill_customers(customers)
    columns = chosen_columns(COLUMNS)
    rows = Customer.objects.visible_to(user).open().order_by("-last_contact_at", "-id")
    for kind in ("csv", "jsonl", "json", "xlsx"):
        start, cpu, size = time.perf_counter(), time.process_time(), 0
        made = export_rows(rows[:customers], columns, user)
        for piece in export_pieces(made, head_of(columns), format=kind):
            size += len(piece)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        peak = memory.getrusage(memory.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{kind}: {seconds:.1f} s ({cpu:.1f} s own CPU), {customers / seconds:,.0f} rows/s, "
            f"{size / 1e6:.0f} MB, peak memory {peak:.0f} MB"
        )
