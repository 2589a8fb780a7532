"""How many rows a second an import checks and writes, and how much memory it takes.

    python3 manage.py shell -c "from tests.bench.bench_import import main; main()"

Makes the test database, writes a CSV file of believable customers (names in both scripts, phones in
several writings, e-mails, categories, tags, dates, some notes; one row in a hundred is wrong and one
repeats another), then tries it out and imports it as the worker would. Asserts no speed.
"""

import csv
import os
import random
import resource as memory
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from django.core.cache import cache
from django.core.files import File
from django.db import connection

from accounts.roles import RoleCode
from customers.models import Category, Customer
from customers.resources import CustomerResource
from exchange import services, tasks
from exchange.models import Batch
from tests.factories import make_branch, make_company, make_user

HEAD = ("Name", "Mobile", "Email", "City", "Category", "Tags", "Created", "Notes")
GIVEN = (
    "محمد نورة عبدالله سارة أحمد ليلى خالد هند فهد ريم Omar Khalid Lina Sara Faisal Huda".split()
)
FAMILY = "العتيبي الحربي القحطاني الغامدي الزهراني الشهري Alharbi Haddad Alotaibi Mansour".split()
CITIES = ("الرياض", "جدة", "الدمام", "Riyadh", "Jeddah", "أبها")
TAGS = ("VIP", "معرض", "Shop", "مطابخ")


def main(rows: int = 100_000, existing: int = 0) -> None:
    """Print the figures; `existing` customers are filled in before."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True, serialize=False)
    cache.clear()
    make_company()
    branch = make_branch(f"x{uuid4().hex[:8]}")
    actor = make_user(RoleCode.COMPANY_MANAGER, None)
    Category.objects.get_or_create(name_ar="ذهبي", name_en="Gold")
    if existing:
        from tests.bench.customers_data import fill_customers

        fill_customers(existing)
    kind = CustomerResource()
    with tempfile.TemporaryDirectory() as folder:
        upload = File(_write(Path(folder) / "people.csv", rows).open("rb"), name="people.csv")
        batch = services.upload_file(upload, resource=kind, branch=branch, actor=actor)
        proposal, _saved = services.proposal_of(batch, resource=kind, actor=actor)
        chosen = services.Choices(mapping={guess.position: guess.field for guess in proposal})
        services.choose_columns(batch, chosen, resource=kind, actor=actor)
        services.start_check(batch, step=tasks.check_batch)
        _step("trial run", rows, lambda: services.run_check(batch.pk, resource=kind))
        services.start_import(batch, step=tasks.import_batch, actor=actor)
        _step("import", rows, lambda: services.run_import(batch.pk, resource=kind))
        _report(batch)
        services.start_undo(batch, step=tasks.undo_batch, actor=actor)
        _step("undo", rows, lambda: services.run_undo(batch.pk, resource=kind))
        _report(batch)


def _write(path: Path, rows: int) -> Path:
    dice = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for number in range(rows):
            writer.writerow(_row(dice, number))
    return path


def _row(dice: random.Random, number: int) -> list[str]:
    name = f"{dice.choice(GIVEN)} {dice.choice(GIVEN)} {dice.choice(FAMILY)}"
    unique = (number - 1 if number % 100 == 50 else number) * 7919 % 100_000_000
    phone = dice.choice(("05{}", "+9665{}", "9665{}", "009665{}")).format(f"{unique:08d}")
    if number % 100 == 10:
        phone = "05512"
    email = "" if number % 100 in (10, 49, 50) else f"c{number}@mail{number % 50}.example"
    note = f"يفضّل الاتصال مساءً {number}" if number % 5 == 0 else ""
    day = f"{dice.randint(1, 28):02d}/{dice.randint(1, 12):02d}/{dice.randint(2015, 2025)}"
    return [name, phone, email, dice.choice(CITIES), "Gold", dice.choice(TAGS), day, note]


def _step(name: str, rows: int, work: object) -> None:
    start, cpu, theirs = time.perf_counter(), time.process_time(), _backend_seconds()
    work()  # type: ignore[operator]
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    theirs = _backend_seconds() - theirs
    peak = memory.getrusage(memory.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {seconds:.1f} s, {rows / seconds:,.0f} rows/s, peak memory {peak:.0f} MB")
    print(f"    CPU: {cpu:.1f} s of this process, {theirs:.1f} s of the database's")


def _backend_seconds() -> float:
    """CPU time that the database has spent for this connection so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _report(batch: Batch) -> None:
    batch.refresh_from_db()
    counts = ("created", "updated", "skipped", "failed", "repeated", "kept")
    print(batch.status, {name: getattr(batch, f"{name}_count") for name in counts})
    print(f"customers: {Customer.objects.count():,}", batch.fault)
