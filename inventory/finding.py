"""Finding products: by words for lists, by code for scanners, by either for pickers."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from crm_project.kit.search import search_q
from crm_project.kit.text import ascii_digits, strip_controls

from .models import Lot, Product

LONGEST_CODE = 60  # characters


@dataclass(frozen=True)
class Scanned:
    """What a code stands for: a product, or one of its lots or pieces."""

    product: Product
    lot: Lot | None = None


def find_products(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Products that hold every word in a name, the SKU or the barcode."""
    return rows.filter(search_q("search", words))


def scan(code: str) -> Scanned | None:
    """Return what a scanned or typed code means: a barcode, a SKU, or a lot or serial number."""
    wanted = clean_code(code)
    if not wanted:
        return None
    products = Product.objects.active()
    found = (
        products.filter(barcode=wanted).first()
        or products.filter(sku=wanted).first()
        or products.filter(sku__iexact=wanted).first()
    )
    if found:
        return Scanned(found)
    lots = list(Lot.objects.filter(number=wanted).select_related("product")[:2])
    return Scanned(lots[0].product, lots[0]) if len(lots) == 1 else None


def pick(rows: QuerySet[Any], words: str, *, limit: int) -> list[Product]:
    """Return the best matches: the exact code first, then codes that begin so, then names."""
    wanted = clean_code(words)
    if not wanted:
        return list(rows.order_by("sku", "pk")[:limit])
    rank = Case(
        When(barcode=wanted, then=Value(0)),
        When(sku__iexact=wanted, then=Value(0)),
        When(sku__istartswith=wanted, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = find_products(rows, words).annotate(rank=rank)
    return list(found.order_by("rank", "name_ar", "pk")[:limit])


def clean_code(code: str) -> str:
    """Return a code without controls and in ASCII digits; "" for one that is too long to be one."""
    plain = ascii_digits(strip_controls(code)).strip()
    return plain if len(plain) <= LONGEST_CODE else ""
