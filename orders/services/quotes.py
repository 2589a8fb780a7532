"""Writing, changing and copying quotes. What is promised later is written here first."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services import Notice, notify
from accounts.services.numbers import next_in_series
from customers.models import Customer
from orders import permissions
from orders.amounts import written
from orders.errors import (
    BranchNotYours,
    CannotTakeOrders,
    CustomerIsBlocked,
    OrderChangedMeanwhile,
    WrongState,
)
from orders.models import Order, OrderLine, OrderStage

from .inputs import LineInput, OrderInput
from .journal import add_line, lock_customer, lock_order, log, save_order
from .pricing import PricedOrder, price_order

_TEXTS = ("promised_on", "valid_until", "requires_inspection", "delivery_address", "note", "terms")
_SHOWN = ("customer", "owner", "warehouse", "channel", "currency", *_TEXTS)
_AMOUNTS = ("subtotal", "discount", "tax", "total")
_OF_LINE = ("product_id", "quantity", "unit_price", "discount_percent", "tax_percent", "name")


def write_quote(order_input: OrderInput, *, actor: User | None, request_id: UUID | None) -> Order:
    """Write a quote; the same request id answers with the first one.

    Its number has no gaps in its branch and year, so it is drawn after everything is checked.
    Errors: those of price_order(), CannotTakeOrders, CustomerIsBlocked.
    """
    if known := _written_before(request_id):
        return known
    try:
        return _write(order_input, actor, request_id)
    except IntegrityError:
        if known := _written_before(request_id):  # the same submit, a moment ago
            return known
        raise


def _written_before(request_id: UUID | None) -> Order | None:
    return Order.objects.filter(request_id=request_id).first() if request_id else None


@transaction.atomic
def _write(wanted: OrderInput, actor: User | None, request_id: UUID | None) -> Order:
    priced = price_order(wanted, actor=actor)
    owner = _owner_of(wanted, actor, priced)
    customer = lock_customer(wanted.customer)
    refuse_blocked(customer)
    (number,) = next_in_series("order", priced.branch)
    order = Order.objects.create(
        number=number,
        branch=priced.branch,
        owner=owner,
        created_by=actor,
        request_id=request_id,
        search_text=search_text_of(customer),
        **_columns(wanted, priced),
    )
    _write_lines(order, priced)
    OrderStage.objects.create(order=order, status=order.status, actor=actor)
    log(order, "order.quote", actor=actor, changes={"total": ["", order.total]})
    add_line(order, "order.quote", f"order:{order.pk}:quote", actor=actor)
    if owner and owner != actor:
        tell_owner(order, owner)
    return order


def _columns(wanted: OrderInput, priced: PricedOrder) -> dict[str, Any]:
    totals = priced.totals
    return {
        "customer": wanted.customer,
        "warehouse": priced.warehouse,
        "currency": priced.currency,
        "channel": wanted.channel,
        **{name: getattr(wanted, name) for name in _TEXTS},
        **{name: getattr(totals, name) for name in _AMOUNTS},
    }


def _write_lines(order: Order, priced: PricedOrder) -> None:
    rows = priced.unsaved_lines()
    for row in rows:
        row.order = order
    OrderLine.objects.bulk_create(rows)


def _owner_of(wanted: OrderInput, actor: User | None, priced: PricedOrder) -> User | None:
    if wanted.owner is None:
        return None if actor is None or actor.is_service else actor
    if wanted.owner != actor:
        check_can_own(wanted.owner, priced.branch.pk)
    return wanted.owner


def check_can_own(person: User, branch_id: int) -> None:
    """Refuse somebody who can't work on orders of the branch. Errors: CannotTakeOrders."""
    may_work = person.is_active and not person.is_service and person.has_perm(permissions.CHANGE)
    if not may_work or (person.branch_id != branch_id and not person.is_company_wide):
        raise CannotTakeOrders(field="owner")


def refuse_blocked(customer: Customer) -> None:
    """Sell nothing to a blocked, archived or merged customer. Errors: CustomerIsBlocked."""
    if customer.status == Customer.Status.BLOCKED or customer.archived_at:
        raise CustomerIsBlocked(field="customer")


def search_text_of(customer: Customer) -> str:
    """Return what an order is found by besides its number."""
    return " ".join(filter(None, [customer.name, customer.company, customer.contact_text]))


def tell_owner(order: Order, owner: User) -> None:
    """Tell the person who is responsible now."""
    notice = Notice(
        user=owner,
        kind="order.assigned",
        subject=order.number,
        detail=order.customer.name,
        url=order.get_absolute_url(),
        key=f"order.assigned:{order.pk}:{order.version}",
    )
    notify(notice)


@transaction.atomic
def change_quote(
    order: Order, order_input: OrderInput, *, actor: User, version: int | None
) -> Order:
    """Replace a quote by how its writer wants it now, logged before → after.

    A repeated submit, which would change nothing any more, is harmless whatever its version. The
    branch stays, with the number; an owner is changed by assign_order().
    Errors: WrongState once it is confirmed, OrderChangedMeanwhile, those of price_order().
    """
    locked = lock_order(order)
    if not locked.is_editable:
        raise WrongState
    if order_input.branch and order_input.branch.pk != locked.branch_id:
        raise BranchNotYours(field="branch")
    lines = list(locked.lines.all())
    kept = frozenset(line.product_id for line in lines)
    wanted = replace(order_input, branch=locked.branch)
    priced = price_order(wanted, actor=actor, kept_products=kept, kept_currency=locked.currency)
    columns = _columns(wanted, priced)
    changes = {
        name: [getattr(locked, name), value]
        for name, value in columns.items()
        if getattr(locked, name) != value
    }
    has_new_lines = [_facts(row) for row in priced.unsaved_lines()] != [
        _facts(row) for row in lines
    ]
    if not changes and not has_new_lines:
        return locked
    if version is not None and version != locked.version:
        raise OrderChangedMeanwhile
    if "customer" in changes:
        refuse_blocked(wanted.customer)
        columns["search_text"] = search_text_of(wanted.customer)
    was_in = locked.currency
    save_order(locked, **columns)
    if has_new_lines:
        locked.lines.all().delete()
        _write_lines(locked, priced)
        changes["lines"] = [
            _sentence(lines, was_in),
            _sentence(priced.unsaved_lines(), locked.currency),
        ]
    log(locked, "order.changed", actor=actor, changes=changes, was_in=was_in)
    return locked


def _facts(line: OrderLine) -> tuple[Any, ...]:
    return (*(getattr(line, name) for name in _OF_LINE), line.warehouse_id, line.discount_share)


def _sentence(lines: list[OrderLine], currency: str) -> str:
    parts = [
        f"{line.quantity.normalize():f} × {line.name} @ {written(line.unit_price, currency)}"
        for line in lines
    ]
    return "; ".join(parts)[:1000]


def input_of(order: Order) -> OrderInput:
    """Return the order as an input: what copy_order() and partial changes start from."""
    lines = tuple(
        LineInput(
            product_id=line.product_id,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
            tax_percent=line.tax_percent,
            warehouse_id=line.warehouse_id,
            name=line.name,
        )
        for line in order.lines.all()
    )
    names = [name for name in _SHOWN if name not in ("promised_on", "valid_until")]
    return OrderInput(
        lines=lines,
        branch=order.branch,
        discount=order.discount,
        promised_on=order.promised_on,
        valid_until=order.valid_until,
        **{name: getattr(order, name) for name in names},
    )


@transaction.atomic
def copy_order(order: Order, *, actor: User, request_id: UUID | None) -> Order:
    """Write a new quote with the same customer, items and prices; its writer is responsible.

    Dates are not copied: the promise was another one. Errors: those of write_quote().
    """
    fresh = replace(input_of(order), owner=None, promised_on=None, valid_until=None)
    return write_quote(fresh, actor=actor, request_id=request_id)
