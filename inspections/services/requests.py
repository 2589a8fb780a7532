"""Asking for an inspection, and changing what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Branch, User
from accounts.services import record
from accounts.services.numbers import next_numbers
from customers.models import Customer
from inspections.errors import InspectionChangedMeanwhile, WrongState
from inspections.models import Inspection, InspectionEvent, InspectionType
from inspections.places import place_in
from orders.models import Order

from .doors import plain, tell_pages, tell_timeline

SEQUENCE = "inspections_inspection_seq"
CHANGEABLE = frozenset(
    {"type", "is_urgent", "wishes", "address", "district", "map_url", "note", "order", "owner"}
)
_CLOSED = (Inspection.Status.COMPLETED, Inspection.Status.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class NewInspection:
    """An inspection to be; `request_id` makes a repeated submit harmless."""

    type: InspectionType
    customer: Customer
    branch: Branch
    owner: User | None = None
    order: Order | None = None
    is_urgent: bool = False
    wishes: str = ""
    address: str = ""
    district: str = ""
    map_url: str = ""
    note: str = ""
    request_id: UUID | None = None


def request_inspection(new: NewInspection, *, actor: User | None) -> Inspection:
    """Ask for an inspection; the same request id answers with the first one."""
    if known := _asked_before(new):
        return known
    try:
        return _request(new, actor)
    except IntegrityError:
        if known := _asked_before(new):  # the same submit, a moment ago in another process
            return known
        raise


def _asked_before(new: NewInspection) -> Inspection | None:
    if new.request_id is None:
        return None
    return Inspection.objects.filter(request_id=new.request_id).first()


@transaction.atomic
def _request(new: NewInspection, actor: User | None) -> Inspection:
    (number,) = next_numbers(SEQUENCE)
    inspection = Inspection.objects.create(
        number=f"INS-{number:05d}",
        search_text=search_text_of(new.customer),
        created_by=actor,
        **_place_of(new.map_url),
        **vars(new),
    )
    event = InspectionEvent.objects.create(
        inspection=inspection, status=inspection.status, actor=actor
    )
    record(actor, "inspection.requested", inspection, changes={"type": [None, new.type.name]})
    tell_timeline(inspection, "inspection.requested", source=str(event.pk), actor=actor)
    tell_pages(inspection)
    return inspection


def _place_of(map_url: str) -> dict[str, Any]:
    """The columns for the coordinates that the link spells out."""
    latitude, longitude = place_in(map_url) or (None, None)
    return {"latitude": latitude, "longitude": longitude}


def search_text_of(customer: Customer) -> str:
    """Return what an inspection is found by besides its number and place.

    Phones are left out: a role that does not see them must not learn them by searching.
    """
    return " ".join(filter(None, (customer.name, customer.company, customer.code)))


@transaction.atomic
def change_inspection(
    inspection: Inspection, changes: Mapping[str, Any], *, actor: User, version: int | None = None
) -> Inspection:
    """Save what differs of the CHANGEABLE fields; `version` is the one that the editor saw.

    Errors: InspectionChangedMeanwhile; WrongState for one that is over.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if version is not None and version != locked.version:
        raise InspectionChangedMeanwhile
    if locked.status in _CLOSED:
        raise WrongState
    diff = {
        name: (getattr(locked, name), value)
        for name, value in changes.items()
        if name in CHANGEABLE and getattr(locked, name) != value
    }
    if not diff:
        return locked
    for name, (_before, after) in diff.items():
        setattr(locked, name, after)
    place = _place_of(locked.map_url) if "map_url" in diff else {}
    for name, value in place.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*diff, *place, "version"])
    words = {name: [plain(one) for one in pair] for name, pair in diff.items()}
    record(actor, "inspection.changed", locked, changes=words)
    tell_pages(locked)
    return locked


def follow_customer(customer_id: int) -> int:
    """Copy a customer's present names to the search text of their inspections; return how many."""
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        return 0
    text = search_text_of(customer)
    rows = Inspection.objects.filter(customer_id=customer_id).exclude(search_text=text)
    return rows.update(search_text=text)
