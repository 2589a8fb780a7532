"""Telling other apps that an import calls customers otherwise, or added ways to reach them.

Their own rows keep copies for searching. Only customers that have such rows are told about: a file
fills hundreds of thousands in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crm_project.kit.events import publish
from customers.events import CustomerChanged
from customers.models import Customer
from exchange.copying import listed
from exchange.resource import Change

_NAMES = frozenset({"kind", "name", "company"})


def tell_others(changes: Sequence[Change]) -> None:
    """Publish CustomerChanged for known customers whose names or contacts a chunk changed."""
    known = {one.object_id for one in changes if not one.is_new and _is_found_by(one.before)}
    for pk in sorted(_dealt_with(known)):
        publish(CustomerChanged(customer_id=pk))


def _is_found_by(before: Mapping[str, Any]) -> bool:
    return bool(before.get("points")) or not _NAMES.isdisjoint(before.get("fields", {}))


def _dealt_with(ids: set[int]) -> set[int]:
    """Those that rows of other apps point to; one query for each kind of row."""
    found: set[int] = set()
    for relation in Customer._meta.related_objects if ids else ():
        model: Any = relation.related_model
        if model._meta.app_label != Customer._meta.app_label:
            column = relation.field.attname
            rows = model._base_manager.filter(**{f"{column}__in": listed(ids)})
            found |= set(rows.values_list(column, flat=True))
    return found
