"""Goods come back: their worth is credited, and what is sound lies in stock again."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import User
from accounts.services.numbers import next_in_series
from crm_project.kit.events import publish
from crm_project.kit.money import round_money
from inventory.models import StockMovement
from inventory.services import Move, move_stock
from orders.errors import BadFigure, LineTwice, ReasonNeeded, ShipsTooMuch, UnknownLine
from orders.events import OrderReturned
from orders.models import Order, OrderLine, OrderReturn, ReturnLine, ShipmentLine

from .inputs import ReturnedLine
from .journal import add_line, lock_order, log, save_order, take_step
from .shipping import check_quantity
from .states import check_step

_MICRO = Decimal("0.000001")


def credit_of(
    worth: Decimal, quantity: Decimal, before: Decimal, after: Decimal, currency: str
) -> Decimal:
    """Return the credit for a line of this worth when what came back grows from before to after.

    Each return is credited the difference of two rounded shares, so that any sequence of partial
    returns adds up to the worth exactly. Quantities in the line's unit, money in `currency`.

    >>> [credit_of(Decimal(10), Decimal(3), Decimal(n), Decimal(n + 1), "SAR") for n in range(3)]
    [Decimal('3.33'), Decimal('3.34'), Decimal('3.33')]
    """
    with localcontext() as context:
        context.prec = 60
        shares = [round_money(worth * part / quantity, currency) for part in (before, after)]
        return shares[1] - shares[0]


def take_return(
    order: Order,
    lines: Sequence[ReturnedLine],
    reason: str,
    *,
    actor: User | None,
    request_id: UUID,
) -> OrderReturn:
    """Take goods back and credit them with their tax; the same request id answers as before.

    Restocked goods lie in their warehouse again at what they had cost when they left. An order of
    which everything came back is returned.
    Errors: WrongState, NotAllowedHere, ReasonNeeded; UnknownLine, LineTwice, BadFigure, ShipsTooMuch
    (field "lines.<n>.<name>"); of stock LotNeeded, SerialTaken.
    """
    if known := OrderReturn.objects.filter(request_id=request_id).first():
        return known
    try:
        return _take(order, lines, reason.strip(), actor, request_id)
    except IntegrityError:
        if known := OrderReturn.objects.filter(request_id=request_id).first():
            return known
        raise


@transaction.atomic
def _take(
    order: Order, parts: Sequence[ReturnedLine], reason: str, actor: User | None, request_id: UUID
) -> OrderReturn:
    locked = lock_order(order)
    if known := OrderReturn.objects.filter(request_id=request_id).first():
        return known
    check_step(locked, door="return", actor=actor)
    if not reason:
        raise ReasonNeeded(field="reason")
    lines = {line.pk: line for line in locked.lines.select_related("product")}
    coming = _check(parts, lines)
    _check_lots(parts, lines)
    credit = sum(
        (_credit(lines[pk], quantity, locked.currency) for pk, quantity in coming.items()),
        Decimal(0),
    )
    (number,) = next_in_series("return", locked.branch)
    made = OrderReturn.objects.create(
        order=locked, number=number, reason=reason[:300], credit=credit, request_id=request_id,
        actor=actor,
    )  # fmt: skip
    _restock(made, parts, lines, actor)  # reads what was restocked before: its own rows come next
    ReturnLine.objects.bulk_create(
        ReturnLine(
            order_return=made, line_id=part.line_id, lot_id=part.lot_id, quantity=part.quantity,
            is_restocked=part.is_restocked and lines[part.line_id].warehouse_id is not None,
        )
        for part in parts
    )  # fmt: skip
    for pk, quantity in coming.items():
        lines[pk].returned += quantity
    OrderLine.objects.bulk_update(lines.values(), ["returned", "cost"])
    _conclude(locked, made, list(lines.values()), actor)
    return made


def _conclude(order: Order, made: OrderReturn, lines: list[OrderLine], actor: User | None) -> None:
    changes = {"credited": [order.credited, order.credited + made.credit]}
    credited = order.credited + made.credit
    if all(line.returned == line.quantity for line in lines):
        take_step(order, Order.Status.RETURNED, actor=actor, note=made.reason, credited=credited)
    else:
        save_order(order, credited=credited)
        add_line(order, "order.return", f"return:{made.pk}", actor=actor, text=made.number)
    log(order, "order.goods_returned", actor=actor, changes=changes)
    publish(OrderReturned(return_id=made.pk))


def _check(parts: Sequence[ReturnedLine], lines: dict[int, OrderLine]) -> dict[int, Decimal]:
    """Return how much of each line comes back."""
    if not parts:
        raise BadFigure(field="lines")
    coming: dict[int, Decimal] = defaultdict(Decimal)
    seen: set[tuple[int, int | None, bool]] = set()
    for place, part in enumerate(parts):
        line = lines.get(part.line_id)
        key = (part.line_id, part.lot_id, part.is_restocked)
        if line is None:
            raise UnknownLine(field=f"lines.{place}.line")
        if key in seen:
            raise LineTwice(field=f"lines.{place}.line")
        check_quantity(part.quantity, f"lines.{place}.quantity")
        seen.add(key)
        coming[part.line_id] += part.quantity
        if line.returned + coming[part.line_id] > line.shipped:
            raise ShipsTooMuch(field=f"lines.{place}.quantity")
    return coming


def _check_lots(parts: Sequence[ReturnedLine], lines: dict[int, OrderLine]) -> None:
    """A lot comes back on a line only as far as it left on it."""
    named = [part for part in parts if part.lot_id]
    if not named:
        return
    out: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for rows, sign in ((ShipmentLine.objects, 1), (ReturnLine.objects, -1)):
        sums = rows.filter(line__in=lines, lot__isnull=False).values_list("line_id", "lot_id")
        for line_id, lot_id, quantity in sums.annotate(Sum("quantity")).order_by():
            out[line_id, lot_id] += sign * quantity
    for part in named:
        out[part.line_id, part.lot_id or 0] -= part.quantity
    if any(left < 0 for left in out.values()):
        raise ShipsTooMuch(field="lines")


def _credit(line: OrderLine, quantity: Decimal, currency: str) -> Decimal:
    worth = line.net - line.discount_share + line.tax
    after = line.returned + quantity
    return credit_of(worth, line.quantity, line.returned, after, currency)


def _restock(
    made: OrderReturn,
    parts: Sequence[ReturnedLine],
    lines: dict[int, OrderLine],
    actor: User | None,
) -> None:
    """Put sound goods into stock at what each had cost; the line keeps what is still out."""
    sound = [part for part in parts if part.is_restocked and lines[part.line_id].warehouse_id]
    if not sound:
        return
    out = _still_out(lines)
    moves = []
    for part in sound:
        line = lines[part.line_id]
        cost = (line.cost / out[line.pk]).quantize(_MICRO, ROUND_HALF_UP)
        moves.append(_move(made, part, line, cost))
        out[line.pk] -= part.quantity
        line.cost = (
            max(line.cost - cost * part.quantity, Decimal(0)) if out[line.pk] else Decimal(0)
        )
    move_stock(moves, actor=actor)


def _still_out(lines: dict[int, OrderLine]) -> dict[int, Decimal]:
    """How much of each line left the stock and is not in it again."""
    restocked = ReturnLine.objects.filter(line__in=lines, is_restocked=True)
    back = dict(restocked.values_list("line_id").annotate(Sum("quantity")).order_by())
    return {pk: line.shipped - back.get(pk, Decimal(0)) for pk, line in lines.items()}


def _move(made: OrderReturn, part: ReturnedLine, line: OrderLine, cost: Decimal) -> Move:
    lot = f":lot:{part.lot_id}" if part.lot_id else ""
    return Move(
        kind=StockMovement.Kind.RETURN,
        product_id=line.product_id,
        warehouse_id=line.warehouse_id or 0,
        quantity=part.quantity,
        unit_cost=cost,
        lot_id=part.lot_id,
        source=f"order_line:{line.pk}:return:{made.pk}{lot}",
        reference=made.number,
        url=made.order.get_absolute_url(),
        note=made.reason[:200],
    )
