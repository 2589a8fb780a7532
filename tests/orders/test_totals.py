"""Totals are exact: see docs/decisions/0009-order-totals.md."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_project.kit.money import minor_digits
from orders.errors import BadFigure, DiscountTooLarge
from orders.services import credit_of, totals_of

CURRENCIES = ("SAR", "KWD", "JPY", "IQD", "USD")


@dataclass(frozen=True)
class Line:
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = Decimal(0)
    tax_percent: Decimal = Decimal(15)


def decimals(most: int, places: int, least: int = 0) -> st.SearchStrategy[Decimal]:
    return st.decimals(
        min_value=least, max_value=most, places=places, allow_nan=False, allow_infinity=False
    )


lines = st.lists(
    st.builds(
        Line,
        quantity=decimals(10_000, 3).filter(bool),
        unit_price=decimals(1_000_000, 3),
        discount_percent=decimals(100, 2),
        tax_percent=decimals(100, 2),
    ),
    min_size=1,
    max_size=12,
)
currencies = st.sampled_from(CURRENCIES)


def part_of(subtotal: Decimal, share: Decimal, currency: str) -> Decimal:
    """A discount that is possible: a part of the subtotal, in whole smallest units."""
    unit = Decimal(1).scaleb(-minor_digits(currency))
    return (subtotal * share / unit).to_integral_value() * unit if subtotal else Decimal(0)


@given(items=lines, share=decimals(1, 4), currency=currencies)
def test_a_total_is_exactly_the_sum_of_its_parts(items, share, currency):
    subtotal = totals_of(items, Decimal(0), currency).subtotal
    discount = min(part_of(subtotal, share, currency), subtotal)
    totals = totals_of(items, discount, currency)
    assert totals.total == totals.subtotal - totals.discount + totals.tax
    assert totals.subtotal == sum(line.net for line in totals.lines) == subtotal
    assert totals.discount == sum(line.share for line in totals.lines) == discount
    assert totals.tax == sum(line.tax for line in totals.lines)
    assert totals.total == sum(line.worth for line in totals.lines)
    assert all(0 <= line.share <= line.net and line.tax >= 0 for line in totals.lines)
    unit = Decimal(1).scaleb(-minor_digits(currency))
    amounts = [totals.total, *(value for line in totals.lines for value in vars(line).values())]
    assert all(amount == amount.quantize(unit) for amount in amounts)


@given(items=lines, share=decimals(1, 4), currency=currencies, data=st.data())
def test_the_order_of_lines_changes_nothing(items, share, currency, data):
    subtotal = totals_of(items, Decimal(0), currency).subtotal
    discount = min(part_of(subtotal, share, currency), subtotal)
    shuffled = data.draw(st.permutations(items))
    first, second = (totals_of(way, discount, currency) for way in (items, shuffled))
    assert (first.total, first.tax) == (second.total, second.tax)
    assert sorted(map(repr, first.lines)) == sorted(map(repr, second.lines))


@given(items=lines, currency=currencies)
def test_each_share_is_within_one_unit_of_its_fair_part(items, currency):
    subtotal = totals_of(items, Decimal(0), currency).subtotal
    discount = part_of(subtotal, Decimal("0.37"), currency)
    unit = Decimal(1).scaleb(-minor_digits(currency))
    for line in totals_of(items, discount, currency).lines:
        fair = discount * line.net / subtotal if subtotal else Decimal(0)
        assert abs(line.share - fair) < unit


@pytest.mark.parametrize(
    ("items", "discount", "currency", "total"),
    [
        ([Line(Decimal(1), Decimal("0.333"))] * 3, "0", "SAR", "1.14"),
        ([Line(Decimal(1), Decimal("0.333"))] * 3, "0", "KWD", "1.149"),
        ([Line(Decimal(3), Decimal("33.5"))], "1", "JPY", "115"),
        ([Line(Decimal(1), Decimal(10))] * 3, "10", "SAR", "23.00"),
        ([Line(Decimal(2), Decimal(100), Decimal(100))], "0", "SAR", "0.00"),
    ],
)
def test_known_sums(items, discount, currency, total):
    assert totals_of(items, Decimal(discount), currency).total == Decimal(total)


def test_an_equal_remainder_goes_to_the_line_with_the_higher_tax():
    items = [Line(Decimal(1), Decimal(1), tax_percent=Decimal(rate)) for rate in (0, 50)]
    taxes = [line.share for line in totals_of(items, Decimal("0.01"), "SAR").lines]
    assert taxes == [Decimal("0.00"), Decimal("0.01")]


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-1", "-0.01", "1e400"])
@pytest.mark.parametrize("field", ["quantity", "unit_price", "discount_percent", "tax_percent"])
def test_figures_that_cannot_be_are_refused_by_name(field, wrong):
    if (field, wrong) in {("quantity", "1e400"), ("unit_price", "1e400")}:
        name = "lines"  # the amount is what is too large
    else:
        name = field
    line = Line(**{"quantity": Decimal(1), "unit_price": Decimal(1), field: Decimal(wrong)})
    with pytest.raises(BadFigure) as refusal:
        totals_of([line], Decimal(0), "SAR")
    assert refusal.value.field == name


def test_a_discount_is_at_most_what_the_lines_come_to():
    line = Line(Decimal(1), Decimal(10))
    assert totals_of([line], Decimal(10), "SAR").total == 0
    for wrong in ("10.01", "1e12"):
        with pytest.raises(DiscountTooLarge):
            totals_of([line], Decimal(wrong), "SAR")
    with pytest.raises(BadFigure):
        totals_of([line], Decimal("NaN"), "SAR")


@given(
    worth=decimals(1_000_000, 2),
    parts=st.lists(decimals(100, 3).filter(bool), min_size=1, max_size=8),
    currency=currencies,
)
def test_any_sequence_of_returns_credits_exactly_the_worth(worth, parts, currency):
    worth = worth.quantize(Decimal(1).scaleb(-minor_digits(currency)))
    quantity, before, credits = sum(parts), Decimal(0), []
    for part in parts:
        credits.append(credit_of(worth, quantity, before, before + part, currency))
        before += part
    assert sum(credits) == worth
    assert all(credit >= 0 for credit in credits)
