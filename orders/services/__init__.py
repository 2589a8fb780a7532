"""What the business does with orders. Import from here."""

from .confirming import clear_inspection, confirm_order
from .following import advance_order, assign_order, cancel_order, set_promised_date
from .inputs import (
    LineInput,
    NewPayment,
    NewShipment,
    OrderInput,
    ParcelLine,
    ReturnedLine,
)
from .papers import PaperKind, paper_of, part_of
from .payments import left_to_refund, record_payment, refund_payment
from .pricing import PricedLine, PricedOrder, price_order
from .quotes import change_quote, copy_order, input_of, write_quote
from .rates import add_rate, exchange, rate_on
from .returns import credit_of, take_return
from .sending import (
    CHANNELS,
    DocumentToSend,
    may_send,
    obstacle_to_paper,
    send_document,
    sendings_of,
)
from .shipping import mark_delivered, move_shipment, ship_order
from .states import STEPS, Step, reaches
from .totals import LineTotals, Totals, totals_of

__all__ = [
    "CHANNELS",
    "STEPS",
    "DocumentToSend",
    "LineInput",
    "LineTotals",
    "NewPayment",
    "NewShipment",
    "OrderInput",
    "PaperKind",
    "ParcelLine",
    "PricedLine",
    "PricedOrder",
    "ReturnedLine",
    "Step",
    "Totals",
    "add_rate",
    "advance_order",
    "assign_order",
    "cancel_order",
    "change_quote",
    "clear_inspection",
    "confirm_order",
    "copy_order",
    "credit_of",
    "exchange",
    "input_of",
    "left_to_refund",
    "mark_delivered",
    "may_send",
    "move_shipment",
    "obstacle_to_paper",
    "paper_of",
    "part_of",
    "price_order",
    "rate_on",
    "reaches",
    "record_payment",
    "refund_payment",
    "send_document",
    "sendings_of",
    "set_promised_date",
    "ship_order",
    "take_return",
    "totals_of",
    "write_quote",
]
