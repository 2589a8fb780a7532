"""Money: rounded to what a currency can pay, written and read in two languages."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_project.kit.money import (
    format_money,
    format_number,
    minor_digits,
    parse_amount,
    round_money,
)

AMOUNTS = st.decimals("-1e15", "1e15", allow_nan=False, allow_infinity=False)
CURRENCIES = st.sampled_from(["SAR", "EGP", "USD", "AED", "EUR", "KWD", "BHD", "OMR", "JPY"])


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("2.345", "SAR", "2.35"),
        ("2.344999", "SAR", "2.34"),
        ("-2.345", "EGP", "-2.35"),
        ("1.0005", "KWD", "1.001"),
        ("1.5", "JPY", "2"),
        ("7", "usd", "7.00"),
        ("999999999999999999.995", "SAR", "1000000000000000000.00"),
    ],
)
def test_half_a_unit_is_rounded_away_from_zero(amount, currency, rounded):
    assert str(round_money(Decimal(amount), currency)) == rounded


@given(AMOUNTS, CURRENCIES)
def test_rounding_moves_an_amount_by_half_a_unit_at_most_and_once_is_enough(amount, currency):
    rounded = round_money(amount, currency)

    assert -rounded.as_tuple().exponent == minor_digits(currency)
    assert abs(rounded - amount) * 2 <= Decimal(1).scaleb(-minor_digits(currency))
    assert round_money(rounded, currency) == rounded
    assert round_money(-amount, currency) == -rounded


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1e999999", "-1e19"])
def test_what_no_one_can_pay_is_refused(amount):
    with pytest.raises(ValueError, match="not an amount"):
        round_money(Decimal(amount), "SAR")


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        ("12450", "SAR", "ar", "12,450 ر.س"),
        ("12450", "SAR", "en", "SAR 12,450"),
        ("12450.5", "EGP", "ar", "12,450.50 ج.م"),
        ("0.1", "KWD", "en-gb", "KWD 0.100"),
        ("-8", "SAR", "en", "SAR \u22128"),
        ("5", "XYZ", "ar", "5 XYZ"),
    ],
)
def test_an_amount_is_written_in_the_order_of_the_language(amount, currency, language, written):
    assert format_money(Decimal(amount), currency, language) == written


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("١٬٤٥٠٫٥", "1450.5"),
        ("۱۲۳", "123"),
        ("SAR 12,450", "12450"),
        ("12,450 ر.س", "12450"),
        ("١٢٬٤٥٠ ريال", "12450"),
        ("\u200f1 234 567,89 €", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567", "1234567"),
        ("1.450", "1.450"),
        ("1,5", "1.5"),
        ("\u22123", "-3"),
        ("1'000", "1000"),
    ],
)
def test_an_amount_is_read_in_any_writing(written, amount):
    assert parse_amount(written) == Decimal(amount)


@given(AMOUNTS, CURRENCIES)
def test_what_is_written_is_read_back(amount, currency):
    assert parse_amount(format_money(amount, currency, "ar")) == round_money(amount, currency)
    assert parse_amount(format_number(amount, currency)) == round_money(amount, currency)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "SAR",
        "order 12",
        "1 2",
        "1,2,3",
        "1.2.3",
        "1,23,456.7",
        "12 13",
        "٫",
        "1e5",
        "--1",
        "\x00",
        "½",
    ],
)
def test_what_is_no_single_amount_is_refused(written):
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount(written)


@pytest.mark.parametrize("digits", [40, 5_000_000])
def test_a_number_too_long_for_money_is_refused(digits):
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount("9" * digits)


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_breaks_the_reader(text):
    with suppress(ValueError):
        assert parse_amount(text).is_finite()
