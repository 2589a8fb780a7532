"""The whole demo in its order; every part adds only what lacks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Branch
from customers.models import Customer
from inspections.models import Inspection
from inspections.services.demo import DemoCompany, seed_inspections
from inventory.services.demo import look_for_low_stock, seed_catalogue
from orders.models import ExchangeRate

from .bulk_leads import add_leads
from .company import BRANCHES, Access, Company, make_company
from .customers import add_customers
from .leads import THROUGH_THE_PIPELINE, add_enquiries, known_enquiries
from .orders import add_orders, can_write_orders
from .rules import make_rules

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
DOLLAR = Decimal("3.75")  # riyals, pegged since 1986 (Saudi Central Bank)
YEARS_OF_TRADE = timedelta(days=3 * 365)  # more than the demo has


def is_settled() -> bool:
    """Return True when the demo is complete, or when the database holds a company of its own."""
    if Branch.objects.exclude(code__in=BRANCHES).exists():
        return True
    return bool(known_enquiries(1))  # they come last, in one transaction


def seed(*, customers: int, orders: int, leads: int, progress: Progress) -> Access:
    """Bring the demo up to so many customers, orders and leads; return what opens it.

    `progress` is called with a part's name and size, and gives what is told of each step in it.
    """
    with progress("company", 1) as advance:
        company = make_company()
        make_rules(company)
        advance(1)
    with progress("customers", customers) as advance:
        add_customers(company, customers, progress=advance)
    with progress("catalogue", 1) as advance:
        seed_catalogue(company.branches)
        _add_rate()
        advance(1)
    if can_write_orders():
        with progress("orders", orders) as advance:
            add_orders(company, orders, progress=advance)
        look_for_low_stock()
    with progress("visits", 1) as advance:
        _add_visits(company)
        advance(1)
    first = min(leads, THROUGH_THE_PIPELINE)
    with progress("enquiries", first) as advance:
        add_enquiries(company, first, progress=advance)
    if leads > THROUGH_THE_PIPELINE:
        with progress("leads", leads - first) as advance:
            add_leads(company, leads, first=first, progress=advance)
    return company.access


def _add_rate() -> None:
    """What a dollar is worth: one supplier sells in dollars, and is ordered from in one click."""
    if not ExchangeRate.objects.filter(currency="USD").exists():
        since = timezone.localdate() - YEARS_OF_TRADE
        ExchangeRate.objects.create(currency="USD", on=since, rate=DOLLAR)


def _add_visits(company: Company) -> None:
    """A fortnight of visits in every branch that has none."""
    for number, (code, branch) in enumerate(company.branches.items()):
        if Inspection.objects.filter(branch=branch).exists():
            continue
        customers = Customer.objects.filter(branch=branch).open().exclude(status="blocked")
        seed_inspections(
            DemoCompany(
                branch=branch,
                inspectors=company.inspectors_of(code),
                owners=company.sales_of(code),
                customers=list(customers.order_by("pk")[:60]),
            ),
            seed=7 + number,
        )
