"""Answers from the site. They may come late, twice and out of order: the latest one wins."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record
from crm_project.kit.text import ascii_digits, strip_controls
from inspections.checklist import CHECK_ANSWERS, YES_NO_ANSWERS, Kind
from inspections.errors import AnswerRefused, WrongState
from inspections.models import ChecklistItem, Inspection, InspectionAnswer

from .doors import Status, plain, tell_pages

OPEN = (Status.SCHEDULED, Status.ON_THE_WAY, Status.IN_PROGRESS)  # results may be written
LIMIT = Decimal(10) ** 9  # of a measurement, in its unit
MOST = 300  # answers in one call
_STEP = Decimal("0.001")


@dataclass(frozen=True, kw_only=True)
class NewAnswer:
    """One answer as the phone sends it; `value` "" takes the answer back."""

    item_id: int
    value: str
    note: str = ""
    answered_at: datetime


@dataclass
class Outcome:
    """What became of a batch: item ids that are stored, and why others were refused."""

    saved: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def save_answers(inspection: Inspection, answers: Sequence[NewAnswer], *, actor: User) -> Outcome:
    """Store a batch. One bad answer does not stop the others.

    An answer that is older than the stored one, or equal, counts as saved: it was overtaken.
    Errors: WrongState when the visit is over and something would change.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    known = {answer.item_id: answer for answer in locked.answers.all()}
    items = _items(locked, [answer.item_id for answer in answers])
    outcome, changes = Outcome(), {}
    for new in sorted(answers[:MOST], key=lambda one: one.answered_at):
        try:
            change = _save(locked, new, items.get(new.item_id), known, actor)
        except AnswerRefused as refusal:
            outcome.refused[new.item_id] = str(refusal)
            continue
        outcome.saved.append(new.item_id)
        changes.update(change)
    if changes:
        record(actor, "inspection.answered", locked, changes=changes)
        tell_pages(locked)
    return outcome


def _items(inspection: Inspection, ids: list[int]) -> dict[int, ChecklistItem]:
    wanted = [pk for pk in ids if 0 < pk < 2**63]
    return ChecklistItem.objects.filter(type_id=inspection.type_id).in_bulk(wanted)


def _save(
    inspection: Inspection,
    new: NewAnswer,
    item: ChecklistItem | None,
    known: dict[int, InspectionAnswer],
    actor: User,
) -> dict[str, list[object]]:
    """Store one answer; return before → after for the log, nothing when it changed nothing."""
    if item is None:
        raise AnswerRefused(_("This item isn't part of the checklist."))
    stored, when = known.get(item.pk), min(new.answered_at, timezone.now())
    if stored and stored.answered_at >= when:
        return {}
    number, text = read_value(item, new.value)
    note = strip_controls(new.note)[:500]
    if stored and (stored.number, stored.text, stored.note) == (number, text, note):
        return {}
    if inspection.status not in OPEN:
        raise WrongState
    before = plain(stored.number if stored and stored.number is not None else None)
    before = before or (stored.text if stored else None)
    answer = stored or InspectionAnswer(inspection=inspection, item=item)
    answer.number, answer.text, answer.note = number, text, note
    answer.answered_at, answer.actor = when, actor
    answer.save()
    known[item.pk] = answer
    after = plain(number) if number is not None else text[:200]
    return {item.label[:80]: [before, after]}


def read_value(item: ChecklistItem, value: str) -> tuple[Decimal | None, str]:
    """Return number and text of an answer. Errors: AnswerRefused.

    Measurements are kept to three decimals, rounded half up, below ±10^9 in the item's unit. One
    outside of the accepted range is kept: it is what was found.
    """
    written = strip_controls(value).strip()
    if item.kind == Kind.PHOTO:
        raise AnswerRefused(_("This item asks for a photo."))
    if not written:
        return None, ""
    if item.kind == Kind.NUMBER:
        return _number(written), ""
    allowed = {
        Kind.CHECK: CHECK_ANSWERS,
        Kind.YES_NO: YES_NO_ANSWERS,
        Kind.CHOICE: tuple(str(one["code"]) for one in item.choices),
    }.get(Kind(item.kind))
    if allowed is not None and written not in allowed:
        raise AnswerRefused
    return None, written[:2000]


def _number(written: str) -> Decimal:
    plain_digits = ascii_digits(written[:40]).replace("٫", ".").replace(",", ".")
    try:
        number = Decimal(plain_digits.replace("\u2212", "-"))
    except InvalidOperation as error:
        raise AnswerRefused(_("Write a number.")) from error
    if not number.is_finite() or abs(number) >= LIMIT:
        raise AnswerRefused(_("Write a number below 1,000,000,000."))
    return number.quantize(_STEP, ROUND_HALF_UP)
