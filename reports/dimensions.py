"""What the rows of a report can stand for, and their names."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from customers.models import Customer
from inventory.models import Product, ProductCategory, Warehouse
from orders.models import Order

from .reach import Reach

PERIOD, BRANCH, USER, PRODUCT, CATEGORY, CHANNEL, SOURCE, CUSTOMER, WAREHOUSE = (
    "period", "branch", "user", "product", "category", "channel", "source", "customer", "warehouse",
)  # fmt: skip
CONTACT = "contact"
LABELS: dict[str, Any] = {
    PERIOD: gettext_lazy("Period"),
    BRANCH: gettext_lazy("Branch"),
    USER: gettext_lazy("Responsible"),
    PRODUCT: gettext_lazy("Product"),
    CATEGORY: pgettext_lazy("product", "Category"),
    CHANNEL: gettext_lazy("Channel"),
    SOURCE: gettext_lazy("Source"),
    CUSTOMER: gettext_lazy("Customer"),
    WAREHOUSE: gettext_lazy("Warehouse"),
    CONTACT: gettext_lazy("Last contact"),
}


def names_of(kind: str, keys: Iterable[Any], reach: Reach, part: str = "day") -> dict[Any, str]:
    """Return how the keys of a kind are called, in the reader's language. At most one query."""
    wanted = set(keys)
    known = {None: _none_of(kind)}
    if kind == PERIOD:
        return {key: part_name(key, part) for key in wanted}
    if kind == BRANCH:
        return {place.pk: place.name for place in reach.places}
    if kind in (CHANNEL, SOURCE):
        choices: Any = (Order.Channel if kind == CHANNEL else Customer.Source).choices
        return {key: str(label) for key, label in choices}
    ids = [key for key in wanted if key is not None]
    if kind == USER:
        people = User.objects.only("name", "name_en").in_bulk(ids)
        return known | {pk: person.shown_name for pk, person in people.items()}
    model: Any = {
        PRODUCT: Product,
        CATEGORY: ProductCategory,
        CUSTOMER: Customer,
        WAREHOUSE: Warehouse,
    }[kind]
    columns = ("name",) if kind == CUSTOMER else ("name_ar", "name_en")
    return known | {pk: row.name for pk, row in model.objects.only(*columns).in_bulk(ids).items()}


def part_name(day: date, part: str) -> str:
    """How a part of a period is called: a day, a week by its first day, a month, a quarter, a year."""
    if part == "year":
        return str(day.year)
    if part == "quarter":
        return _("Q%(quarter)d %(year)d") % {"quarter": (day.month + 2) // 3, "year": day.year}
    if part == "month":
        return date_format(day, "F Y")
    if part == "week":
        end = day + timedelta(6)
        return _("%(start)s to %(end)s") % {
            "start": date_format(day, "j M"), "end": date_format(end, "j M Y"),
        }  # fmt: skip
    return date_format(day, "j F Y")


def short_name(day: date, part: str) -> str:
    """How a part is called under a bar."""
    return date_format(day, "j M") if part in ("day", "week") else part_name(day, part)


def _none_of(kind: str) -> str:
    return _("Nobody") if kind == USER else _("Without a category") if kind == CATEGORY else "—"
