"""A believable fortnight of visits, the same every time for the same day and people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Branch, User
from customers.models import Customer
from inspections.checklist import Kind
from inspections.hours import stretches
from inspections.models import (
    ChecklistItem,
    Inspection,
    InspectionAnswer,
    InspectionEvent,
    InspectionSignature,
    InspectionType,
)
from inventory.models import Product

from .demo_checklists import TYPES
from .doors import Status
from .requests import NewInspection, request_inspection
from .schedule import Slot, schedule_inspection

DISTRICTS = ("النرجس", "الملقا", "العقيق", "الياسمين", "حطين", "القيروان", "الروضة", "الصحافة")
WISHES = ("", "", "صباحاً فقط", "الاتصال قبل الوصول", "البوابة الجانبية", "")
NOTES = ("الجدار سليم والتمديد قصير.", "يلزم نقل القاطع قبل التركيب.", "")
BREAK = timedelta(minutes=30)  # between two visits


@dataclass(frozen=True, kw_only=True)
class DemoCompany:
    """Who and what the visits are about. `products`: pipe, lift, cable, filter, as far as known."""

    branch: Branch
    inspectors: Sequence[User]
    owners: Sequence[User]
    customers: Sequence[Customer]
    products: Mapping[str, Product] = field(default_factory=dict)


def seed_types(products: Mapping[str, Product] | None = None) -> list[InspectionType]:
    """Make the three types with their checklists, once."""
    known = products or {}
    kinds = []
    for place, (columns, items) in enumerate(TYPES, 1):
        kind, is_new = InspectionType.objects.get_or_create(
            code=columns["code"], defaults={**columns, "position": place}
        )
        if is_new:
            ChecklistItem.objects.bulk_create(
                _made(kind, position, item, known) for position, item in enumerate(items, 1)
            )
        kinds.append(kind)
    return kinds


def _made(
    kind: InspectionType, position: int, item: Mapping[str, Any], products: Mapping[str, Product]
) -> ChecklistItem:
    columns = {**item, "product": products.get(item.get("product", ""))}
    return ChecklistItem(type=kind, position=position, **columns)


@transaction.atomic
def seed_inspections(
    company: DemoCompany, *, seed: int = 7, now: datetime | None = None
) -> list[Inspection]:
    """Make the visits of the last seven days, today's and those of the next seven days.

    What lies behind is completed (some nobody was there for), what lies ahead is scheduled, and a
    few requests wait. Needs inspectors of the branch, and customers; without them nothing is made.
    """
    if not company.customers or not company.inspectors:
        return []
    now = now or timezone.now()
    dice, kinds = Random(seed), seed_types(company.products)
    today = now.astimezone(company.branch.clock).date()
    made = []
    for offset in range(-7, 8):
        for inspector in company.inspectors:
            day = today + timedelta(days=offset)
            made += _day(company, inspector, day, kinds, dice, now)
    made += [_ask(company, kinds, dice, number) for number in range(5)]
    return made


def _day(
    company: DemoCompany,
    inspector: User,
    day: date,
    kinds: Sequence[InspectionType],
    dice: Random,
    now: datetime,
) -> list[Inspection]:
    """One inspector's day: visits one after the other with a break, some left out."""
    made = []
    for start, end in stretches(company.branch, day):
        moment = start + timedelta(minutes=dice.choice((0, 30)))
        while True:
            kind = dice.choices(kinds, weights=(5, 2, 3))[0]
            until = moment + timedelta(minutes=kind.minutes)
            if until > end:
                break
            if dice.random() < 0.55:
                made.append(_visit(company, inspector, kind, (moment, until), dice, now))
            moment = until + BREAK
    return made


def _visit(
    company: DemoCompany,
    inspector: User,
    kind: InspectionType,
    span: tuple[datetime, datetime],
    dice: Random,
    now: datetime,
) -> Inspection:
    visit = _ask(company, [kind], dice, 1)
    if span[1] > now:
        slot = Slot(inspector=inspector, starts_at=span[0], minutes=kind.minutes)
        return schedule_inspection(visit, slot, actor=visit.owner)
    return _past(visit, inspector, span, dice)


def _ask(
    company: DemoCompany, kinds: Sequence[InspectionType], dice: Random, number: int
) -> Inspection:
    customer = dice.choice(company.customers)
    owner = dice.choice(company.owners) if company.owners else None
    district = dice.choice(DISTRICTS)
    new = NewInspection(
        type=dice.choice(list(kinds)),
        customer=customer,
        branch=company.branch,
        owner=owner,
        is_urgent=number == 0,
        district=district,
        address=f"شارع {dice.randint(10, 320)}، مبنى {dice.randint(1, 60)}",
        wishes=dice.choice(WISHES),
    )
    return request_inspection(new, actor=owner)


def _past(
    visit: Inspection, inspector: User, span: tuple[datetime, datetime], dice: Random
) -> Inspection:
    """Write down a visit that is over; the doors only plan ahead."""
    is_met = dice.random() > 0.12
    began = span[0] + timedelta(minutes=max(-5, round(dice.gauss(6, 9))))
    columns: dict[str, Any] = {
        "status": Status.COMPLETED if is_met else Status.NO_SHOW,
        "inspector": inspector,
        "starts_at": span[0],
        "ends_at": span[1],
        "created_at": span[0] - timedelta(days=dice.randint(2, 6)),
        "version": 4,
    }
    if is_met:
        columns |= {
            "started_at": began,
            "finished_at": began + (span[1] - span[0]) * 0.9,
            "outcome": dice.choices(Inspection.Outcome.values, weights=(7, 2, 1))[0],
            "result_note": dice.choice(NOTES),
        }
    Inspection.objects.filter(pk=visit.pk).update(**columns)
    for name, value in columns.items():
        setattr(visit, name, value)
    _write_history(visit)
    if is_met:
        _write_results(visit, dice)
    return visit


def _write_history(visit: Inspection) -> None:
    steps = [(Status.SCHEDULED, visit.created_at + timedelta(hours=2))]
    if visit.started_at:
        steps += [(Status.IN_PROGRESS, visit.started_at)]
    steps += [(Status(visit.status), _end(visit))]
    InspectionEvent.objects.bulk_create(
        InspectionEvent(
            inspection=visit,
            status=status,
            now_at=visit.starts_at,
            was_at=None if status == Status.SCHEDULED else visit.starts_at,
            inspector=visit.inspector,
            actor=visit.owner if status == Status.SCHEDULED else visit.inspector,
            at=at,
        )
        for status, at in steps
    )


def _end(visit: Inspection) -> datetime:
    end = visit.finished_at or visit.ends_at
    assert end is not None  # it was given one a moment ago
    return end


def _write_results(visit: Inspection, dice: Random) -> None:
    answers = []
    for item in visit.type.items.exclude(kind=Kind.PHOTO):
        number, text, note = _answer(item, dice)
        answers.append(
            InspectionAnswer(
                inspection=visit,
                item=item,
                number=number,
                text=text,
                note=note,
                answered_at=_end(visit),
                actor=visit.inspector,
            )
        )
    InspectionAnswer.objects.bulk_create(answers)
    if visit.type.needs_signature:
        InspectionSignature.objects.create(
            inspection=visit, missing_reason="وُقّع على الورق", signed_at=_end(visit)
        )


def _answer(item: ChecklistItem, dice: Random) -> tuple[Decimal | None, str, str]:
    if item.kind == Kind.NUMBER:
        low = float(item.lowest or 0)
        high = min(float(item.highest or 30), low * 1.2 + 12)
        return Decimal(str(round(dice.uniform(low, high), 1))), "", ""
    if item.kind == Kind.CHECK:
        is_sound = dice.random() > 0.15
        return None, "ok" if is_sound else "fault", "" if is_sound else "يحتاج إصلاحاً"
    if item.kind == Kind.YES_NO:
        return None, dice.choice(("yes", "no", "no")), ""
    if item.kind == Kind.CHOICE:
        return None, str(dice.choice(item.choices)["code"]), ""
    return None, "", ""
