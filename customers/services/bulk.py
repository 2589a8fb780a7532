"""Changing many customers at once, and taking it back.

One entry of the log keeps what every customer had before; undoing reads it from there and touches
only those that nobody has changed since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Activity, User
from accounts.services import record, record_many
from accounts.services.activity import entry
from crm_project.kit.live import branch_group, tell_once
from customers.errors import NothingToUndo, TooManyAtOnce
from customers.models import Category, Customer, Tag

from .people import CHANGED

MOST_AT_ONCE = 2_000  # customers; each gets its own entry in the log
UNDO_WITHIN = timedelta(hours=1)
CUSTOM = "custom."
DONE, UNDONE = "customer.bulk_changed", "customer.bulk_undone"


@dataclass(frozen=True, kw_only=True)
class BulkChange:
    """One change for many: exactly one of the fields is set.

    `custom` is the code of a field that the company added, and its value as parse_custom() gives it.
    """

    owner: User | None = None
    category: Category | None = None
    tag: Tag | None = None
    status: str = ""
    custom: tuple[str, Any] | None = None
    is_archived: bool | None = None

    @property
    def field(self) -> str:
        """The column it changes; "tag" is a relation, "custom.<code>" a key."""
        if self.owner:
            return "owner_id"
        if self.category:
            return "category_id"
        if self.custom:
            return f"{CUSTOM}{self.custom[0]}"
        if self.status:
            return "status"
        return "tag" if self.tag else "archived_at"

    def value(self) -> Any:
        """What the column becomes, as the log keeps it."""
        chosen = self.owner or self.category or self.tag
        if chosen:
            return chosen.pk
        if self.custom:
            return self.custom[1]
        if self.status:
            return self.status
        return timezone.now().isoformat() if self.is_archived else None

    def words(self) -> Any:
        """The value as the entry of each customer says it."""
        chosen = self.owner or self.category or self.tag
        return str(chosen) if chosen else self.value() if self.custom or self.status else ""


def assign_customers(customers: QuerySet[Customer], *, owner: User, actor: User) -> Activity:
    """Hand customers to a colleague."""
    return bulk_change(customers, BulkChange(owner=owner), actor=actor)


@transaction.atomic
def bulk_change(customers: QuerySet[Customer], change: BulkChange, *, actor: User) -> Activity:
    """Change every customer of the query; the returned entry can be undone.

    Errors: TooManyAtOnce beyond MOST_AT_ONCE. In its `changes`: field, after, before by id.
    """
    ids = sorted(customers.order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(ids) > MOST_AT_ONCE:
        raise TooManyAtOnce
    return record(actor, DONE, changes=apply_change(ids, change, actor=actor))


def apply_change(ids: list[int], change: BulkChange, *, actor: User) -> dict[str, Any]:
    """Change these customers in the caller's transaction; return field, after, before by id."""
    own = Customer.objects.filter(pk__in=ids, merged_into=None)  # a merged one stays as it is
    rows = list(own.order_by("pk").select_for_update(of=("self",)))
    field, after = change.field, change.value()
    before = _tagged(rows, after) if field == "tag" else _differing(rows, field, after)
    changed = [row for row in rows if str(row.pk) in before]
    if field == "tag":
        Customer.tags.through.objects.bulk_create(
            [Customer.tags.through(customer=row, tag_id=after) for row in changed],
            ignore_conflicts=True,
        )
        _count_up(changed)
    else:
        _set(changed, field, after)
    _log_each(changed, field, before, change.words(), actor)
    _tell(changed)
    return {"field": field, "after": after, "before": before}


@transaction.atomic
def undo_bulk_change(activity_id: int, *, actor: User) -> int:
    """Give every customer back what it had, unless it was changed since. Returns how many.

    Errors: NothingToUndo for another person's step, one older than an hour, or one undone before.
    """
    mine = Activity.objects.select_for_update().filter(actor=actor, verb=DONE)
    done = mine.filter(pk=activity_id, at__gt=timezone.now() - UNDO_WITHIN).first()
    undone = Activity.objects.filter(actor=actor, verb=UNDONE, changes__of=activity_id)
    if done is None or undone.exists():
        raise NothingToUndo
    record(actor, UNDONE, changes={"of": activity_id})
    return take_back(done.changes, actor=actor)


def take_back(changes: dict[str, Any], *, actor: User) -> int:
    """Undo what apply_change() returned, in the caller's transaction. Returns how many it touched."""
    field, after, before = (changes[name] for name in ("field", "after", "before"))
    own = Customer.objects.filter(pk__in=list(before), merged_into=None)
    rows = own.order_by("pk").select_for_update(of=("self",))
    if field == "tag":
        touched = list(rows)
        links = Customer.tags.through.objects.filter(customer__in=touched, tag_id=after)
        links.delete()
        _count_up(touched)
    else:
        touched = [row for row in rows if _current(row, field) == after]
        _restore(touched, field, before)
    record_many(entry(actor, "customer.change_undone", row) for row in touched)
    _tell(touched)
    return len(touched)


def _differing(rows: Iterable[Customer], field: str, after: Any) -> dict[str, Any]:
    known = {str(row.pk): _current(row, field) for row in rows}
    if field == "archived_at":
        return {pk: value for pk, value in known.items() if bool(value) != bool(after)}
    return {pk: value for pk, value in known.items() if value != after}


def _tagged(rows: list[Customer], tag_id: int) -> dict[str, Any]:
    links = Customer.tags.through.objects.filter(customer__in=rows, tag_id=tag_id)
    have = set(links.values_list("customer_id", flat=True))
    return {str(row.pk): None for row in rows if row.pk not in have}


def _set(rows: list[Customer], field: str, value: Any) -> None:
    real = parse_datetime(value) if field == "archived_at" and value else value
    column, _dot, code = field.partition(".")
    for row in rows:
        if not code:
            setattr(row, field, real)
        elif value is None:
            row.custom.pop(code, None)
        else:
            row.custom[code] = value
        row.version += 1
    Customer.objects.bulk_update(rows, [column.removesuffix("_id"), "version"], batch_size=500)


def _count_up(rows: list[Customer]) -> None:
    """A tag is no column of the row, and yet a change of the customer."""
    ids = [row.pk for row in rows]
    Customer.objects.filter(pk__in=ids).update(version=F("version") + 1)


def _restore(rows: list[Customer], field: str, before: dict[str, Any]) -> None:
    def value_of(row: Customer) -> Any:
        return before[str(row.pk)]

    for value, group in groupby(sorted(rows, key=lambda row: str(value_of(row))), key=value_of):
        _set(list(group), field, value)


def _current(row: Customer, field: str) -> Any:
    """What a customer has, as the log keeps it."""
    if field.startswith(CUSTOM):
        return row.custom.get(field.removeprefix(CUSTOM))
    value = getattr(row, field)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _log_each(
    rows: list[Customer], field: str, before: dict[str, Any], after: Any, actor: User
) -> None:
    """One entry for each customer, with names instead of ids."""
    name = field.removesuffix("_id")
    names = _names(field, before)
    is_plain = field == "status" or field.startswith(CUSTOM)
    record_many(
        entry(
            actor,
            _verb(field, row),
            row,
            changes={
                name: [before[str(row.pk)] if is_plain else names.get(before[str(row.pk)]), after]
            },
        )
        for row in rows
    )


def _verb(field: str, row: Customer) -> str:
    if field != "archived_at":
        return "customer.changed"
    return "customer.archived" if row.archived_at else "customer.restored"


def _names(field: str, before: dict[str, Any]) -> dict[Any, str]:
    models: dict[str, Any] = {"owner_id": User, "category_id": Category}
    if field not in models:
        return {}
    ids = {value for value in before.values() if value}
    return {row.pk: str(row) for row in models[field].objects.filter(pk__in=ids)}


def _tell(rows: Iterable[Customer]) -> None:
    groups = {branch_group(row.branch_id) for row in rows}
    tell_once({branch_group(None), *groups}, CHANGED)
