"""One row's cells as a product to be, and what is wrong with them."""

import re
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import override
from rapidfuzz import fuzz, process

from crm_project.kit.text import normalise
from exchange.cells import BadCell, is_nothing, read_number, read_yes_no
from exchange.resource import Context, Fault, Row
from inventory.models import Product, ProductCategory

LONGEST = {
    "sku": 40,
    "barcode": 48,
    "name_ar": 200,
    "name_en": 200,
    "description_ar": 4000,
    "description_en": 4000,
}  # characters
DECIMALS = {"price": 3, "cost": 3, "tax_percent": 2, "reorder_point": 3, "opening": 3}
LARGEST = Decimal(10) ** 11
LIKE = 70  # of 100, how alike a suggestion must be
_BESIDES: dict[str, dict[str, tuple[str, ...]]] = {
    "kind": {
        "stocked": ("storable", "stock", "goods", "product", "consumable", "مخزني", "سلعة", "منتج"),
        "service": ("services", "خدمة", "خدمات"),
    },
    "tracking": {"none": ("no", "لا"), "lot": ("lots", "batch"), "serial": ("serials", "serial number")},
    "unit": {
        "piece": ("pc", "pcs", "unit", "units", "each", "ea", "حبة", "قطعة", "وحدة", "عدد"),
        "set": ("طقم",), "box": ("carton", "ctn", "كرتون", "علبة", "صندوق"),
        "metre": ("m", "meter", "متر", "م"), "m2": ("sqm", "square metre", "متر مربع", "م2"),
        "kg": ("kilogram", "كيلو", "كجم", "كغ"), "litre": ("l", "liter", "لتر"),
        "hour": ("hours", "hr", "ساعة"), "visit": ("زيارة",),
    },
}  # fmt: skip


class Reader:
    """Reads the rows of one run."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.categories: dict[str, int] = {}
        self._names: dict[str, str] = {}
        for one in ProductCategory.objects.all():
            for name in filter(None, (one.code, one.name_ar, one.name_en)):
                self.categories.setdefault(normalise(name), one.pk)
                self._names[normalise(name)] = name
        self.choices = {
            "kind": _words("kind", Product.Kind.choices),
            "tracking": _words("tracking", Product.Tracking.choices),
            "unit": _words("unit", Product.Unit.choices),
        }

    def read(self, row: Row) -> None:
        """Fill in the row's values and faults. Empty cells leave no value."""
        cells = {code: text for code, text in row.cells.items() if not is_nothing(text)}
        values, faults = row.values, row.faults
        for code, longest in LONGEST.items():
            if text := cells.get(code):
                values[code] = text if "description" in code else " ".join(text.split())
                if len(text) > longest:
                    params = {"longest": longest, "length": len(text)}
                    faults.append(Fault(field=code, code="too_long", value=text, params=params))
        values["label"] = values.get("name_ar") or values.get("name_en") or values.get("sku", "")
        if "sku" not in values:
            faults.append(Fault(field="sku", code="required"))
        self._numbers(cells, values, faults)
        self._choices(cells, values, faults)
        self._flags(cells, values, faults)
        if text := cells.get("category"):
            self._category(text, values, faults)
        if text := cells.get("currency"):
            values["currency"] = text.upper()
            if not re.fullmatch("[A-Z]{3}", values["currency"]):
                faults.append(Fault(field="currency", code="wrong_currency", value=text))

    def _numbers(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        for code, decimals in DECIMALS.items():
            if not (text := cells.get(code)):
                continue
            try:
                number = round(read_number(text), decimals)
                if number < 0:
                    raise BadCell("negative")
                if number >= LARGEST:
                    raise BadCell("too_large")
                if code == "tax_percent" and number > 100:
                    raise BadCell("tax_not_percent")
            except BadCell as error:
                faults.append(Fault(field=code, code=error.code, value=text))
                continue
            values[code] = number

    def _choices(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        for code, known in self.choices.items():
            if text := cells.get(code):
                if normalise(text) in known:
                    values[code] = known[normalise(text)]
                else:
                    params = {"known": ", ".join(sorted(set(known.values())))}
                    faults.append(
                        Fault(field=code, code="unknown_choice", value=text, params=params)
                    )

    def _flags(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        for code in ("is_active", "allows_backorder"):
            if text := cells.get(code):
                try:
                    values[code] = read_yes_no(text)
                except BadCell as error:
                    faults.append(Fault(field=code, code=error.code, value=text))

    def _category(self, text: str, values: Any, faults: list[Fault]) -> None:
        last = text.rpartition("/")[2].strip() or text  # "Cooling / Split units"
        known = self.categories.get(normalise(text)) or self.categories.get(normalise(last))
        if known:
            values["category_id"] = known
            return
        values["new_category"] = last[:120]
        if not self.context.options.get("create_missing"):
            found = process.extractOne(normalise(last[:80]), self._names, scorer=fuzz.ratio)
            meant = found[0] if found and found[1] >= LIKE else ""
            code = "unknown_category_meant" if meant else "unknown_category"
            faults.append(Fault(field="category", code=code, value=text, params={"meant": meant}))


def _words(name: str, options: Any) -> dict[str, str]:
    """Codes by code, label in either language, and what people write besides."""
    known: dict[str, str] = {}

    def add(word: str, code: str) -> None:
        known.setdefault(normalise(word), code)

    for code, label in options:
        add(code, code)
        for language, _name in settings.LANGUAGES:
            with override(language):
                add(str(label), code)
        for word in _BESIDES[name].get(code, ()):
            add(word, code)
    return known
