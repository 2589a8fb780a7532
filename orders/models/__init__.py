"""Orders: what was sold to whom, how far it is, what was paid, shipped and returned."""

from .fulfilment import OrderReturn, ReturnLine, Shipment, ShipmentLine
from .orders import ExchangeRate, Order, OrderLine, OrderStage
from .payments import Payment

__all__ = [
    "ExchangeRate",
    "Order",
    "OrderLine",
    "OrderReturn",
    "OrderStage",
    "Payment",
    "ReturnLine",
    "Shipment",
    "ShipmentLine",
]
