"""The demonstration's visits are believable, allowed by the database, and the same every time."""

from django.db.models import Count
from django.utils import timezone

from inspections.models import Inspection, InspectionType
from inspections.services.demo import DemoCompany, seed_inspections
from tests import factories

from .conftest import at, make_product


def seed(branch, inspectors, owner, now):
    customers = [factories.make_customer(branch, owner, name=f"عميل {n}") for n in range(6)]
    company = DemoCompany(
        branch=branch, inspectors=inspectors, owners=[owner], customers=customers,
        products={"pipe": make_product()},
    )  # fmt: skip
    return seed_inspections(company, now=now)


def test_a_fortnight_of_visits(riyadh, inspector, second_inspector, sales):
    made = seed(riyadh, [inspector, second_inspector], sales, timezone.now())

    by_status = dict(
        Inspection.objects.order_by().values_list("status").annotate(Count("pk")).order_by()
    )
    assert len(made) == Inspection.objects.count() > 40
    assert by_status["requested"] == 5
    assert by_status["completed"] > 5
    assert by_status["scheduled"] > 5
    assert InspectionType.objects.count() == 3
    assert InspectionType.objects.get(code="ac-survey").items.filter(product=None).count() == 12


def test_it_is_the_same_every_time_and_types_are_made_once(riyadh, inspector, sales):
    now = at(12)
    first = [(one.type.code, one.starts_at) for one in seed(riyadh, [inspector], sales, now)]
    Inspection.objects.all().delete()
    second = [(one.type.code, one.starts_at) for one in seed(riyadh, [inspector], sales, now)]

    assert first == second
    assert InspectionType.objects.count() == 3
