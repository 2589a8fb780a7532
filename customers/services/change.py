"""Changing a customer's own data."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from crm_project.kit.events import publish
from crm_project.kit.live import branch_group, tell_once
from customers.errors import CustomerChangedMeanwhile, PartOfAnother
from customers.events import CustomerChanged
from customers.models import Customer, Tag

from .addresses import follow_columns
from .people import CHANGED, name_keys_of

FIELDS = (
    *("kind", "name", "company", "branch", "owner", "category", "status", "source"),
    *("city", "address", "language", "national_id", "tax_id"),
)
SECRET = frozenset({"national_id", "tax_id"})
_NAMES = frozenset({"kind", "name", "company"})


@transaction.atomic
def update_customer(
    customer: Customer, changes: Mapping[str, Any], *, actor: User, version: int | None = None
) -> Customer:
    """Save what differs, audited before → after; `version` is the one that the editor saw.

    `changes` may hold the FIELDS, "tags", and "custom" with the values to change by
    code, as parse_custom() returns them (None removes). Errors: CustomerChangedMeanwhile,
    PartOfAnother.
    """
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    if locked.merged_into_id:
        raise PartOfAnother
    if version is not None and version != locked.version:
        raise CustomerChangedMeanwhile
    diff = {
        name: (getattr(locked, name), value)
        for name, value in changes.items()
        if name in FIELDS and getattr(locked, name) != value
    }
    words = {name: _words(name, *pair) for name, pair in diff.items()}
    words |= _set_custom(locked, changes.get("custom") or {})
    if "tags" in changes and (pair := _set_tags(locked, changes["tags"])):
        words["tags"] = pair
    if not words:
        return locked
    for name, (_before, after) in diff.items():
        setattr(locked, name, after)
    _save(locked, {*diff, *({"custom"} if changes.get("custom") else ())})
    if diff.keys() & {"city", "address"}:
        follow_columns(locked)
    seen = {**words, "version": [locked.version - 1, locked.version]}
    record(actor, "customer.changed", locked, changes=seen)
    announce(locked, *[value for value in (diff.get("branch") or ()) if value])
    return locked


def _save(customer: Customer, names: set[str]) -> None:
    customer.version += 1
    if names & _NAMES:
        customer.name_keys = name_keys_of(customer.kind, customer.name, customer.company)
        names = names | {"name_keys"}
    customer.save(update_fields=[*names, "version"])


def _set_custom(customer: Customer, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the values that differ; return before and after for the log as "custom.<code>"."""
    words: dict[str, list[Any]] = {}
    for code, value in values.items():
        before = customer.custom.get(code)
        if before == value:
            continue
        words[f"custom.{code}"] = [before, value]
        if value is None:
            del customer.custom[code]
        else:
            customer.custom[code] = value
    return words


def _set_tags(customer: Customer, tags: list[Tag]) -> list[str] | None:
    before = list(customer.tags.all())
    if {tag.pk for tag in before} == {tag.pk for tag in tags}:
        return None
    customer.tags.set(tags)
    return [", ".join(sorted(map(str, group))) for group in (before, tags)]


def _words(name: str, before: Any, after: Any) -> list[Any]:
    """Before and after as the log keeps them: identifiers never readable."""
    if name in SECRET:
        return ["•••" if value else "" for value in (before, after)]
    return [str(value) if isinstance(value, Model) else value for value in (before, after)]


@transaction.atomic
def archive_customer(customer: Customer, *, actor: User, is_archived: bool = True) -> None:
    """Take a customer out of the lists, or bring it back. Nothing is deleted.

    Errors: PartOfAnother for one that was merged.
    """
    now = timezone.now() if is_archived else None
    locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if bool(locked.archived_at) == is_archived:
        return
    if locked.merged_into_id:
        raise PartOfAnother
    Customer.objects.filter(pk=customer.pk).update(archived_at=now)
    record(actor, "customer.archived" if is_archived else "customer.restored", customer)
    announce(customer)


def announce(customer: Customer, *branches: Any) -> None:
    """Tell other apps and the open pages that the customer changed."""
    publish(CustomerChanged(customer_id=customer.pk))
    ids = {customer.branch_id, *(branch.pk for branch in branches)}
    tell_once({branch_group(None), *map(branch_group, ids)}, CHANGED)
