"""A delivery counted by scanner: which line a code means, and what one more piece does to it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventory.finding import clean_code, pick
from inventory.models import Lot, Product, PurchaseOrderLine

from .fields import read_number, try_read
from .lines import Line, numbers_in

Row = tuple[PurchaseOrderLine, Line]


@dataclass
class Receiving:
    """What is written beside the lines of an order, and what the last scan did.

    The page proposes all that is still expected; the first scan begins to count from zero.
    `waiting` is the line whose lot or serial numbers are scanned next.
    """

    rows: list[Row]
    is_counting: bool = False
    waiting: int = 0
    touched: int = 0
    note: str = ""
    is_problem: bool = field(default=False)

    def add(self, code: str) -> None:
        """Take a scanned or typed code: one more piece, or a number of the piece that is waiting."""
        wanted = clean_code(code)
        row = self._with_code(wanted) or self._named(wanted)
        if row:
            self._start()
            self._one_more(*row)
            return
        row = self._with_lot(wanted) or self._waiting_for(wanted)
        if row:
            self._start()
            self._number(*row, wanted)
            return
        self._refuse(_("%(code)s is not on this order.") % {"code": code.strip()[:60]})

    def in_order(self) -> list[Row]:
        """The rows, that of the last scan first."""
        return sorted(self.rows, key=lambda row: row[0].pk != self.touched)

    def _with_code(self, wanted: str) -> Row | None:
        for line, text in self.rows:
            product = line.product
            if wanted and (product.barcode == wanted or product.sku.lower() == wanted.lower()):
                return line, text
        return None

    def _named(self, words: str) -> Row | None:
        """The row of the one product that the words fit."""
        if self.waiting or not words:
            return None  # a number is expected, which may be part of a name
        found = pick(Product.objects.filter(pk__in=self._products()), words, limit=2)
        return self._row_of(found[0].pk) if len(found) == 1 else None

    def _with_lot(self, wanted: str) -> Row | None:
        """The row of the product that has a lot or piece with this number already."""
        lots = Lot.objects.filter(number=wanted, product__in=self._products())
        found = list(lots.values_list("product_id", flat=True)[:2])
        return self._row_of(found[0]) if len(found) == 1 else None

    def _waiting_for(self, wanted: str) -> Row | None:
        rows = (row for row in self.rows if row[0].pk == self.waiting)
        return next(rows, None) if wanted else None

    def _row_of(self, product_id: int) -> Row:
        return next(row for row in self.rows if row[0].product_id == product_id)

    def _products(self) -> list[int]:
        return [line.product_id for line, _text in self.rows]

    def _start(self) -> None:
        if self.is_counting:
            return
        self.is_counting = True
        for line, text in self.rows:
            if not text.lot and _number_of(text.quantity) == line.quantity - line.received:
                text.quantity = "0"

    def _one_more(self, line: PurchaseOrderLine, text: Line) -> None:
        self.touched, self.waiting = line.pk, line.pk if text.is_tracked else 0
        if text.is_serial:
            self.note = _("%(product)s: scan its serial numbers now.") % _name(line)
            return
        self._raise_to(line, text, _number_of(text.quantity) + 1)
        if text.is_tracked and not text.lot and not self.is_problem:
            self.note = _("%(product)s: scan its lot now.") % _name(line)

    def _number(self, line: PurchaseOrderLine, text: Line, number: str) -> None:
        self.touched = self.waiting = line.pk
        if not text.is_serial:
            if text.lot and text.lot != number:
                self._refuse(_("Receive one lot of a product at a time."))
                return
            text.lot = number
            self.note = f"{line.product.name}: {number}"
            return
        numbers = numbers_in(text.lot)
        if number in numbers:
            self._refuse(_("%(code)s was scanned already.") % {"code": number})
            return
        self._raise_to(line, text, Decimal(len(numbers) + 1))
        if not self.is_problem:
            text.lot = " ".join([*numbers, number])

    def _raise_to(self, line: PurchaseOrderLine, text: Line, quantity: Decimal) -> None:
        if line.received + quantity > line.quantity:
            self._refuse(
                _("%(product)s: more than what is still expected can't be received.") % _name(line)
            )
            return
        text.quantity = f"{quantity.normalize():f}"
        self.note = f"{line.product.name}: {text.quantity}"

    def _refuse(self, words: str) -> None:
        self.note, self.is_problem = words, True


def _name(line: PurchaseOrderLine) -> dict[str, Any]:
    return {"product": line.product.name}


def _number_of(text: str) -> Decimal:
    number, _problem = try_read(lambda: read_number(text or "0", least=None))
    return number or Decimal(0)
