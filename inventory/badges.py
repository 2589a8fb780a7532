"""Counts beside the navigation."""

from typing import Any

from .models import StockAlert


def low_stock(user: Any) -> Any:
    """Open alerts of low stock."""
    return StockAlert.objects.visible_to(user).open()
