"""Facts about orders."""

from dataclasses import dataclass

from crm_project.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(Event):
    """A quote became an order; its stock is reserved."""

    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderMoved(Event):
    """An order took a step after its confirmation."""

    order_id: int
    status: str


@dataclass(frozen=True, kw_only=True)
class PaymentRecorded(Event):
    """Money came in, or went back."""

    payment_id: int


@dataclass(frozen=True, kw_only=True)
class OrderReturned(Event):
    """Goods of an order came back."""

    return_id: int
