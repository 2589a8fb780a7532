"""The SQL of who bought and who is new: kept months and the rows themselves, with the same columns."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from collections.abc import Sequence
from typing import Any

from .coverage import Part
from .facts import NO_SALE, Facts

BUYERS, NEW = "reports_buyermonth", "reports_newmonth"
_ORDERS = f"""SELECT o.branch_id, o.owner_id, {{source}}, o.customer_id AS customer
FROM orders_order o JOIN accounts_branch b ON b.id = o.branch_id {{join}}
WHERE o.status NOT IN {NO_SALE}"""
_WITH_SOURCE = _ORDERS.format(
    source="c.source", join="JOIN customers_customer c ON c.id = o.customer_id"
)
_BARE = _ORDERS.format(source="'' AS source", join="")
# Just what the index report_new_customers holds: with more, whole rows would be read
_CUSTOMERS = """SELECT o.branch_id, o.owner_id, o.source FROM customers_customer o
JOIN accounts_branch b ON b.id = o.branch_id WHERE o.archived_at IS NULL"""


class Customers:
    """Customers of one period as SQL, with their parameters in `values`."""

    table, rows, moment, kept_as = BUYERS, _WITH_SOURCE, "o.confirmed_at", "array_agg(f.customer)"

    def __init__(self, values: dict[str, Any], owners: Sequence[int] | None = None) -> None:
        self.facts = Facts(table=self.table, live=self.rows, owners=owners, values=values)
        self.values = values

    def sql(self, parts: Sequence[Part]) -> str:
        """Return one row for each, of what is not kept."""
        return "\nUNION ALL\n".join(
            f"{self.rows}{self._of_owners('o')}"
            f" AND {self.facts.within(part.places, gap, self.moment, 'o.branch_id')}"
            for part in parts
            for gap in part.gaps
        )

    def groups(self, parts: Sequence[Part], source: str = "") -> str:
        """Return branch, person, source and their customers: what is kept, and the rest."""
        found = [
            f"SELECT k.branch_id, k.owner_id, k.source, k.customers FROM {self.table} k"
            f" WHERE {self.facts.kept_in(part, period)}{self._of_owners('k')}"
            for part in parts
            for period in part.kept
        ]
        if live := self.sql(parts):
            found.append(
                f"SELECT f.branch_id, f.owner_id, f.source, {self.kept_as}"
                f" FROM ({live}) f GROUP BY 1, 2, 3"
            )
        self.values["source"] = source
        only = "WHERE l.source = %(source)s" if source else ""
        return f"SELECT * FROM ({' UNION ALL '.join(found)}) l {only}"

    def _of_owners(self, table: str) -> str:
        if self.facts.owners is None:
            return ""
        self.values["owners"] = list(self.facts.owners)
        return f" AND {table}.owner_id = ANY(%(owners)s)"


class Bought(Customers):
    """Those who bought: lists of ids, one for each order."""


class BoughtAnyhow(Customers):
    """Those who bought, where nobody asks for sources: these are read only from kept lists."""

    rows = _BARE


class Entered(Customers):
    """Those who were entered and are not archived: how many."""

    table, rows, moment, kept_as = NEW, _CUSTOMERS, "o.created_at", "count(*)"
