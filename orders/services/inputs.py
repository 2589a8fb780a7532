"""What the services take: an order to be written, a parcel, a return, a payment."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Branch, User
from customers.models import Customer
from inventory.models import Warehouse
from orders.models import Order, Payment


@dataclass(frozen=True, kw_only=True)
class LineInput:
    """One item. None takes the product's own price (exchanged to the order's currency) or tax,
    and the order's warehouse; an empty name takes the product's name in the customer's language.
    """

    product_id: int
    quantity: Decimal
    unit_price: Decimal | None = None
    discount_percent: Decimal = Decimal(0)
    tax_percent: Decimal | None = None
    warehouse_id: int | None = None
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderInput:
    """An order as its writer wants it. `discount` is an amount in the order's currency, before tax.

    Without a branch it is the writer's, or the customer's for people of the whole company; without
    a currency the branch's; without an owner the writer; without a warehouse the branch's first.
    """

    customer: Customer
    lines: tuple[LineInput, ...]
    branch: Branch | None = None
    owner: User | None = None
    warehouse: Warehouse | None = None
    discount: Decimal = Decimal(0)
    channel: str = Order.Channel.OTHER
    currency: str | None = None
    promised_on: date | None = None
    valid_until: date | None = None
    requires_inspection: bool = False
    delivery_address: str = ""
    note: str = ""
    terms: str = ""


@dataclass(frozen=True, kw_only=True)
class ParcelLine:
    """How much of a stocked line goes out; a tracked product names the lot of each part."""

    line_id: int
    quantity: Decimal
    lot_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewShipment:
    """A consignment. `lines` None sends all that is left; an empty address is the order's."""

    lines: tuple[ParcelLine, ...] | None = None
    carrier: str = ""
    tracking: str = ""
    tracking_url: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class ReturnedLine:
    """How much of a line came back; a tracked product that is restocked names the lot."""

    line_id: int
    quantity: Decimal
    is_restocked: bool = True
    lot_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewPayment:
    """Money that came in, in the order's currency and with no more digits than it has."""

    amount: Decimal
    method: str = Payment.Method.CASH
    reference: str = ""
    note: str = ""
