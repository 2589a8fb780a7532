"""What every change of an order shares: one order of locks, and who is told.

Locks are taken in one order everywhere, so that rivals queue and never deadlock: the customer,
the order, a number series, the stock by id; the activity log's seal comes last, at commit.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from accounts.services import Reason, record
from crm_project.kit.events import publish
from crm_project.kit.live import branch_group, tell_once
from customers.models import Customer
from customers.services import TimelineLine, add_to_timeline
from orders.errors import OrderChangedMeanwhile
from orders.events import OrderMoved
from orders.models import Order, OrderStage

from .states import FINISHED

CHANGED = "orders-changed"
# What no step reads: search columns, and identifiers whose decryption takes time.
_UNUSED = (
    *("search", "search_text", "customer__national_id", "customer__tax_id"),
    *("customer__search", "customer__contact_text", "customer__name_keys", "customer__custom"),
    *("owner__password", "owner__mfa_secret", "branch__working_hours"),
)


def lock_customer(customer: Customer) -> Customer:
    """Return the customer, locked before anything of theirs is."""
    rows = Customer.objects.select_related("branch").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=customer.pk)


def lock_order(order: Order, *, version: int | None = None) -> Order:
    """Return the order as it is now, locked together with its customer.

    Errors: OrderChangedMeanwhile when `version` is not its version any more.
    """
    rows = Order.objects.select_related("customer", "branch", "owner").defer(*_UNUSED)
    try:
        locked = rows.select_for_update(of=("customer", "self"), no_key=True).get(pk=order.pk)
    except Order.DoesNotExist as error:  # its customer was merged while this waited
        raise OrderChangedMeanwhile from error
    if version is not None and version != locked.version:
        raise OrderChangedMeanwhile
    return locked


def save_order(order: Order, **columns: Any) -> None:
    """Write columns of a locked order, one version further."""
    for name, value in columns.items():
        setattr(order, name, value)
    order.version += 1
    order.save(update_fields=[*columns, "version"])
    order.balance = order.total - order.credited - order.paid  # as the database has it


def take_step(order: Order, to: str, *, actor: User | None, note: str = "", **columns: Any) -> None:
    """Move a locked order to a state: its stage, the log, the timeline, open pages."""
    before = order.status
    if to in FINISHED:
        columns["finished_at"] = timezone.now()
    save_order(order, status=to, **columns)
    OrderStage.objects.create(order=order, status=to, actor=actor, note=note[:300])
    changes: dict[str, Any] = {"status": [before, to]}
    if note:
        changes["note"] = ["", note[:300]]
    log(order, f"order.{to}", actor=actor, changes=changes)
    add_line(order, f"order.{to}", f"order:{order.pk}:{to}:{order.version}", actor=actor)
    if to not in (Order.Status.QUOTE, Order.Status.CONFIRMED):
        publish(OrderMoved(order_id=order.pk, status=to))


def log(
    order: Order, verb: str, *, actor: User | None, changes: Mapping[str, Any] | None = None
) -> None:
    """Write an entry about the order and refresh the pages that show it."""
    written = {name: [plain(value) for value in pair] for name, pair in (changes or {}).items()}
    reason = None if actor else Reason(rule=verb, version="1")
    record(actor, verb, order, changes=written, reason=reason)
    refresh_pages(order)


def add_line(order: Order, kind: str, source: str, *, actor: User | None, text: str = "") -> None:
    """Add to the timeline of the order's customer."""
    line = TimelineLine(
        customer_id=order.customer_id,
        kind=kind,
        source=source,
        text=text or order.number,
        url=order.get_absolute_url(),
        actor=actor,
    )
    add_to_timeline([line])


def refresh_pages(order: Order) -> None:
    """Tell open lists, and this order's own page."""
    groups = {branch_group(None), branch_group(order.branch_id)}
    tell_once(groups, CHANGED)
    tell_once(groups, f"order-{order.pk}-changed")


def plain(value: Any) -> Any:
    """A value as the log keeps it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    is_plain = isinstance(value, str | int | float | bool | None)
    return str(value) if isinstance(value, Model) or not is_plain else value
