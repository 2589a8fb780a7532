"""Costs and values as a role may see them, the same for page, API and export."""

from typing import Any

COST = "inventory.cost"


def sees_cost(user: Any) -> bool:
    """Return True when the person sees what goods cost and what the stock is worth."""
    return bool(user.sees_field(COST) == "visible")
