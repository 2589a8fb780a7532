"""A type of inspection with a checklist of every kind, and a visit in a coming week."""

import io
import itertools
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from PIL import Image

from accounts.roles import RoleCode
from inspections.models import ChecklistItem, Inspection, InspectionType
from inspections.services import (
    NewInspection,
    Slot,
    request_inspection,
    schedule_inspection,
    start_inspection,
)
from inventory.models import Product
from tests import factories

numbers = itertools.count(1)


def make_type(**columns):
    """An AC survey."""
    number = next(numbers)
    defaults = {
        "code": f"survey-{number}", "name_ar": "معاينة تكييف", "name_en": "AC survey",
        "minutes": 60, "needs_signature": False,
    }  # fmt: skip
    return InspectionType.objects.create(**{**defaults, **columns})


def make_item(kind_of_visit, kind, label, **columns):
    """One item of a checklist."""
    position = kind_of_visit.items.count() + 1
    defaults = {
        "section_ar": "الصالة", "section_en": "Hall", "label_ar": label, "label_en": label,
        "position": position,
    }  # fmt: skip
    return ChecklistItem.objects.create(type=kind_of_visit, kind=kind, **{**defaults, **columns})


def make_visit(branch, kind, owner=None, **columns):
    """A requested inspection of a new customer."""
    customer = columns.pop("customer", None) or factories.make_customer(branch, owner)
    return request_inspection(
        NewInspection(type=kind, customer=customer, branch=branch, owner=owner, **columns),
        actor=owner,
    )


def coming_monday(zone="Asia/Riyadh", weeks=1):
    """A Monday at least `weeks` away, on the branch's calendar."""
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    return today + timedelta(days=7 * weeks + (7 - today.weekday()) % 7)


def at(hour, minute=0, *, days=0, zone="Asia/Riyadh"):
    """A time on the coming Monday (or days later) on the wall clock of the zone."""
    day = coming_monday(zone) + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone))


def put(visit, person, hour, minutes=60, *, actor=None, days=0, **slot):
    """Schedule a visit."""
    wanted = Slot(inspector=person, starts_at=at(hour, days=days), minutes=minutes, **slot)
    return schedule_inspection(visit, wanted, actor=actor)


def picture(size=(40, 30), kind="JPEG", **save):
    """The bytes of a picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 40, 40)).save(out, kind, **save)
    return out.getvalue()


def make_product(**columns):
    """Something that is sold."""
    number = next(numbers)
    defaults = {
        "sku": f"PIPE-{number}", "name_ar": "متر تمديد", "name_en": "Pipe metre",
        "price": Decimal(90), "kind": Product.Kind.SERVICE,
    }  # fmt: skip
    return Product.objects.create(**{**defaults, **columns})


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals that are raised outside of a request speak English too."""
    with translation.override("en"):
        yield


@pytest.fixture
def survey(riyadh):
    """A type whose checklist has one item of every kind."""
    kind = make_type()
    make_item(kind, "number", "Voltage", unit="V", lowest=207, highest=253, is_required=True)
    make_item(kind, "number", "Pipe", unit="m", included=5, product=make_product())
    make_item(kind, "check", "Drain", is_required=True)
    make_item(kind, "yes_no", "Lift", product=make_product(sku="LIFT"), per_unit=2)
    make_item(
        kind, "choice", "Wall",
        choices=[{"code": "1", "ar": "طوب", "en": "Brick"}, {"code": "2", "ar": "جبس", "en": "Gypsum"}],
    )  # fmt: skip
    make_item(kind, "text", "Remarks")
    make_item(kind, "photo", "Site photo", section_en="Photos", section_ar="الصور")
    return kind


@pytest.fixture
def items(survey):
    """The items by label."""
    return {item.label_en: item for item in survey.items.all()}


@pytest.fixture
def requested(riyadh, survey, sales):
    """A request of a salesperson."""
    return make_visit(riyadh, survey, sales, district="النرجس", address="شارع 214")


@pytest.fixture
def scheduled(requested, inspector, supervisor):
    """It has a time."""
    return put(requested, inspector, 10, actor=supervisor)


@pytest.fixture
def under_way(scheduled, inspector):
    """The inspector is there."""
    return start_inspection(scheduled, actor=inspector)


@pytest.fixture
def second_inspector(riyadh):
    return factories.make_user(RoleCode.INSPECTOR, riyadh, email="second@demo.example")


def fresh(visit):
    """The visit as the database has it."""
    return Inspection.objects.get(pk=visit.pk)
