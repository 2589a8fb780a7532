"""An order as it would be: prices, taxes, warehouses and totals, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation

from accounts.models import Branch, User
from inventory.models import Product, Warehouse
from orders.clock import today_in
from orders.errors import (
    BadFigure,
    BranchNotYours,
    EmptyOrder,
    NoWarehouse,
    ProductNotSold,
    TooManyLines,
    WarehouseNotYours,
)
from orders.models import OrderLine

from .inputs import LineInput, OrderInput
from .rates import DayRates, check_currency
from .totals import Totals, totals_of

MOST_LINES = 200
MOST_QUANTITY = Decimal(10) ** 11
MOST_PRICE = Decimal(10) ** 11
_MILLI = Decimal("0.001")  # quantities and prices have three digits after the point
_CENTI = Decimal("0.01")  # percentages have two


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """A line with everything decided."""

    product: Product
    name: str
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    tax_percent: Decimal
    warehouse: Warehouse | None  # None for a service


@dataclass(frozen=True, kw_only=True)
class PricedOrder:
    """An order with everything decided; `totals.lines` stand in the order of `lines`."""

    branch: Branch
    currency: str
    warehouse: Warehouse | None
    lines: tuple[PricedLine, ...]
    totals: Totals

    def unsaved_lines(self) -> list[OrderLine]:
        """The rows, without their order."""
        pairs = zip(self.lines, self.totals.lines, strict=True)
        return [
            OrderLine(
                position=position,
                product=line.product,
                warehouse=line.warehouse,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount_percent=line.discount_percent,
                tax_percent=line.tax_percent,
                net=part.net,
                discount_share=part.share,
                tax=part.tax,
            )
            for position, (line, part) in enumerate(pairs)
        ]


def price_order(
    wanted: OrderInput,
    *,
    actor: User | None,
    kept_products: frozenset[int] = frozenset(),
    kept_currency: str = "",
) -> PricedOrder:
    """Decide everything that the input leaves open, in a handful of queries. Writes nothing.

    `kept_products` may be sold although they are not for sale any more (they stood on the quote),
    in `kept_currency` whatever the company deals in now.
    Errors: EmptyOrder, TooManyLines, ProductNotSold, BadFigure (field "lines.<n>.<name>"),
    DiscountTooLarge, BranchNotYours, WarehouseNotYours, NoWarehouse, UnknownCurrency, RateMissing.
    """
    if not wanted.lines:
        raise EmptyOrder(field="lines")
    if len(wanted.lines) > MOST_LINES:
        raise TooManyLines(field="lines")
    branch = branch_of(wanted, actor)
    currency = wanted.currency or branch.currency
    if currency not in (branch.currency, kept_currency):
        check_currency(currency)
    products = Product.objects.in_bulk({line.product_id for line in wanted.lines})
    _check_products(wanted.lines, products, kept_products)
    warehouses = _Warehouses(wanted, branch, actor, products)
    rates = DayRates(today_in(branch.time_zone))
    lines = tuple(
        _priced(number, line, products[line.product_id], currency, rates, wanted, warehouses)
        for number, line in enumerate(wanted.lines)
    )
    return PricedOrder(
        branch=branch,
        currency=currency,
        warehouse=warehouses.default,
        lines=lines,
        totals=totals_of(lines, _figure(wanted.discount, "discount", MOST_PRICE, _MILLI), currency),
    )


def branch_of(wanted: OrderInput, actor: User | None) -> Branch:
    """Return the branch of an order to be. Errors: BranchNotYours."""
    own = actor.branch if actor else None
    branch: Branch = wanted.branch or own or wanted.customer.branch
    if actor is not None and not actor.is_company_wide and branch.pk != actor.branch_id:
        raise BranchNotYours(field="branch")
    return branch


def _check_products(
    lines: tuple[LineInput, ...], products: Mapping[int, Product], kept: frozenset[int]
) -> None:
    for number, line in enumerate(lines):
        product = products.get(line.product_id)
        if product is None or not (product.is_active or product.pk in kept):
            raise ProductNotSold(field=f"lines.{number}.product")


def _priced(
    number: int,
    line: LineInput,
    product: Product,
    currency: str,
    rates: DayRates,
    wanted: OrderInput,
    warehouses: "_Warehouses",
) -> PricedLine:
    at = f"lines.{number}"
    price = line.unit_price
    if price is None:
        try:
            price = rates.exchange(product.price, of=product.currency, to=currency)
        except BadFigure as error:
            raise BadFigure(field=f"{at}.unit_price") from error
    quantity = _figure(line.quantity, f"{at}.quantity", MOST_QUANTITY, _MILLI)
    if not quantity:
        raise BadFigure(field=f"{at}.quantity")
    tax = product.tax_percent if line.tax_percent is None else line.tax_percent
    with translation.override(wanted.customer.language):
        name = line.name.strip() or product.name
    return PricedLine(
        product=product,
        name=name[:300],
        quantity=quantity,
        unit_price=_figure(price, f"{at}.unit_price", MOST_PRICE, _MILLI),
        discount_percent=_percent(line.discount_percent, f"{at}.discount_percent"),
        tax_percent=_percent(tax, f"{at}.tax_percent"),
        warehouse=warehouses.of(number, line, product),
    )


def _figure(value: Decimal, field: str, most: Decimal, step: Decimal) -> Decimal:
    """The value when it is finite, from 0 to below `most`, and not finer than `step`."""
    is_possible = value.is_finite() and 0 <= value < most
    if not is_possible or value != value.quantize(step):
        raise BadFigure(field=field)
    return value


def _percent(value: Decimal, field: str) -> Decimal:
    percent = _figure(value, field, Decimal(101), _CENTI)
    if percent > 100:
        raise BadFigure(field=field)
    return percent


class _Warehouses:
    """Where goods leave from. People of one branch choose among its warehouses; people of the
    whole company may send from anywhere."""

    def __init__(
        self,
        wanted: OrderInput,
        branch: Branch,
        actor: User | None,
        products: Mapping[int, Product],
    ) -> None:
        self._is_bound = actor is not None and not actor.is_company_wide
        self._branch = branch
        named = {line.warehouse_id for line in wanted.lines if line.warehouse_id}
        self._known = Warehouse.objects.in_bulk(named) if named else {}
        is_any_stocked = any(product.is_stocked for product in products.values())
        self.default = wanted.warehouse or (self._first() if is_any_stocked else None)
        if wanted.warehouse:
            self._check(wanted.warehouse, "warehouse")

    def of(self, number: int, line: LineInput, product: Product) -> Warehouse | None:
        """The warehouse of a line; none for a service."""
        if not product.is_stocked:
            return None
        field = f"lines.{number}.warehouse"
        if line.warehouse_id is None:
            if self.default is None:
                raise NoWarehouse(field="warehouse")
            return self.default
        found = self._known.get(line.warehouse_id)
        if found is None:
            raise WarehouseNotYours(field=field)
        self._check(found, field)
        return found

    def _first(self) -> Warehouse | None:
        rows = Warehouse.objects.filter(branch=self._branch, is_active=True)
        return rows.order_by("code").first()

    def _check(self, warehouse: Warehouse, field: str) -> None:
        if not warehouse.is_active or (self._is_bound and warehouse.branch_id != self._branch.pk):
            raise WarehouseNotYours(field=field)
