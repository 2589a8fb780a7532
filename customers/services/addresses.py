"""Where a customer is: several addresses, the primary one copied to the customer's row."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import record
from crm_project.kit.events import publish
from crm_project.kit.live import branch_group, tell_once
from customers.errors import TooManyAddresses
from customers.events import CustomerChanged
from customers.models import Address, Customer

from .people import CHANGED

MOST_ADDRESSES = 30  # of one customer


@dataclass(frozen=True, kw_only=True)
class AddressDraft:
    """An address as it is to be; `country` is ISO 3166-1 alpha-2."""

    line: str
    label: str = ""
    district: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = "SA"
    map_url: str = ""
    is_primary: bool = False


@transaction.atomic
def add_address(customer: Customer, draft: AddressDraft, *, actor: User | None) -> Address:
    """Add an address; the first one is the primary one. The same again is the one that is there.

    An address that stood only on the customer's row becomes an address of its own first.
    Errors: TooManyAddresses.
    """
    locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    known = list(locked.addresses.all())
    if not known and locked.address and locked.address != draft.line:
        known = [locked.addresses.create(line=locked.address, city=locked.city, is_primary=True)]
    for address in known:
        if _same(address, draft):
            return address
    if len(known) >= MOST_ADDRESSES:
        raise TooManyAddresses
    is_primary = draft.is_primary or not known
    if is_primary:
        locked.addresses.filter(is_primary=True).update(is_primary=False)
    address = locked.addresses.create(**{**asdict(draft), "is_primary": is_primary})
    changes = {"address": [None, address.line]}
    _done(locked, "customer.address_added", changes, actor)
    return address


@transaction.atomic
def change_address(address: Address, draft: AddressDraft, *, actor: User | None) -> Address:
    """Save what differs. A primary address stays primary until another one becomes it."""
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=address.customer_id)
    address = customer.addresses.select_for_update().get(pk=address.pk)
    values = {**asdict(draft), "is_primary": address.is_primary or draft.is_primary}
    diff = {
        name: [getattr(address, name), value]
        for name, value in values.items()
        if getattr(address, name) != value
    }
    if not diff:
        return address
    if "is_primary" in diff:
        customer.addresses.filter(is_primary=True).update(is_primary=False)
    for name, (_before, after) in diff.items():
        setattr(address, name, after)
    address.save(update_fields=list(diff))
    _done(customer, "customer.address_changed", diff, actor)
    return address


@transaction.atomic
def remove_address(address: Address, *, actor: User | None) -> None:
    """Remove an address; when it was the primary one, the oldest other becomes it."""
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=address.customer_id)
    gone = customer.addresses.filter(pk=address.pk).first()
    if gone is None:
        return
    gone.delete()
    heir = customer.addresses.order_by("pk").first()
    if gone.is_primary and heir:
        customer.addresses.filter(pk=heir.pk).update(is_primary=True)
    if not heir:
        Customer.objects.filter(pk=customer.pk).update(address="", city="")
    _done(customer, "customer.address_removed", {"address": [gone.line, None]}, actor)


@transaction.atomic
def make_primary_address(address: Address, *, actor: User | None) -> None:
    """Let this address be the one that lists and papers show."""
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=address.customer_id)
    before = customer.addresses.filter(is_primary=True).first()
    if before == address or not customer.addresses.filter(pk=address.pk).exists():
        return
    customer.addresses.filter(is_primary=True).update(is_primary=False)
    customer.addresses.filter(pk=address.pk).update(is_primary=True)
    changes = {"address": [before.line if before else None, address.line]}
    _done(customer, "customer.address_changed", changes, actor)


def follow_addresses(customer: Customer) -> None:
    """Copy the primary address to the customer's row; without addresses the row stays as it is."""
    primary = customer.addresses.filter(is_primary=True).first()
    if primary is None:
        return
    line = ", ".join(filter(None, (primary.line, primary.district)))[:300]
    Customer.objects.filter(pk=customer.pk).update(address=line, city=primary.city)


def follow_columns(customer: Customer) -> None:
    """Let the primary address say what was written on the customer's row."""
    primary = customer.addresses.filter(is_primary=True).first()
    if primary is None:
        return
    primary.city = customer.city
    columns = ["city"]
    shown = ", ".join(filter(None, (primary.line, primary.district)))[:300]
    if customer.address and customer.address != shown:
        primary.line, primary.district = customer.address, ""
        columns += ["line", "district"]
    primary.save(update_fields=columns)


def _same(address: Address, draft: AddressDraft) -> bool:
    names = ("line", "label", "district", "city", "postal_code", "country", "map_url")
    return all(getattr(address, name) == getattr(draft, name) for name in names)


def _done(customer: Customer, verb: str, changes: dict[str, Any], actor: User | None) -> None:
    follow_addresses(customer)
    record(actor, verb, customer, changes=changes)
    publish(CustomerChanged(customer_id=customer.pk))
    tell_once({branch_group(None), branch_group(customer.branch_id)}, CHANGED)
