"""The SQL of what came and went: kept months and the movements themselves, with the same columns."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from collections.abc import Sequence
from typing import Any

from reports.periods import Period

from .coverage import Part
from .facts import RATE, Facts

MOVED = ("came", "went", "came_value", "went_value", "issued")
_DAY = "(m.at AT TIME ZONE b.time_zone)::date"
_WORTH = "abs(m.quantity) * COALESCE(m.unit_cost, 0) * rate.own"
_LIVE = f"""SELECT b.id AS branch_id, d.day, w.id AS warehouse_id, i.product_id,
    CASE WHEN m.quantity > 0 THEN m.quantity ELSE 0 END AS came,
    CASE WHEN m.quantity < 0 THEN -m.quantity ELSE 0 END AS went,
    CASE WHEN m.quantity > 0 THEN {_WORTH} ELSE 0 END AS came_value,
    CASE WHEN m.quantity < 0 THEN {_WORTH} ELSE 0 END AS went_value,
    CASE WHEN m.kind IN ('issue', 'return')
        THEN -sign(m.quantity) * {_WORTH} ELSE 0 END AS issued
FROM inventory_stockmovement m JOIN inventory_inventory i ON i.id = m.inventory_id
JOIN inventory_warehouse w ON w.id = i.warehouse_id JOIN accounts_branch b ON b.id = w.branch_id
CROSS JOIN LATERAL (SELECT {_DAY} AS day) d
CROSS JOIN LATERAL (SELECT {RATE.format(currency="b.currency", day="d.day")} AS own) rate"""


class Movements:
    """The rows of one period as SQL, with their parameters in `values`."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.facts = Facts(table="reports_movementmonth", live=_LIVE, owners=None, values=values)

    def sql(self, parts: Sequence[Part]) -> str:
        """Return a UNION ALL of what is kept and what is read from the movements."""
        found = [
            piece
            for part in parts
            for piece in (
                *(self._kept(part, period) for period in part.kept),
                *(self._live(part, gap) for gap in part.gaps),
            )
        ]
        return "\nUNION ALL\n".join(found)

    def _kept(self, part: Part, period: Period) -> str:
        sums = ", ".join(f"k.{name}" for name in MOVED)
        columns = f"k.branch_id, k.day, k.warehouse_id, k.product_id, {sums}"
        return f"SELECT {columns} FROM reports_movementmonth k WHERE {self.facts.kept_in(part, period)}"

    def _live(self, part: Part, gap: Period) -> str:
        span = self.facts.within(part.places, gap, "m.at", "w.branch_id")
        return f"{_LIVE} WHERE m.quantity <> 0 AND {span}"
