"""The items of an order while it is written: as they were typed, and what they mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.http import QueryDict

from crm_project.kit.text import strip_controls, whole_number
from inventory.models import Inventory, Product, Warehouse
from orders.models import Order, OrderLine
from orders.services import LineInput

from .fields import NOT_A_NUMBER, bare, read_figure

MOST_READ = 201  # one more than an order holds, so that its refusal is told
_COLUMNS = ("key", "quantity", "price", "discount", "warehouse", "of")
_FIGURES = {"quantity": "quantity", "price": "unit_price", "discount": "discount_percent"}


@dataclass
class EntryLine:
    """One item as it was typed. `kept` is the line of the quote that it changes."""

    product: Product
    key: str = field(default_factory=lambda: uuid4().hex[:12])
    quantity: str = "1"
    price: str = ""
    discount: str = ""
    warehouse: str = ""
    of: str = ""
    kept: OrderLine | None = None
    problems: dict[str, str] = field(default_factory=dict)
    places: list[tuple[Warehouse, Decimal]] = field(default_factory=list)
    total: Decimal | None = None
    currency: str = ""

    @property
    def name(self) -> str:
        """As it is sold."""
        return self.kept.name if self.kept else self.product.name

    @classmethod
    def of_line(cls, line: OrderLine) -> "EntryLine":
        """The line of a quote, to be changed."""
        return cls(
            product=line.product,
            quantity=bare(line.quantity),
            price=bare(line.unit_price),
            discount=bare(line.discount_percent) if line.discount_percent else "",
            warehouse=str(line.warehouse_id or ""),
            of=str(line.pk),
            kept=line,
        )


def read_lines(data: QueryDict, *, products: Any, order: Order | None) -> list[EntryLine]:
    """Return the items of a submitted page; unknown products are left out, at most 201 are read."""
    ids = [whole_number(text) or 0 for text in data.getlist("line-product")[:MOST_READ]]
    known = products.in_bulk([number for number in ids if number])
    kept = {str(line.pk): line for line in order.lines.all()} if order else {}
    columns = {name: data.getlist(f"line-{name}") for name in _COLUMNS}
    lines = []
    for place, number in enumerate(ids):
        if number not in known:
            continue
        typed: dict[str, Any] = {name: _at(texts, place) for name, texts in columns.items()}
        typed["key"] = typed["key"] if typed["key"].isalnum() else uuid4().hex[:12]
        line = EntryLine(product=known[number], **typed)
        line.kept = kept.get(line.of)
        if line.kept and line.kept.product_id != number:
            line.kept = None
        lines.append(line)
    return lines


def _at(texts: list[str], place: int) -> str:
    return strip_controls(texts[place]).strip()[:40] if place < len(texts) else ""


def inputs_of(lines: Iterable[EntryLine]) -> list[LineInput]:
    """Return what the items order; an unreadable number is left in the line's `problems`."""
    found = []
    for line in lines:
        figures = {name: _figure(line, name) for name in _FIGURES}
        place = whole_number(line.warehouse)
        found.append(
            LineInput(
                product_id=line.product.pk,
                quantity=figures["quantity"] or Decimal(0),
                unit_price=figures["price"],
                discount_percent=figures["discount"] or Decimal(0),
                tax_percent=line.kept.tax_percent if line.kept else None,
                warehouse_id=place if place and line.product.is_stocked else None,
                name=line.kept.name if line.kept else "",
            )
        )
    return found


def _figure(line: EntryLine, name: str) -> Decimal | None:
    try:
        return read_figure(getattr(line, name))
    except ValueError:
        line.problems[name] = str(NOT_A_NUMBER)
        return None


def put_problem(lines: Sequence[EntryLine], path: str, words: str) -> bool:
    """Leave a refusal of "lines.<n>.<name>" at its item. False when it names none."""
    parts = path.split(".")
    place = whole_number(parts[1]) if len(parts) == 3 and parts[0] == "lines" else None
    if place is None or place >= len(lines):
        return False
    names = {column: name for name, column in _FIGURES.items()}
    lines[place].problems[names.get(parts[2], parts[2])] = words
    return True


def offer_places(lines: Sequence[EntryLine], warehouses: Iterable[Warehouse]) -> None:
    """Give each stocked item its warehouses with what is available there: one query."""
    places = list(warehouses)
    stocked = [line for line in lines if line.product.is_stocked]
    if not stocked:
        return
    rows = Inventory.objects.filter(
        product__in=[line.product for line in stocked], warehouse__in=places
    )
    known = {(row.product_id, row.warehouse_id): row.available for row in rows}
    for line in stocked:
        line.places = [
            (place, known.get((line.product.pk, place.pk), Decimal(0))) for place in places
        ]
