"""The SQL of sales: kept sums and live orders as one set of rows with the same columns.

A sale is an order that was confirmed and is neither cancelled nor a quote, on the day of its
confirmation by the branch's clock; an order that came back stays a sale, and its return is counted
apart, on the day of the return, whenever it was sold. Amounts in the company's currency at the
rate of that day.
"""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reports.periods import Period
from reports.reach import Place

from .coverage import Part

SALES, OWNERS, PRODUCTS = "reports_salesday", "reports_ownermonth", "reports_productmonth"
MEASURES = ("orders", "unrated", "quantity", "net", "tax", "kept", "cost", "returns", "returned")
NO_SALE = "('quote', 'cancelled')"

# What one unit of a currency was worth in the company's on a day; NULL where nobody has said it.
RATE = """CASE WHEN {currency} = %(company)s THEN 1 ELSE (
    SELECT x.rate FROM orders_exchangerate x
    WHERE x.currency = {currency} AND x."on" <= {day} ORDER BY x."on" DESC LIMIT 1) END"""
_DAY = "({moment} AT TIME ZONE b.time_zone)::date"
_FROM = f"""
FROM orders_order o JOIN accounts_branch b ON b.id = o.branch_id
CROSS JOIN LATERAL (SELECT {_DAY.format(moment="o.confirmed_at")} AS day) d
CROSS JOIN LATERAL (SELECT {RATE.format(currency="o.currency", day="d.day")} AS own,
    {RATE.format(currency="b.currency", day="d.day")} AS cost OFFSET 0) rate
"""
# Most lines left whole and stayed away, so most need no division.
_KEPT = """CASE WHEN l.shipped - l.returned = l.quantity THEN l.net - l.discount_share
    ELSE (l.net - l.discount_share) * (l.shipped - l.returned) / l.quantity END"""
_SUMS_OF_LINES = f"""
LEFT JOIN LATERAL (SELECT sum(l.quantity) AS quantity, sum({_KEPT}) AS kept, sum(l.cost) AS cost
    FROM orders_orderline l WHERE l.order_id = o.id) lines ON true
"""
_HEAD = "SELECT o.branch_id, d.day, o.channel, o.owner_id"
_UNRATED = "(rate.own IS NULL)::int AS unrated"
_NOT_BACK = "0 AS returns, 0::numeric AS returned"
_BY_ORDER = f"""{_HEAD}, NULL::bigint AS product_id, 1 AS orders, {_UNRATED},
    {{quantity}} AS quantity, (o.total - o.tax) * rate.own AS net, o.tax * rate.own AS tax,
    {{kept}} * rate.own AS kept, {{cost}} * rate.cost AS cost, {_NOT_BACK} {_FROM}"""
BARE_ORDERS = _BY_ORDER.format(quantity="0::numeric", kept="0::numeric", cost="0::numeric")
WHOLE_ORDERS = (
    _BY_ORDER.format(quantity="lines.quantity", kept="lines.kept", cost="lines.cost")
    + _SUMS_OF_LINES
)
LINES = f"""{_HEAD}, l.product_id, 1 AS orders, {_UNRATED}, l.quantity,
    (l.net - l.discount_share) * rate.own AS net, l.tax * rate.own AS tax,
    {_KEPT} * rate.own AS kept, l.cost * rate.cost AS cost, {_NOT_BACK}
    {_FROM} JOIN orders_orderline l ON l.order_id = o.id"""
# A return's credit is spread over its lines by their worth, so that the lines add up to it exactly.
_WORTH = "(l.net - l.discount_share + l.tax) * x.quantity / l.quantity"
_PIECES = f"""JOIN LATERAL (
    SELECT l.product_id, sum({_WORTH}) / NULLIF(sum(sum({_WORTH})) OVER (), 0) AS part
    FROM orders_returnline x JOIN orders_orderline l ON l.id = x.line_id
    WHERE x.order_return_id = r.id GROUP BY l.product_id
) line ON true"""
_BACK = f"""{_HEAD}, {{product}} AS product_id, 0 AS orders, 0 AS unrated, 0::numeric AS quantity,
    0::numeric AS net, 0::numeric AS tax, 0::numeric AS kept, 0::numeric AS cost, 1 AS returns,
    {{credit}} * ({RATE.format(currency="o.currency", day="d.day")}) AS returned
FROM orders_orderreturn r JOIN orders_order o ON o.id = r.order_id
JOIN accounts_branch b ON b.id = o.branch_id
CROSS JOIN LATERAL (SELECT {_DAY.format(moment="r.at")} AS day) d {{pieces}}"""
WHOLE_RETURNS = _BACK.format(product="NULL::bigint", credit="r.credit", pieces="")
RETURNED_LINES = _BACK.format(
    product="line.product_id", credit="r.credit * COALESCE(line.part, 0)", pieces=_PIECES
)


@dataclass
class Facts:
    """The rows of one period as SQL, with their parameters. `back` are the returns, "" for a
    question about sales alone."""

    table: str
    live: str
    owners: Sequence[int] | None
    values: dict[str, Any]
    back: str = ""

    def sql(self, parts: Sequence[Part]) -> str:
        """Return a UNION ALL of what is kept and what is read from the orders."""
        found = [
            piece
            for part in parts
            for piece in (
                *(self._kept(part, period) for period in part.kept),
                *(self._live(part, gap) for gap in part.gaps),
                *(self._came_back(part, gap) for gap in part.gaps if self.back),
            )
        ]
        return "\nUNION ALL\n".join(found)

    def _kept(self, part: Part, period: Period) -> str:
        owner = "k.owner_id" if self.table == OWNERS else "NULL::bigint"
        product = "k.product_id" if self.table == PRODUCTS else "NULL::bigint"
        sums = ", ".join(f"k.{name}" for name in MEASURES)
        limit = f" AND k.owner_id = ANY({self._add(list(self.owners))})" if self.owners else ""
        return (
            f"SELECT k.branch_id, k.day, k.channel, {owner}, {product}, {sums} FROM {self.table} k"
            f" WHERE {self.kept_in(part, period)}{limit}"
        )

    def kept_in(self, part: Part, period: Period) -> str:
        """The condition on kept sums of these branches and days."""
        return (
            f"k.branch_id = ANY({self._add([place.pk for place in part.places])})"
            f" AND k.day BETWEEN {self._add(period.start)} AND {self._add(period.end)}"
        )

    def _live(self, part: Part, gap: Period) -> str:
        return f"{self.live} WHERE {self.confirmed_in(part.places, gap)}{self._of_owners()}"

    def _came_back(self, part: Part, gap: Period) -> str:
        within = self.within(part.places, gap, "r.at", "o.branch_id")
        return f"{self.back} WHERE {within}{self._of_owners()}"

    def confirmed_in(self, places: Sequence[Place], period: Period) -> str:
        """The condition that a sale of these branches falls in the period."""
        return f"{self.within(places, period, 'o.confirmed_at', 'o.branch_id')} AND o.status NOT IN {NO_SALE}"

    def within(self, places: Sequence[Place], period: Period, moment: str, branch: str) -> str:
        """The condition that a moment falls in the period by the clock of one of these branches.

        Only branches of several clocks need the day itself compared: it costs more than all else.
        """
        since = min(place.midnight(period.start) for place in places)
        until = max(place.midnight(period.end + timedelta(1)) for place in places)
        ids = self._add([place.pk for place in places])
        span = f"{moment} >= {self._add(since)} AND {moment} < {self._add(until)} AND {branch} = ANY({ids})"
        if len({place.zone for place in places}) == 1:
            return span
        day = f"({moment} AT TIME ZONE b.time_zone)::date"
        return f"{span} AND {day} BETWEEN {self._add(period.start)} AND {self._add(period.end)}"

    def _of_owners(self) -> str:
        return (
            "" if self.owners is None else f" AND o.owner_id = ANY({self._add(list(self.owners))})"
        )

    def _add(self, value: Any) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"
