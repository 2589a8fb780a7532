"""Tables of reports: sums kept for months that are over."""

from .rollups import BuiltMonth, MovementMonth, OwnerMonth, ProductMonth, SalesDay, StaleMonth

__all__ = ["BuiltMonth", "MovementMonth", "OwnerMonth", "ProductMonth", "SalesDay", "StaleMonth"]
