"""Money comes in and goes back. Rows are only added; the database keeps what is paid."""

from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import User
from accounts.services.numbers import next_in_series
from crm_project.kit.events import publish
from crm_project.kit.money import round_money
from orders.amounts import written
from orders.errors import BadFigure, NotAllowedHere, PaysTooMuch, RefundsTooMuch, WrongState
from orders.events import PaymentRecorded
from orders.models import Order, Payment
from orders.permissions import REFUND, TAKE_PAYMENT

from .inputs import NewPayment
from .journal import add_line, lock_order, log
from .states import PAYABLE, reaches

_MOST = Decimal(10) ** 13


def record_payment(
    order: Order, new: NewPayment, *, actor: User | None, request_id: UUID
) -> Payment:
    """Record money that came in, with a receipt; the same request id answers with the first one.

    Errors: WrongState for a quote or an order that is over, NotAllowedHere, BadFigure,
    PaysTooMuch for more than the balance, also in a race.
    """
    return _once(order, new, request_id, actor, refund_of=None)


def refund_payment(
    payment: Payment, new: NewPayment, *, actor: User | None, request_id: UUID
) -> Payment:
    """Pay money back, up to what is left of a payment; `new.amount` is positive here too.

    Errors: NotAllowedHere, BadFigure, RefundsTooMuch, WrongState for a refund of a refund.
    """
    return _once(payment.order, new, request_id, actor, refund_of=payment)


def left_to_refund(payment: Payment) -> Decimal:
    """Return how much of a payment was not paid back yet; nothing of a refund."""
    back = payment.refunds.aggregate(total=Sum("amount", default=Decimal(0)))["total"]
    return max(payment.amount + back, Decimal(0))


def _once(
    order: Order, new: NewPayment, request_id: UUID, actor: User | None, refund_of: Payment | None
) -> Payment:
    if known := Payment.objects.filter(request_id=request_id).first():
        return known
    try:
        return _record(order, new, request_id, actor, refund_of)
    except IntegrityError as error:
        if known := Payment.objects.filter(request_id=request_id).first():
            return known
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name == "order_paid_within_total":
            raise PaysTooMuch(field="amount") from error
        if name == "order_paid_not_negative":
            raise RefundsTooMuch(field="amount") from error
        raise


@transaction.atomic
def _record(
    order: Order, new: NewPayment, request_id: UUID, actor: User | None, refund_of: Payment | None
) -> Payment:
    locked = lock_order(order)
    if known := Payment.objects.filter(request_id=request_id).first():
        return known
    _check_amount(new.amount, locked.currency)
    if refund_of:
        _check_refund(locked, refund_of, new.amount, actor)
    else:
        _check_payment(locked, new.amount, actor)
    (number,) = next_in_series("receipt", locked.branch)
    made = Payment.objects.create(
        order=locked,
        number=number,
        amount=-new.amount if refund_of else new.amount,
        method=new.method,
        reference=new.reference,
        note=new.note,
        refund_of=refund_of,
        request_id=request_id,
        actor=actor,
    )
    _tell(locked, made, actor)
    return made


def _tell(order: Order, made: Payment, actor: User | None) -> None:
    kind = "refund" if made.is_refund else "payment"
    changes = {"paid": [order.paid, order.paid + made.amount], "receipt": ["", made.number]}
    log(order, f"order.{kind}", actor=actor, changes=changes)
    text = f"{made.number} · {written(abs(made.amount), order.currency)} {order.currency}"
    add_line(order, f"order.{kind}", f"payment:{made.pk}", actor=actor, text=text)
    publish(PaymentRecorded(payment_id=made.pk))


def _check_amount(amount: Decimal, currency: str) -> None:
    is_possible = amount.is_finite() and 0 < amount < _MOST
    if not is_possible or round_money(amount, currency) != amount:
        raise BadFigure(field="amount")


def _check_payment(order: Order, amount: Decimal, actor: User | None) -> None:
    if actor is not None and not reaches(actor, TAKE_PAYMENT, order):
        raise NotAllowedHere
    if order.status not in PAYABLE:
        raise WrongState
    if amount > order.balance:
        raise PaysTooMuch(field="amount")


def _check_refund(order: Order, paid: Payment, amount: Decimal, actor: User | None) -> None:
    if actor is not None and not reaches(actor, REFUND, order):
        raise NotAllowedHere
    if paid.is_refund or paid.order_id != order.pk:
        raise WrongState
    if amount > left_to_refund(paid):
        raise RefundsTooMuch(field="amount")
