"""Taking an import of customers back, as far as nobody has touched what it made."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.models import Activity
from crm_project.kit.crypto import DecryptionError, decrypt
from customers.models import (
    Address,
    Consent,
    ContactPoint,
    Customer,
    DuplicatePair,
    Note,
    TimelineEntry,
)
from customers.permissions import CHANGE
from customers.services.people import name_keys_of
from customers.services.points import copy_points
from exchange.copying import listed
from exchange.resource import Change, Context, Undone

from .fields import SECRET
from .updating import SAVED

# What an import makes besides the customer, and under which name it counts what it made.
MADE = ((ContactPoint, "points"), (Note, "notes"), (Consent, "consents"), (Address, "addresses"))
# What the log says of a customer that its version says too, or that is no work on it.
BY_VERSION = ("customer.changed", "customer.change_undone", "customer.pair_dismissed")
UNASKED = {DuplicatePair, Customer.tags.through}  # say nothing about anybody's work


def undo(changes: Sequence[Change], context: Context) -> Undone:
    """Restore updated customers, then delete made ones; touched ones are left and counted."""
    ids = {change.object_id for change in changes}
    allowed = Customer.objects.visible_to(context.actor, CHANGE).filter(pk__in=listed(ids))
    rows = Customer.objects.filter(pk__in=allowed.values("pk")).order_by("pk")
    customers = {one.pk: one for one in rows.select_for_update()}
    since = _changed_since(ids, context)
    left, versions = _restore(changes, customers, since, context)
    created = {
        change.object_id: change
        for change in changes
        if change.is_new
        and change.object_id in customers
        and customers[change.object_id].version == versions.get(change.object_id, change.version)
    }
    touched = _touched(created) | (since & created.keys())
    _delete([pk for pk in created if pk not in touched])
    made = sum(change.is_new for change in changes)
    gone = sum(change.is_new and change.object_id not in customers for change in changes)
    return Undone(left=left + made - gone - len(created) + len(touched), versions=versions)


def _changed_since(ids: set[int], context: Context) -> set[int]:
    """Customers whose addresses, contacts, notes … the log says were changed after the import."""
    batches = Activity.objects.filter(object_type="exchange.batch", object_id=context.batch_id)
    begun = batches.filter(verb="import.started").order_by("-pk").values_list("pk", flat=True)
    entries = Activity.objects.filter(
        object_type=Customer._meta.label_lower,
        object_id__in=listed(ids),
        pk__gt=begun.first() or 0,
    )
    found = entries.exclude(verb__in=BY_VERSION).values_list("object_id", flat=True)
    return {pk for pk in found if pk is not None}


def _restore(
    changes: Sequence[Change], customers: dict[int, Customer], since: set[int], context: Context
) -> tuple[int, dict[int, int]]:
    left, versions = 0, dict[int, int]()
    for change in changes:
        customer = customers.get(change.object_id)
        if change.is_new or customer is None:
            continue
        is_changed = customer.version != versions.get(customer.pk, change.version)
        if is_changed or customer.pk in since:
            left += 1
            continue
        try:
            _put_back(customer, change.before, context)
        except DecryptionError:
            left += 1
            continue
        customer.version += 1
        versions[customer.pk] = customer.version
    Customer.objects.bulk_update([customers[pk] for pk in versions], SAVED, batch_size=200)
    return left, versions


def _put_back(customer: Customer, before: Any, context: Context) -> None:
    for name, value in before.get("fields", {}).items():
        setattr(customer, name, decrypt(value) if name in SECRET and value else value)
    customer.name_keys = name_keys_of(customer.kind, customer.name, customer.company)
    _withdraw(customer, before.get("consents", {}), before.get("points", ()), context)
    if points := before.get("points"):
        customer.points.filter(pk__in=points).delete()
        copy_points(customer, customer.points.in_use())
    if tags := before.get("tags"):
        customer.tags.remove(*tags)
    if notes := before.get("notes"):
        customer.timeline.filter(source__in=[f"note:{pk}" for pk in notes]).delete()
        customer.notes.filter(pk__in=notes).delete()
    if address := dict(before.get("address", {})):
        mine = customer.addresses.filter(pk=address.pop("made", None) or address.pop("id", None))
        mine.update(**address) if address else mine.delete()


def _withdraw(customer: Customer, consents: Any, points: Any, context: Context) -> None:
    """The ledger only grows: say again what held before, for points that stay."""
    for pk, was_granted in consents.items():
        if int(pk) in points:
            continue
        Consent.objects.create(
            customer=customer,
            point_id=int(pk),
            purpose=Consent.Purpose.MARKETING,
            is_granted=bool(was_granted),
            source="import undone",
            evidence=f"import {context.batch_id}",
            recorded_by=context.actor,
            at=timezone.now(),
        )


def _touched(created: dict[int, Change]) -> set[int]:
    """Made customers that have more, or less, than the import made for them."""
    touched: set[int] = set()
    names = dict(MADE)
    for relation in Customer._meta.get_fields(include_hidden=True):
        is_reverse = relation.auto_created and not relation.concrete
        model: Any = relation.related_model
        if not is_reverse or model in UNASKED or not hasattr(relation, "field"):
            continue
        column = relation.field.attname
        rows = model._base_manager.filter(**{f"{column}__in": listed(created)})
        counts = Counter(dict(rows.values_list(column).annotate(Count("pk"))))
        name = "notes" if model is TimelineEntry else names.get(model)
        for pk, change in created.items():
            if counts[pk] != (change.before.get(name, 0) if name else 0):
                touched.add(pk)
    removed = ContactPoint.objects.filter(customer__in=created, removed_at__isnull=False)
    return touched | set(removed.values_list("customer_id", flat=True))


def _delete(ids: list[int]) -> None:
    """Delete customers with what belongs to them and nothing else does."""
    if not ids:
        return
    gone = listed(ids)
    Note.mentions.through.objects.filter(
        note__in=Note.objects.filter(customer__in=gone)
    )._raw_delete("default")
    for model in (Consent, Note, TimelineEntry, Address, ContactPoint):
        model._base_manager.filter(customer__in=gone)._raw_delete("default")
    Customer.tags.through.objects.filter(customer__in=gone)._raw_delete("default")
    DuplicatePair.objects.filter(first__in=gone)._raw_delete("default")
    DuplicatePair.objects.filter(second__in=gone)._raw_delete("default")
    Customer.objects.filter(pk__in=gone)._raw_delete("default")
