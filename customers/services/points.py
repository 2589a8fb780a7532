"""How a customer can be reached."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from customers.errors import PointExists
from customers.models import ContactPoint, Customer

from .change import announce
from .people import contact_text


@dataclass(frozen=True, kw_only=True)
class NewPoint:
    """A phone (E.164) or an e-mail to add; `raw` is how it was written."""

    kind: str
    value: str
    raw: str = ""
    label: str = ""
    is_primary: bool = False
    has_whatsapp: bool = False


@transaction.atomic
def add_point(customer: Customer, new: NewPoint, *, actor: User | None) -> ContactPoint:
    """Add a contact point; the first of its kind is the primary one. Errors: PointExists."""
    Customer.objects.select_for_update().get(pk=customer.pk)
    value = new.value.lower() if new.kind == ContactPoint.Kind.EMAIL else new.value
    same_kind = customer.points.in_use().filter(kind=new.kind)
    is_primary = new.is_primary or not same_kind.exists()
    if is_primary:
        same_kind.filter(is_primary=True).update(is_primary=False)
    fields = {
        "raw": new.raw[:254],
        "label": new.label,
        "is_primary": is_primary,
        "has_whatsapp": new.has_whatsapp,
        "removed_at": None,
    }
    removed = customer.points.filter(kind=new.kind, value=value, removed_at__isnull=False)
    if removed.update(**fields):  # it was removed once; its consents are still on record
        point = customer.points.get(kind=new.kind, value=value)
    else:
        try:
            with transaction.atomic():
                point = customer.points.create(kind=new.kind, value=value, **fields)
        except IntegrityError as error:
            raise PointExists(field="value") from error
    follow_points(customer)
    record(actor, "customer.point_added", customer, changes={new.kind: [None, _masked(value)]})
    announce(customer)
    return point


@transaction.atomic
def remove_point(point: ContactPoint, *, actor: User) -> None:
    """Remove a contact point; another one of its kind becomes primary. Its consents stay on record.

    Safe to run twice.
    """
    customer = Customer.objects.select_for_update().get(pk=point.customer_id)
    if not (known := customer.points.in_use().filter(pk=point.pk).first()):
        return
    point = known  # as it is now that nobody else can change it
    ContactPoint.objects.filter(pk=point.pk).update(removed_at=timezone.now(), is_primary=False)
    rest = customer.points.in_use().filter(kind=point.kind)
    if point.is_primary and (heir := rest.order_by("pk").first()):
        rest.filter(pk=heir.pk).update(is_primary=True)
    follow_points(customer)
    changes = {point.kind: [_masked(point.value), None]}
    record(actor, "customer.point_removed", customer, changes=changes)
    announce(customer)


@transaction.atomic
def make_primary(point: ContactPoint, *, actor: User) -> None:
    """Let this point be the one that the list shows and messages go to."""
    customer = Customer.objects.select_for_update().get(pk=point.customer_id)
    same_kind = customer.points.in_use().filter(kind=point.kind)
    before = same_kind.filter(is_primary=True).first()
    if before == point or not same_kind.filter(pk=point.pk).exists():
        return
    same_kind.filter(is_primary=True).update(is_primary=False)
    same_kind.filter(pk=point.pk).update(is_primary=True)
    follow_points(customer)
    changes = {point.kind: [_masked(before.value) if before else None, _masked(point.value)]}
    record(actor, "customer.primary_changed", customer, changes=changes)
    announce(customer)


def copy_points(customer: Customer, points: Iterable[ContactPoint]) -> None:
    """Set the columns that follow from the points in use, the primary ones first. Saves nothing."""
    known = list(points)
    phones = tuple(point.value for point in known if point.kind == ContactPoint.Kind.PHONE)
    emails = tuple(point.value for point in known if point.kind == ContactPoint.Kind.EMAIL)
    customer.phone, customer.email = next(iter(phones), ""), next(iter(emails), "")
    customer.contact_text = contact_text(phones, emails)


def follow_points(customer: Customer) -> None:
    """Copy the primary points to the customer's columns, and all of them to its search text."""
    copy_points(customer, customer.points.in_use())
    customer.save(update_fields=["phone", "email", "contact_text"])


def _masked(value: str) -> str:
    """A contact as the log keeps it (SECURITY.md DP-3)."""
    return f"{value[:4]}…{value[-2:]}"
