"""What an order comes to. Pure: see docs/decisions on the rounding of orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Protocol

from crm_project.kit.money import minor_digits, round_money
from orders.errors import BadFigure, DiscountTooLarge

MOST = Decimal(10) ** 13  # an amount in major units stays below it: the column's 16 digits
_PRECISION = 80  # digits: products of two columns and a percentage stay exact


class Priced(Protocol):
    """What a line needs to be added up. Percentages from 0 to 100; no value is negative."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def discount_percent(self) -> Decimal: ...
    @property
    def tax_percent(self) -> Decimal: ...


@dataclass(frozen=True, kw_only=True)
class LineTotals:
    """Amounts of one line: `share` is its part of the order's discount."""

    net: Decimal
    share: Decimal
    tax: Decimal

    @property
    def worth(self) -> Decimal:
        """What the customer owes for the line, with tax."""
        return self.net - self.share + self.tax


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Amounts of an order, exactly: total = subtotal − discount + tax = Σ worth of its lines."""

    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    lines: tuple[LineTotals, ...]


def totals_of(lines: Sequence[Priced], discount: Decimal, currency: str) -> Totals:
    """Add an order up.

    Rounding, each half up to the currency's smallest unit: a line's net (quantity × price less its
    own percentage), the order's discount, the tax of each line on net − share. The discount is
    shared out in proportion to the nets by largest remainder, so that the shares are exact; equal
    remainders go to the larger net, then to the higher tax, so the order of lines changes nothing.
    Errors: BadFigure for what is not finite, negative or too large; DiscountTooLarge.

    >>> from types import SimpleNamespace as Line
    >>> line = Line(
    ...     quantity=Decimal(3),
    ...     unit_price=Decimal("33.33"),
    ...     discount_percent=Decimal(0),
    ...     tax_percent=Decimal(15),
    ... )
    >>> totals_of([line], Decimal("9.99"), "SAR").total
    Decimal('103.50')
    """
    with localcontext() as context:
        context.prec = _PRECISION
        nets = [_net(line, currency) for line in lines]
        subtotal = _amount(sum(nets, Decimal(0)), currency, "lines")
        rounded = _amount(discount, currency, "discount")
        if rounded > subtotal:
            raise DiscountTooLarge(field="discount")
        rates = [line.tax_percent for line in lines]
        shares = _shares(nets, rates, rounded, currency)
        parts = tuple(
            LineTotals(net=net, share=share, tax=_tax(net - share, rate, currency))
            for net, share, rate in zip(nets, shares, rates, strict=True)
        )
        tax = sum((part.tax for part in parts), Decimal(0)) + round_money(0, currency)
        total = _amount(subtotal - rounded + tax, currency, "lines")
    return Totals(subtotal=subtotal, discount=rounded, tax=tax, total=total, lines=parts)


def _net(line: Priced, currency: str) -> Decimal:
    percent = Decimal(100) - _finite(line.discount_percent, "discount_percent", most=Decimal(100))
    price = _finite(line.unit_price, "unit_price")
    quantity = _finite(line.quantity, "quantity")
    return _amount(quantity * price * percent / 100, currency, "lines")


def _tax(taxed: Decimal, rate: Decimal, currency: str) -> Decimal:
    percent = _finite(rate, "tax_percent", most=Decimal(100))
    return round_money(taxed * percent / 100, currency)


def _shares(
    nets: list[Decimal], rates: list[Decimal], discount: Decimal, currency: str
) -> list[Decimal]:
    unit = Decimal(1).scaleb(-minor_digits(currency))
    subtotal = sum(nets, Decimal(0))
    if not discount:
        return [round_money(0, currency)] * len(nets)
    # Whole smallest units and integers: no remainder is lost to a division.
    whole = [(int(net / unit) * int(discount / unit), int(subtotal / unit)) for net in nets]
    floors = [Decimal(top // bottom).to_integral_value(ROUND_FLOOR) * unit for top, bottom in whole]
    left = int((discount - sum(floors, Decimal(0))) / unit)
    first = sorted(
        range(len(nets)), key=lambda at: (-(whole[at][0] % whole[at][1]), -nets[at], -rates[at])
    )
    for at in first[:left]:
        floors[at] += unit
    return floors


def _finite(value: Decimal, field: str, *, most: Decimal | None = None) -> Decimal:
    if not value.is_finite() or value < 0 or (most is not None and value > most):
        raise BadFigure(field=field)
    return value


def _amount(value: Decimal, currency: str, field: str) -> Decimal:
    if not value.is_finite() or value < 0 or value >= MOST:
        raise BadFigure(field=field)
    return round_money(value, currency)
