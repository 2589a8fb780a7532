"""Types of inspections and their checklists. What was asked of somebody is never asked otherwise."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import User
from accounts.services import record
from inspections.errors import ItemIsAnswered, TypeChangedMeanwhile, TypeCodeTaken
from inspections.models import ChecklistItem, InspectionAnswer, InspectionPhoto, InspectionType

from .doors import plain

FREE = frozenset({"position", "is_active", "is_required"})  # may change although answered


@transaction.atomic
def add_type(fields: Mapping[str, Any], *, actor: User) -> InspectionType:
    """Make a type of inspection, after the others. Errors: TypeCodeTaken."""
    last = InspectionType.objects.aggregate(last=Max("position"))["last"] or 0
    kind = InspectionType(position=min(last + 1, 32_000), **fields)
    _save(kind)
    record(actor, "inspection_type.added", kind)
    return kind


@transaction.atomic
def change_type(
    kind: InspectionType, fields: Mapping[str, Any], *, actor: User, version: int | None = None
) -> InspectionType:
    """Save what differs. Errors: TypeChangedMeanwhile, TypeCodeTaken."""
    locked = InspectionType.objects.select_for_update().get(pk=kind.pk)
    if version is not None and version != locked.version:
        raise TypeChangedMeanwhile
    changes = _diff(locked, fields)
    if changes:
        locked.version += 1
        _save(locked)
        record(actor, "inspection_type.changed", locked, changes=changes)
    return locked


def _save(kind: InspectionType) -> None:
    try:
        with transaction.atomic():
            kind.save()
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if "_code_" in name:  # column-level unique: Django names it with a hash, or _key
            raise TypeCodeTaken(field="code") from error
        raise


@transaction.atomic
def add_item(kind: InspectionType, fields: Mapping[str, Any], *, actor: User) -> ChecklistItem:
    """Add an item at the end of the checklist."""
    locked = InspectionType.objects.select_for_update().get(pk=kind.pk)
    last = locked.items.aggregate(last=Max("position"))["last"] or 0
    item = ChecklistItem.objects.create(type=locked, position=min(last + 1, 32_000), **fields)
    record(actor, "checklist_item.added", locked, changes={"item": [None, item.label]})
    return item


@transaction.atomic
def change_item(item: ChecklistItem, fields: Mapping[str, Any], *, actor: User) -> ChecklistItem:
    """Save what differs. Errors: ItemIsAnswered when what it asks would change."""
    locked = ChecklistItem.objects.select_for_update().get(pk=item.pk)
    before = locked.label
    changes = _diff(locked, fields)
    if changes.keys() - FREE and is_answered(locked):
        raise ItemIsAnswered
    if changes:
        locked.save()
        words = {f"{before}: {name}"[:100]: pair for name, pair in changes.items()}
        record(actor, "checklist_item.changed", locked.type, changes=words)
    return locked


@transaction.atomic
def move_item(item: ChecklistItem, *, by: int, actor: User) -> None:
    """Move an item up (-1) or down (1) among the items in use."""
    kind = InspectionType.objects.select_for_update().get(pk=item.type_id)
    items = list(kind.items.filter(is_active=True))
    here = next((at for at, one in enumerate(items) if one.pk == item.pk), None)
    if here is None or not 0 <= here + by < len(items):
        return
    items.insert(here + by, items.pop(here))
    for position, one in enumerate(items, 1):
        one.position = position
    ChecklistItem.objects.bulk_update(items, ["position"])
    record(
        actor, "checklist_item.moved", kind, changes={item.label[:80]: [here + 1, here + by + 1]}
    )


def is_answered(item: ChecklistItem) -> bool:
    """True when some visit has an answer or a photo for the item."""
    return (
        InspectionAnswer.objects.filter(item=item).exists()
        or InspectionPhoto.objects.filter(item=item).exists()
    )


def _diff(row: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Set what differs on the row; return before → after."""
    changes = {}
    for name, value in fields.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [plain(before), plain(value)]
            setattr(row, name, value)
    return changes
