"""Tables of reports: sums kept for months that are over."""

from .rollups import (
    BuiltMonth,
    BuyerMonth,
    MovementMonth,
    NewMonth,
    OwnerMonth,
    ProductMonth,
    SalesDay,
    StaleMonth,
)

__all__ = [
    "BuiltMonth",
    "BuyerMonth",
    "MovementMonth",
    "NewMonth",
    "OwnerMonth",
    "ProductMonth",
    "SalesDay",
    "StaleMonth",
]
