"""Making one customer of two, and taking it back.

Every row that points to the merged customer, in whatever app, goes over to the kept one; `Merge`
keeps the ids. Undoing gives back those that are still there, and the kept customer's fields unless
somebody changed them since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from crm_project.kit.crypto import decrypt, encrypt
from customers.errors import CannotMerge, CannotUndoMerge
from customers.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomField,
    DuplicatePair,
    Merge,
)

from .change import FIELDS, SECRET, announce
from .people import name_keys_of
from .points import follow_points

KEPT, MERGED = "kept", "merged"
NOT_CHILDREN = (Customer, Merge, DuplicatePair)


@dataclass(frozen=True, kw_only=True)
class FieldChoice:
    """One field as both customers have it, and which one is proposed: what is filled in wins."""

    name: str
    label: Any
    kept: Any
    merged: Any
    proposed: str

    @property
    def differs(self) -> bool:
        """True when there is something to choose."""
        return self.kept != self.merged


def preview_merge(kept: Customer, merged: Customer) -> list[FieldChoice]:
    """Return every field of both customers, custom fields as "custom.<code>"."""
    codes = kept.custom.keys() | merged.custom.keys()
    places = dict(CustomField.objects.filter(code__in=codes).values_list("code", "position"))
    in_order = sorted(codes, key=lambda code: (places.get(code, len(places)), code))
    names = [*FIELDS, *(f"custom.{code}" for code in in_order)]
    choices = []
    for name in names:
        mine, theirs = _value(kept, name), _value(merged, name)
        is_empty = mine in (None, "", [])
        choices.append(
            FieldChoice(
                name=name,
                label=_label(name),
                kept=mine,
                merged=theirs,
                proposed=MERGED if is_empty and theirs not in (None, "", []) else KEPT,
            )
        )
    return choices


def count_children(customer: Customer) -> dict[str, int]:
    """Return how many rows of each kind would go over, by the plural name of the kind."""
    counted: dict[str, int] = {}
    for model, field in children():
        number = model._base_manager.filter(**{field: customer})[:1001].count()
        if number:
            name = str(model._meta.verbose_name_plural)
            counted[name] = counted.get(name, 0) + number
    return counted


@transaction.atomic
def merge_customers(
    kept: Customer, merged: Customer, *, choices: Mapping[str, str], actor: User
) -> Merge:
    """Make `merged` a part of `kept`; `choices` says by field whose value stays (default: kept).

    Errors: CannotMerge for one customer with itself, or one that is part of another already.
    """
    locked = Customer.objects.select_for_update(of=("self",)).in_bulk([kept.pk, merged.pk])
    if len(locked) != 2 or any(customer.merged_into_id for customer in locked.values()):
        raise CannotMerge
    kept, merged = locked[kept.pk], locked[merged.pk]
    fields = _take_over(kept, merged, choices)
    before: dict[str, Any] = {
        "fields": fields,
        "archived_at": merged.archived_at.isoformat() if merged.archived_at else None,
        "tags": _unite_tags(kept, merged),
        "primary": _demote(kept, merged, choices),
        "revived": _revive(kept, merged),
    }
    if merged.last_contact_at > kept.last_contact_at:
        before["last_contact"] = [one.last_contact_at.isoformat() for one in (kept, merged)]
        Customer.objects.filter(pk=kept.pk).update(last_contact_at=merged.last_contact_at)
    moved = dict(_move_children(merged, kept))
    before["consents"] = _move_consents_of_same_points(kept, merged)
    now = timezone.now()
    Customer.objects.filter(pk=merged.pk).update(
        archived_at=merged.archived_at or now, merged_into=kept, version=models.F("version") + 1
    )
    done = Merge.objects.create(
        kept=kept, merged=merged, choices=dict(choices), before=before, moved=moved, actor=actor
    )
    _follow(kept, merged)
    DuplicatePair.objects.filter(
        first_id=min(kept.pk, merged.pk), second_id=max(kept.pk, merged.pk)
    ).update(status=DuplicatePair.Status.MERGED, decided_by=actor, decided_at=now)
    changes = {name: [pair[0], pair[1]] for name, pair in _for_log(fields).items()}
    record(actor, "customer.merged", kept, changes={**changes, "merged": [None, merged.code]})
    record(actor, "customer.merged_away", merged, changes={"into": [None, kept.code]})
    return done


@transaction.atomic
def undo_merge(merge: Merge, *, actor: User) -> Customer:
    """Bring the merged customer back with every row that came from it, later edits included.

    A field of the kept customer that was changed since keeps its newer value.
    Errors: CannotUndoMerge when it was undone already, or the kept one was merged further since.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    locked = Customer.objects.select_for_update(of=("self",)).in_bulk(
        [merge.kept_id, merge.merged_id]
    )
    kept, merged = locked[merge.kept_id], locked[merge.merged_id]
    if merge.undone_at or kept.merged_into_id:
        raise CannotUndoMerge
    _give_back_children(merge, kept, merged)
    _give_back_fields(merge.before["fields"], kept)
    kept.tags.remove(*merge.before["tags"])
    if contact := merge.before.get("last_contact"):
        same = Customer.objects.filter(pk=kept.pk, last_contact_at=contact[1])
        same.update(last_contact_at=contact[0])  # nobody was in contact since
    archived_at = merge.before["archived_at"]
    Customer.objects.filter(pk=merged.pk).update(
        archived_at=archived_at, merged_into=None, version=models.F("version") + 1
    )
    Merge.objects.filter(pk=merge.pk).update(undone_at=timezone.now(), undone_by=actor)
    DuplicatePair.objects.filter(
        first_id=min(kept.pk, merged.pk), second_id=max(kept.pk, merged.pk)
    ).update(status=DuplicatePair.Status.OPEN, decided_by=None, decided_at=None)
    _follow(kept, merged)
    record(actor, "customer.merge_undone", kept, changes={"merged": [merged.code, None]})
    record(actor, "customer.merge_undone", merged, changes={"into": [kept.code, None]})
    return merged


def children() -> Iterator[tuple[type[models.Model], str]]:
    """Every model with a foreign key to customers, and the field's name."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        model: Any = relation.related_model
        if not issubclass(model, NOT_CHILDREN) and not model._meta.auto_created:
            yield model, relation.field.name


def _move_children(source: Customer, target: Customer) -> Iterator[tuple[str, list[int]]]:
    for model, field in children():
        rows = model._base_manager.filter(**{field: source})
        twins = _twins(model, field, source, target)
        ids = [pk for pk in rows.values_list("pk", flat=True) if pk not in twins]
        if ids:
            model._base_manager.filter(pk__in=ids).update(**{field: target})
            yield f"{model._meta.label_lower}.{field}", ids


def _twins(model: type[models.Model], field: str, source: Customer, target: Customer) -> set[int]:
    """Rows that can't go over because the target has one that is unique with it."""
    twins: set[int] = set()
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or constraint.condition:
            continue
        others = [name for name in constraint.fields if name != field]
        if field not in constraint.fields or not others:
            continue
        theirs = set(model._base_manager.filter(**{field: target}).values_list(*others))
        mine = model._base_manager.filter(**{field: source}).values_list("pk", *others)
        twins |= {pk for pk, *values in mine if tuple(values) in theirs}
    return twins


def _move_consents_of_same_points(kept: Customer, merged: Customer) -> dict[str, list[int]]:
    """What was agreed for a phone that both have is agreed for the kept one's phone."""
    moved: dict[str, list[int]] = {}
    twins = {(point.kind, point.value): point for point in kept.points.all()}
    for point in merged.points.all():
        twin = twins.get((point.kind, point.value))
        if twin is None:
            continue
        consents = Consent.objects.filter(point=point)
        ids = list(consents.values_list("pk", flat=True))
        if ids:
            consents.update(point=twin)
            moved[str(point.pk)] = ids
    return moved


def _demote(kept: Customer, merged: Customer, choices: Mapping[str, str]) -> dict[str, list[int]]:
    """Points and addresses that stop being primary, because a customer has one of a kind.

    The kept customer's stay, but the address follows the choice of the address.
    """
    kinds = set(kept.points.filter(is_primary=True).values_list("kind", flat=True))
    points = merged.points.filter(is_primary=True, kind__in=kinds)
    demoted = {"points": list(points.values_list("pk", flat=True)), "addresses": []}
    points.update(is_primary=False)
    mine, theirs = (one.addresses.filter(is_primary=True) for one in (kept, merged))
    if mine.exists() and theirs.exists():
        losing = mine if choices.get("address") == MERGED else theirs
        demoted["addresses"] = list(losing.values_list("pk", flat=True))
        losing.update(is_primary=False)
    return demoted


def _revive(kept: Customer, merged: Customer) -> dict[str, str]:
    """Points that the kept customer had removed and the merged one uses: in use again."""
    used = {(point.kind, point.value) for point in merged.points.in_use()}
    removed = kept.points.filter(removed_at__isnull=False)
    back = [point for point in removed if (point.kind, point.value) in used]
    removed.filter(pk__in=[point.pk for point in back]).update(removed_at=None)
    return {str(point.pk): point.removed_at.isoformat() for point in back if point.removed_at}


def _give_back_children(merge: Merge, kept: Customer, merged: Customer) -> None:
    known = {f"{model._meta.label_lower}.{field}": (model, field) for model, field in children()}
    for label, ids in merge.moved.items():
        if label in known:
            model, field = known[label]
            model._base_manager.filter(pk__in=ids, **{field: kept}).update(**{field: merged})
    for point, ids in merge.before["consents"].items():
        Consent.objects.filter(pk__in=ids).update(point=int(point), customer=merged)
    for pk, removed_at in merge.before.get("revived", {}).items():
        kept.points.filter(pk=int(pk)).update(removed_at=removed_at, is_primary=False)
    primary = merge.before["primary"]
    for customer in (kept, merged):
        for kind in ContactPoint.Kind.values:
            _settle(customer.points.in_use().filter(kind=kind), primary["points"])
        _settle(customer.addresses.all(), primary.get("addresses", []))


def _settle(rows: models.QuerySet[Any], preferred: list[int]) -> None:
    """Let one of these rows be primary: the one that is, one that was, else the oldest."""
    if rows.filter(is_primary=True).exists():
        return
    heir = rows.filter(pk__in=preferred).order_by("pk").first() or rows.order_by("pk").first()
    if heir:
        rows.filter(pk=heir.pk).update(is_primary=True)


def _take_over(
    kept: Customer, merged: Customer, choices: Mapping[str, str]
) -> dict[str, list[Any]]:
    """Set the chosen fields on the kept customer; return before and after as stored text."""
    changed: dict[str, list[Any]] = {}
    for choice in preview_merge(kept, merged):
        if choices.get(choice.name) == MERGED and choice.differs:
            changed[choice.name] = [
                _stored(choice.name, choice.kept),
                _stored(choice.name, choice.merged),
            ]
            _set(kept, choice.name, choice.merged)
    _save(kept, changed)
    return changed


def _give_back_fields(fields: dict[str, list[Any]], kept: Customer) -> None:
    given = {}
    for name, (before, after) in fields.items():
        if _readable(name, _stored(name, _value(kept, name))) == _readable(name, after):
            _set_stored(kept, name, before)
            given[name] = before
    _save(kept, given)


def _save(customer: Customer, changed: Mapping[str, Any]) -> None:
    customer.version += 1
    customer.name_keys = name_keys_of(customer.kind, customer.name, customer.company)
    columns = {name.split(".")[0] for name in changed}
    customer.save(update_fields=[*columns, "name_keys", "version"])


def _value(customer: Customer, name: str) -> Any:
    field, _dot, code = name.partition(".")
    return customer.custom.get(code) if code else getattr(customer, field)


def _set(customer: Customer, name: str, value: Any) -> None:
    field, _dot, code = name.partition(".")
    if not code:
        setattr(customer, field, value)
    elif value is None:
        customer.custom.pop(code, None)
    else:
        customer.custom[code] = value


def _stored(name: str, value: Any) -> Any:
    """A value as the merge's row keeps it: ids of rows, secrets encrypted."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, date):
        return value.isoformat()
    return encrypt(value) if name in SECRET and value else value


def _readable(name: str, stored: Any) -> Any:
    return decrypt(stored) if name in SECRET and stored else stored


def _set_stored(customer: Customer, name: str, stored: Any) -> None:
    is_row = name in FIELDS and Customer._meta.get_field(name).is_relation
    _set(customer, f"{name}_id" if is_row else name, _readable(name, stored))


def _unite_tags(kept: Customer, merged: Customer) -> list[int]:
    mine = set(kept.tags.values_list("pk", flat=True))
    added = sorted(set(merged.tags.values_list("pk", flat=True)) - mine)
    kept.tags.add(*added)
    return added


def _follow(*customers: Customer) -> None:
    for customer in customers:
        customer.refresh_from_db()
        follow_points(customer)
        announce(customer)


def _for_log(fields: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {
        name: ["•••" if value else "" for value in pair] if name in SECRET else pair
        for name, pair in fields.items()
    }


def _label(name: str) -> Any:
    if name.startswith("custom."):
        return name.removeprefix("custom.")
    column: Any = Customer._meta.get_field(name)
    return column.verbose_name
