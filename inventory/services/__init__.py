"""What the business does with products and stock."""

from .alerts import refresh_alerts
from .stock import Move, Want, lock_stock, move_stock, release_stock, reserve_stock

__all__ = [
    "Move",
    "Want",
    "lock_stock",
    "move_stock",
    "refresh_alerts",
    "release_stock",
    "reserve_stock",
]
