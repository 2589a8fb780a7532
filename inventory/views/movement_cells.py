"""How the ledger of movements looks: fifty rows are one prepared piece of HTML each.

They are drawn on every key press of a search and on every change of stock, so the query reads just
what is shown, and no template runs for a row. Every value from outside goes through `escape`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from crm_project.kit.templatetags.crm import ago
from inventory.models import StockMovement
from inventory.templatetags.stock import kind_badge, qty, reserved_change, signed

NOTHING = '<span class="muted">—</span>'
READ = (
    *("id", "at", "kind", "quantity", "reserved_change", "on_hand_after", "reference", "url"),
    *("note", "lot_id", "lot__number", "inventory__product_id", "inventory__product__sku"),
    *("inventory__product__name_ar", "inventory__product__name_en"),
    *("warehouse__name_ar", "warehouse__name_en", "actor__name", "actor__name_en"),
)


@dataclass(frozen=True)
class Row:
    """One line of the ledger, drawn."""

    html: SafeString


def reads(rows: QuerySet[StockMovement], *more: str) -> QuerySet[Any]:
    """Let a query read just what the lines show, and `more`."""
    return rows.values_list(*READ, *more, named=True)


def draw(rows: Iterable[Any]) -> list[Row]:
    """Draw the lines, safe to show. Moments are on the clock that is switched on."""
    products = reverse("inventory:product", args=[0]).removesuffix("0/")
    lots = reverse("inventory:lot", args=[0]).removesuffix("0/")
    return [Row(_line(row, products, lots)) for row in rows]


def _line(row: Any, products: str, lots: str) -> SafeString:
    lot = f' · <a href="{lots}{row.lot_id}/">{_ltr(row.lot__number)}</a>' if row.lot__number else ""
    name = _own(row.inventory__product__name_ar, row.inventory__product__name_en)
    actor = _own(row.actor__name, row.actor__name_en)
    return SafeString(
        f'<tr data-row><td class="nw ink2">{ago(row.at)}</td>'
        f'<td><a class="name" href="{products}{row.inventory__product_id}/" dir="auto">'
        f'{escape(name)}</a><div class="fs-12 muted">'
        f"{_ltr(row.inventory__product__sku)}{lot}</div></td>"
        f"<td>{kind_badge(row.kind, get_language() or '')}</td>"
        f'<td class="hide-m">{escape(_own(row.warehouse__name_ar, row.warehouse__name_en))}</td>'
        f'<td class="n">{_change(row)}</td><td class="n hide-m">{qty(row.on_hand_after)}</td>'
        f'<td class="hide-m">{_document(row)}</td>'
        f'<td class="hide-m">{f"<bdi>{escape(actor)}</bdi>" if actor else "—"}</td></tr>'
    )


def _change(row: Any) -> str:
    if row.quantity:
        tone = "t-good" if row.quantity > 0 else "t-bad"
        return f'<b class="fw-medium {tone}">{signed(row.quantity)}</b>'
    return reserved_change(row.reserved_change)


def _document(row: Any) -> str:
    shown = _ltr(row.reference or "…") if row.reference or row.url else ""
    link = f'<a href="{escape(row.url)}">{shown}</a>' if row.url else shown
    if row.note:
        return f'{link}<div class="fs-12 muted" dir="auto">{escape(row.note)}</div>'
    return link if row.reference else f"{link}{NOTHING}"


def _ltr(value: str) -> str:
    return f'<bdi dir="ltr" class="num">{escape(value)}</bdi>'


def _own(name_ar: str | None, name_en: str | None) -> str:
    """The name in the reader's language, or the other one."""
    names = (name_en, name_ar) if get_language() == "en" else (name_ar, name_en)
    return next(filter(None, names), "")
