"""`manage.py seed_demo`: only for development, the same each time, whole and believable."""

import io
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Activity, Branch, Notification, Team, User
from accounts.roles import RoleCode
from accounts.services.keys import user_of_key
from accounts.services.verification import verify
from customers.models import Consent, ContactPoint, Customer
from customers.services.people import contact_text, name_keys_of
from inspections.models import Inspection
from inventory.models import Inventory, PurchaseOrder, StockAlert
from leads.demo.enquiries import templates
from leads.models import DuplicateSuggestion, ExtractedField, Lead, RoutingDecision
from messaging.models import Message, Signal
from orders.models import Order
from orders.services import confirm_order, copy_order
from tests.factories import make_branch, make_customer

PASSWORD = "kavo-miru-zepa-lodi-47"
KEY = "mdr_" + "demo-key-of-the-tests-0123456789-abcdefg-xy"
TABLES = (
    User, Team, Branch, Customer, ContactPoint, Consent, Lead, Message, Signal, RoutingDecision,
    Activity, Notification, ExtractedField,
)  # fmt: skip
ARABIC = re.compile("[\u0600-\u06ff]")


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    monkeypatch.setenv("DEMO_INTEGRATOR_KEY", KEY)


@pytest.fixture
def debug(settings: Any) -> None:
    settings.DEBUG = True


def seed(*arguments: str, customers: int = 40, orders: int = 0, leads: int = 30) -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    sizes = [f"--customers={customers}", f"--orders={orders}", f"--leads={leads}"]
    call_command("seed_demo", *sizes, *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in TABLES}


def test_it_is_refused_where_debug_is_off_and_changes_nothing(db: None, settings: Any) -> None:
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG"):
        seed()

    assert not User.objects.exists()
    assert not Branch.objects.exists()


@pytest.mark.parametrize("number", ["-1", "many", "9999999999", "٣"])
def test_a_number_that_is_none_is_refused(db: None, debug: None, number: str) -> None:
    with pytest.raises(CommandError):
        call_command("seed_demo", f"--customers={number}")


def test_a_second_run_changes_no_number(db: None, debug: None) -> None:
    seed()
    before = counts()

    seed()

    assert counts() == before


def test_a_second_run_adds_only_what_lacks(db: None, debug: None) -> None:
    seed()
    phones = set(Customer.objects.values_list("phone", flat=True))

    seed(customers=55, leads=36)

    assert phones < set(Customer.objects.values_list("phone", flat=True))
    assert Customer.objects.filter(request_id__isnull=False).count() == 55
    assert Lead.objects.count() == 36


def test_two_databases_get_the_same_people(db: None, debug: None) -> None:
    seed(leads=0)
    first = list(Customer.objects.order_by("pk").values_list("name", "phone", "email"))
    Inspection.objects.all().delete()
    Customer.objects.all().delete()

    seed(leads=0)

    assert list(Customer.objects.order_by("pk").values_list("name", "phone", "email")) == first


def test_if_empty_leaves_a_demo_as_it_is(db: None, debug: None) -> None:
    seed()
    before = counts()

    assert seed("--if-empty", customers=90, leads=60) == ""

    assert counts() == before


def test_if_empty_leaves_a_company_of_its_own_alone(db: None, debug: None) -> None:
    make_branch("dammam")

    seed("--if-empty")

    assert Branch.objects.count() == 1
    assert not User.objects.exists()


def test_everybody_has_the_password_and_the_right_place(db: None, debug: None) -> None:
    printed = seed(leads=0)

    places = {
        user.email.split("@")[0]: (user.role.code, user.branch and user.branch.code)
        for user in User.objects.staff().with_access()
    }
    assert places.items() >= {
        ("manager", (RoleCode.COMPANY_MANAGER, None)),
        ("supervisor", (RoleCode.SUPERVISOR, "riyadh")),
        ("sales", (RoleCode.SALES, "riyadh")),
        ("inspector", (RoleCode.INSPECTOR, "riyadh")),
        ("auditor", (RoleCode.AUDITOR, None)),
        ("sales.b", (RoleCode.SALES, "jeddah")),
    }
    assert all(user.check_password(PASSWORD) for user in User.objects.staff())
    assert all(ARABIC.search(user.name) for user in User.objects.staff())
    assert "sales.b@demo.example" in printed
    assert PASSWORD not in printed  # known already: it has no place in a log
    assert KEY not in printed
    robot = user_of_key(KEY)
    assert robot is not None
    assert robot.has_perm("leads.view_lead")


def test_another_password_takes_the_place_of_the_old_one(
    db: None, debug: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(leads=0)
    monkeypatch.setenv("DEMO_PASSWORD", "another long pass phrase")

    seed(leads=0)

    assert User.objects.get(email="sales@demo.example").check_password("another long pass phrase")


def test_without_a_given_password_a_random_one_is_printed_once(
    db: None, debug: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEMO_PASSWORD")
    monkeypatch.delenv("DEMO_INTEGRATOR_KEY")

    rows = dict(line.rsplit(maxsplit=1) for line in seed(leads=0).splitlines())
    again = seed(leads=0)

    password = rows["manager@demo.example"]
    assert User.objects.get(email="manager@demo.example").check_password(password)
    assert user_of_key(rows["Integrator key"]) is not None
    assert password not in again
    assert rows["Integrator key"] not in again


def test_customers_are_found_as_if_made_by_hand(db: None, debug: None) -> None:
    seed(customers=200, leads=0)

    rows = list(Customer.objects.prefetch_related("points"))
    for row in rows:
        phones = tuple(point.value for point in row.points.all() if point.kind == "phone")
        emails = tuple(point.value for point in row.points.all() if point.kind == "email")
        assert row.contact_text == contact_text(phones, emails)
        assert row.name_keys == name_keys_of(row.kind, row.name, row.company)
        assert row.phone == phones[0]
        assert re.fullmatch(r"\+9665[03-9]\d{7}", row.phone)
        assert row.email == (emails[0] if emails else "")
        assert row.email == "" or row.email.endswith(".example")
        assert row.owner.branch_id == row.branch_id
        assert row.created_at <= row.last_contact_at <= timezone.now()
    assert len({row.phone for row in rows}) == len(rows)
    assert sum(bool(ARABIC.search(row.name)) for row in rows) > 0.7 * len(rows)
    assert {row.kind for row in rows} == {"person", "company"}


def test_there_are_seventy_different_enquiries_on_every_channel() -> None:
    channels = Counter(template.channel for template in templates())

    assert len({template.text for template in templates()}) >= 70
    assert set(channels) == {"whatsapp", "email", "web_form", "marketplace"}


@pytest.mark.slow
def test_the_whole_demo_is_a_fortnight_of_work(db: None, debug: None, queued: Any) -> None:
    seed(customers=120, leads=140)

    leads = list(Lead.objects.select_related("owner", "branch").prefetch_related("decisions"))
    assert len(leads) == 140
    assert all(lead.decisions.all() for lead in leads)
    assert all(lead.owner for lead in leads if lead.status in Lead.OPEN)
    assert {lead.status for lead in leads} == set(Lead.Status.values)
    assert {lead.channel for lead in leads} == {"whatsapp", "email", "web_form", "marketplace"}
    assert {lead.language for lead in leads} >= {"ar", "en", "arabizi", "mixed"}
    assert {lead.branch.code for lead in leads} == {"riyadh", "jeddah"}
    rules = Counter(RoutingDecision.objects.values_list("rule_name", flat=True))
    assert len(rules) >= 8
    assert max(rules.values()) < 0.4 * sum(rules.values())
    assert ExtractedField.objects.filter(state="corrected").exists()
    assert DuplicateSuggestion.objects.filter(state="open").exists()
    assert Lead.objects.filter(customer__isnull=False, status="accepted").exists()
    ready = {name for name in queued() if "duplicates" not in name}
    assert ready <= {"inventory.tasks.tell_about_low_stock"}  # what runs low is told at the start
    assert not Message.objects.filter(status__in=["queued", "sending"]).exists()


def test_nothing_lies_in_the_future_and_the_log_holds(db: None, debug: None) -> None:
    seed()

    now = timezone.now()
    for model, field in ((Lead, "received_at"), (Lead, "accepted_at"), (Lead, "closed_at"),
                         (Activity, "at"), (Message, "sent_at"), (Signal, "received_at"),
                         (Notification, "created_at"), (RoutingDecision, "at")):  # fmt: skip
        assert not model.objects.filter(**{f"{field}__gt": now}).exists(), (model, field)
    opened = Activity.objects.filter(verb="lead.opened").order_by("at")
    assert (now - opened[0].at).days >= 3
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # seals are written at commit
    assert verify().finding is None
    assert verify().entries == Activity.objects.count()


def test_more_leads_than_the_pipeline_takes_are_whole_too(db: None, debug: None) -> None:
    seed(customers=20, leads=170)
    seed(customers=20, leads=200)

    assert Lead.objects.count() == 200
    bulk = Lead.objects.filter(log__message__provider_id__startswith="demo-bulk-")
    assert bulk.count() == 60
    for lead in bulk.select_related("owner", "conversation").prefetch_related("decisions"):
        assert lead.owner.branch_id == lead.branch_id == lead.conversation.branch_id
        assert lead.code.startswith("L-")
        assert lead.search
        assert [decision.person_id for decision in lead.decisions.all()] == [lead.owner_id]
    assert len(set(bulk.values_list("code", flat=True))) == 60


def test_the_clock_is_right_again_afterwards(db: None, debug: None) -> None:
    seed(leads=4)

    made = make_customer(Branch.objects.get(code="riyadh"))
    assert abs((datetime.now(tz=UTC) - made.created_at).total_seconds()) < 5
    assert abs((datetime.now(tz=UTC) - timezone.now()).total_seconds()) < 5


def unbalanced() -> list[int]:
    """Return the stock rows whose sums are not those of their movements; none, if all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id FROM inventory_inventory i JOIN inventory_stockmovement m"
            " ON m.inventory_id = i.id GROUP BY i.id"
            " HAVING i.on_hand <> sum(m.quantity) OR i.reserved <> sum(m.reserved_change)"
        )
        return [row[0] for row in cursor.fetchall()]


def test_its_orders_are_as_if_people_had_written_them(db: None, debug: None) -> None:
    seed(orders=300, leads=0)
    seed(orders=310, leads=0)

    assert Order.objects.count() == 310
    assert unbalanced() == []
    paid = Order.objects.annotate(sum=Coalesce(Sum("payments__amount"), Decimal(0)))
    assert not paid.exclude(sum=F("paid")).exists()
    lines = Order.objects.annotate(net=Sum("lines__net"), line_tax=Sum("lines__tax"))
    assert not lines.exclude(net=F("subtotal"), line_tax=F("tax")).exists()
    for row in Inventory.objects.annotate(promised=Sum("reservations__quantity")):
        assert row.reserved == (row.promised or 0)
        assert row.available >= 0
    assert len({order.status for order in Order.objects.all()}) >= 8
    numbers = Order.objects.filter(number__startswith="RIYADH-2026-").values_list(
        "number", flat=True
    )
    assert sorted(int(number[-5:]) for number in numbers) == list(range(1, len(numbers) + 1))


def test_a_person_goes_on_where_the_demo_ended(db: None, debug: None, client_of: Any) -> None:
    seed(orders=60, leads=0)
    order = Order.objects.filter(status=Order.Status.QUOTE).first()
    actor = User.objects.get(email="manager@demo.example")
    confirm_order(order, actor=actor)
    assert unbalanced() == []
    again = copy_order(order, actor=actor, request_id=uuid4())
    assert not Order.objects.filter(number=again.number).exclude(pk=again.pk).exists()
    low = StockAlert.objects.open().values_list("inventory", flat=True)  # all are chosen there
    client_of(actor).post("/inventory/low/order/", {"stock": list(low)})
    assert set(PurchaseOrder.objects.values_list("currency", flat=True)) == {"SAR", "USD"}
