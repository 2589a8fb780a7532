"""What every change of an order shares: one order of locks, and who is told.

Locks are taken in one order everywhere, so that rivals queue and never deadlock: the customer,
the order, a number series, the stock by id; the activity log's seal comes last, at commit.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from accounts.models import Branch, User
from accounts.services import Reason, record
from crm_project.kit.events import publish
from crm_project.kit.joined import Part, columns_of, instances
from crm_project.kit.live import branch_group, tell_once
from customers.models import Customer
from customers.services import TimelineLine, add_to_timeline
from orders.amounts import written
from orders.errors import OrderChangedMeanwhile
from orders.events import OrderMoved
from orders.models import Order

from .states import FINISHED

CHANGED = "orders-changed"


# Not the search columns, little of the customer, the branch and the person.
_UNUSED = {"search", "search_text", "request_id", "created_by_id"}
_CUSTOMER = {"id", "name", "status", "branch_id", "archived_at"}
_BRANCH = {"id", "code", "name_ar", "name_en", "currency", "time_zone"}
_PERSON = {"id", "name", "name_en", "department_id"}
_PARTS = (
    Part(Order, "o", lambda name: name not in _UNUSED),
    Part(Customer, "c", _CUSTOMER.__contains__),
    Part(Branch, "b", _BRANCH.__contains__),
    Part(User, "u", _PERSON.__contains__),
)
_LOCK = f"""
SELECT {columns_of(_PARTS)} FROM orders_order AS o
JOIN customers_customer AS c ON c.id = o.customer_id
JOIN accounts_branch AS b ON b.id = o.branch_id LEFT JOIN accounts_user AS u ON u.id = o.owner_id
WHERE o.id = %s FOR NO KEY UPDATE OF c, o
"""  # noqa: S608 (names of columns)


def lock_customer(customer: Customer) -> Customer:
    """Return the customer, locked before anything of theirs is."""
    rows = Customer.objects.select_related("branch").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=customer.pk)


def lock_order(order: Order, *, version: int | None = None) -> Order:
    """Return the order as it is now, locked together with its customer.

    Errors: OrderChangedMeanwhile when `version` is not its version any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [order.pk])
        row = cursor.fetchone()
    if row is None:  # its customer was merged while this waited
        raise OrderChangedMeanwhile
    locked, locked.customer, locked.branch, locked.owner = instances(_PARTS, row)
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


def _save_with_stage(
    order: Order, columns: dict[str, Any], *, actor: User | None, note: str
) -> None:
    """Write columns (no relations) as save_order() does, and the stage, in one statement."""
    columns["version"] = order.version + 1
    for name, value in columns.items():
        setattr(order, name, value)
    order.balance = order.total - order.credited - order.paid  # as the database has it
    named = ", ".join(f"{name} = %s" for name in columns)
    stage: list[Any] = [order.status, timezone.now(), actor.pk if actor else None, note]
    with connection.cursor() as cursor:
        cursor.execute(STEP.format(columns=named), [*columns.values(), order.pk, *stage])


STEP = """
WITH moved AS (UPDATE orders_order SET {columns} WHERE id = %s RETURNING id)
INSERT INTO orders_orderstage (order_id, status, at, actor_id, note)
SELECT id, %s, %s, %s, %s FROM moved
"""


def take_step(order: Order, to: str, *, actor: User | None, note: str = "", **columns: Any) -> None:
    """Move a locked order to a state: its stage, the log, the timeline, open pages."""
    before = order.status
    if to in FINISHED:
        columns["finished_at"] = timezone.now()
    _save_with_stage(order, {"status": to, **columns}, actor=actor, note=note[:300])
    changes: dict[str, Any] = {"status": [before, to]}
    if note:
        changes["note"] = ["", note[:300]]
    log(order, f"order.{to}", actor=actor, changes=changes)
    add_line(order, f"order.{to}", f"order:{order.pk}:{to}:{order.version}", actor=actor)
    if to not in (Order.Status.QUOTE, Order.Status.CONFIRMED):
        publish(OrderMoved(order_id=order.pk, status=to))


def log(
    order: Order,
    verb: str,
    *,
    actor: User | None,
    changes: Mapping[str, Any] | None = None,
    was_in: str = "",
) -> None:
    """Write an entry about the order and refresh the pages that show it.

    Decimals are amounts of the order; `was_in` is the currency of those before, if it was another.
    """
    before = was_in or order.currency
    told = {
        name: [plain(old, before), plain(new, order.currency)]
        for name, (old, new) in (changes or {}).items()
    }
    reason = None if actor else Reason(rule=verb, version="1")
    record(actor, verb, order, changes=told, reason=reason)
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


def plain(value: Any, currency: str) -> Any:
    """A value as the log keeps it."""
    if isinstance(value, Decimal):
        return written(value, currency)
    is_plain = isinstance(value, str | int | float | bool | None)
    return str(value) if isinstance(value, Model) or not is_plain else value
