"""The lines of a stock document as they come from the page: products with quantity, lot and cost."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from crm_project.kit.text import strip_controls
from inventory.finding import Scanned
from inventory.models import Product
from inventory.services import Entry, PurchaseLine
from inventory.services.lots import MOST as LONGEST_LOT

from .fields import read_id, read_number, try_read

MOST_LINES = 300
SMALLEST = Decimal("0.001")
_BETWEEN = re.compile(r"[\s,;،؛]+")


@dataclass(frozen=True)
class LineKind:
    """Which columns the lines of a document have."""

    name: str
    has_lot: bool = False
    has_cost: bool = False
    has_expiry: bool = False
    is_signed: bool = False  # a minus is allowed
    shows_available: bool = True


KINDS = {
    kind.name: kind
    for kind in (
        LineKind("receive", has_lot=True, has_cost=True, has_expiry=True),
        LineKind("issue", has_lot=True),
        LineKind("adjust", has_lot=True, is_signed=True),
        LineKind("transfer", has_lot=True),
        LineKind("purchase", has_cost=True),
    )
}


@dataclass
class Line:
    """One line as it was written, and what it means."""

    product: Product
    quantity: str = "1"
    lot: str = ""
    cost: str = ""
    expires: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    available: Decimal | None = None

    @property
    def is_serial(self) -> bool:
        """Each piece has its own number."""
        return self.product.tracking == Product.Tracking.SERIAL

    @property
    def is_tracked(self) -> bool:
        """The line names a lot or serial numbers."""
        return self.product.tracking != Product.Tracking.NONE


def read_lines(data: QueryDict, products: Any) -> list[Line]:
    """Return the lines of a submitted page; products that are not in `products` are left out."""
    ids = [read_id(text) for text in data.getlist("line-product")[:MOST_LINES]]
    known = products.in_bulk([number for number in ids if number])
    columns = [data.getlist(f"line-{name}") for name in ("quantity", "lot", "cost", "expires")]
    return [
        Line(known[number], *(_at(texts, place) for texts in columns))  # type: ignore[arg-type]
        for place, number in enumerate(ids)
        if number in known
    ]


def _at(texts: list[str], place: int) -> str:
    return strip_controls(texts[place]).strip()[:4000] if place < len(texts) else ""


def add_scanned(lines: list[Line], scanned: Scanned, *, cost: str = "") -> Line:
    """Add one piece: to the line that has the product (and lot) already, else as a new line."""
    product, lot = scanned.product, scanned.lot.number if scanned.lot else ""
    for line in lines:
        if line.product.pk != product.pk:
            continue
        if line.is_serial or not line.is_tracked or line.lot in ("", lot) or not lot:
            _one_more(line, lot)
            return line
    line = Line(product=product, quantity="1", lot=lot, cost=cost)
    lines.append(line)
    return line


def _one_more(line: Line, lot: str) -> None:
    if line.is_serial and lot:
        numbers = numbers_in(line.lot)
        line.lot = " ".join(dict.fromkeys([*numbers, lot]))
        line.quantity = str(max(len(numbers_in(line.lot)), 1))
        return
    line.lot = line.lot or lot
    number, _problem = try_read(lambda: read_number(line.quantity or "0", least=None))
    line.quantity = f"{(number or Decimal(0)) + 1:f}"


def numbers_in(text: str) -> list[str]:
    """Return the serial numbers in a text: between blanks, commas or on lines of their own."""
    return [part for part in _BETWEEN.split(text) if part]


def entries_of(lines: list[Line], kind: LineKind) -> list[Entry]:
    """Return what the lines move, and leave what is wrong in their `problems`."""
    found: list[Entry] = []
    for line in lines:
        quantity = _quantity(line, kind)
        cost = _cost(line) if kind.has_cost else None
        expires_on = _expiry(line) if kind.has_expiry else None
        if quantity is not None and not line.problems:
            found += _split(line, quantity, cost, expires_on)
    return found


def _quantity(line: Line, kind: LineKind) -> Decimal | None:
    least = None if kind.is_signed else SMALLEST
    number, problem = try_read(lambda: read_number(line.quantity or "0", least=least))
    if problem:
        line.problems["quantity"] = problem
    if line.is_tracked and kind.has_lot and not line.lot:
        line.problems["lot"] = str(_("Enter the lot or serial number of this product."))
    return number  # type: ignore[no-any-return]


def _cost(line: Line) -> Decimal | None:
    if not line.cost:
        return None
    number, problem = try_read(lambda: read_number(line.cost))
    if problem:
        line.problems["cost"] = problem
    return number  # type: ignore[no-any-return]


def _expiry(line: Line) -> date | None:
    if not line.expires:
        return None
    try:
        day = parse_date(line.expires)
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2200:
        line.problems["expires"] = str(_("This is not a date."))
        return None
    return day


def _split(
    line: Line, quantity: Decimal, cost: Decimal | None, expires_on: date | None
) -> list[Entry]:
    """One entry; of serial numbers, one for each piece."""
    numbers = numbers_in(line.lot) if line.is_serial else [line.lot]
    if line.is_serial and len(numbers) != abs(quantity):
        line.problems["lot"] = str(_("Enter one serial number for each piece."))
        return []
    if any(len(number) > LONGEST_LOT for number in numbers):
        line.problems["lot"] = str(_("A lot or serial number has at most 60 characters."))
        return []
    each = quantity if not line.is_serial else Decimal(1 if quantity > 0 else -1)
    return [
        Entry(
            product=line.product,
            quantity=each,
            lot_number=number if line.is_tracked else "",
            expires_on=expires_on,
            unit_cost=cost,
        )
        for number in numbers
    ]


def purchase_lines_of(lines: list[Line]) -> list[PurchaseLine]:
    """Return what the lines order, and leave what is wrong in their `problems`."""
    found: list[PurchaseLine] = []
    for line in lines:
        quantity, problem = try_read(partial(read_number, line.quantity or "0", least=SMALLEST))
        if problem:
            line.problems["quantity"] = problem
        cost = _cost(line)
        if not line.problems:
            found.append(PurchaseLine(product=line.product, quantity=quantity, unit_cost=cost))
    return found


def has_problems(lines: list[Line]) -> bool:
    """Return True when a line has to be corrected."""
    return any(line.problems for line in lines)
