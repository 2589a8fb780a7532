"""Amounts: rounding to a currency's smallest unit, writing and reading them."""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext

from .text import ascii_digits

# Digits after the point where it isn't two. Source: ISO 4217 list one, 2024.
_THREE = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
_NONE = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
    "XAF", "XOF", "XPF",
]  # fmt: skip
_MINOR_DIGITS = dict.fromkeys(_THREE, 3) | dict.fromkeys(_NONE, 0)
_ARABIC_UNITS = {
    "SAR": "ر.س", "EGP": "ج.م", "AED": "د.إ", "KWD": "د.ك", "BHD": "د.ب", "OMR": "ر.ع",
    "QAR": "ر.ق", "JOD": "د.أ", "IQD": "د.ع", "TND": "د.ت", "LYD": "د.ل", "DZD": "د.ج",
    "MAD": "د.م", "LBP": "ل.ل", "SYP": "ل.س", "YER": "ر.ي", "SDG": "ج.س",
    "USD": "دولار", "EUR": "يورو", "GBP": "جنيه إسترليني",
}  # fmt: skip
_LIMIT = Decimal(10) ** 18  # of an amount, in major units
_CODES = {*_ARABIC_UNITS, *_MINOR_DIGITS, "TRY", "INR", "PKR", "CNY", "TWD", "CHF", "CAD", "AUD"}
_UNITS = {"ريال", "جنيه", "درهم", "دينار", "$", "€", "£", "US$", "SR", "LE", "L.E."}
_AMOUNT = re.compile(r"(?P<before>[^\d+-]*)(?P<number>[+-]?\d(?:[\d,.'\s]*\d)?)(?P<after>\D*)")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+|\d+")
_THOUSANDS_GAP = re.compile(r"(?<=\d)[\s'](?=\d{3}(?!\d))")
_SIGNS = str.maketrans({"٬": ",", "،": ",", "٫": ".", "−": "-", "’": "'"})
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_MOST_CHARACTERS = 60


def minor_digits(currency: str) -> int:
    """Digits after the point of a currency, by ISO 4217 code: KWD 3, JPY 0, others 2.

    IQD has three although no fils are minted: the standard and the banks count them.
    """
    return _MINOR_DIGITS.get(currency.upper(), 2)


def round_money(amount: Decimal | int, currency: str) -> Decimal:
    """The amount in major units, rounded half away from zero to the currency's smallest unit.

    Errors: ValueError for NaN, infinity, or an amount beyond ±10^18.

    >>> round_money(Decimal("2.345"), "SAR"), round_money(Decimal("-2.3455"), "KWD")
    (Decimal('2.35'), Decimal('-2.346'))
    """
    amount = Decimal(amount)
    if not amount.is_finite() or abs(amount) > _LIMIT:
        raise ValueError("not an amount of money")
    with localcontext() as context:
        context.prec = 40  # 19 digits before the point and more than any currency has after it
        return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def currency_unit(currency: str, language: str) -> str:
    """How a currency is named beside a number: ر.س in Arabic, the code SAR otherwise."""
    code = currency.upper()
    return _ARABIC_UNITS.get(code, code) if language.startswith("ar") else code


def format_number(amount: Decimal | int, currency: str, *, is_full: bool = False) -> str:
    """The rounded amount with grouped thousands; a whole one has no decimals; minus is U+2212.

    is_full: a whole one has its zeros too.
    Errors: ValueError as round_money().
    """
    rounded = round_money(amount, currency)
    is_short = not is_full and rounded == rounded.to_integral_value()
    digits = 0 if is_short else minor_digits(currency)
    sign = "\u2212" if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{digits}f}"


def format_money(amount: Decimal | int, currency: str, language: str) -> str:
    """Number and unit in the order of the language, as plain text.

    Errors: ValueError as round_money().

    >>> format_money(Decimal(12450), "SAR", "en")
    'SAR 12,450'
    """
    number, unit = format_number(amount, currency), currency_unit(currency, language)
    return f"{number} {unit}" if language.startswith("ar") else f"{unit} {number}"


def parse_amount(text: str) -> Decimal:
    """Read an amount as people type it, in any digits, with or without a currency around it.

    ٬ , ' and spaces group thousands and ٫ or . starts the decimals; where both , and . occur the
    last one starts them. A comma alone groups when three digits follow, and a point alone
    starts decimals: 1,450 is 1450 but 1.450 is 1.45.
    Errors: ValueError where there is no one number, or one beyond ±10^18.

    >>> parse_amount("١٬٤٥٠٫٥"), parse_amount("SAR 12,450")
    (Decimal('1450.5'), Decimal('12450'))
    """
    plain = _BIDI.sub("", ascii_digits(text[: _MOST_CHARACTERS + 1])).translate(_SIGNS).strip()
    found = _AMOUNT.fullmatch(plain) if len(text) <= _MOST_CHARACTERS else None
    if not found or not (_is_unit(found["before"]) and _is_unit(found["after"])):
        raise ValueError("not an amount of money")
    amount = _read(_THOUSANDS_GAP.sub("", found["number"]))
    if amount is None or abs(amount) > _LIMIT:
        raise ValueError("not an amount of money")
    return amount


def _is_unit(text: str) -> bool:
    unit = text.strip()
    known = unit in _UNITS or unit in _ARABIC_UNITS.values() or unit.rstrip(".") in _UNITS
    return not unit or known or unit.upper() in _CODES


def _read(number: str) -> Decimal | None:
    """A signed number of digits, commas and points, or None for senseless groups."""
    sign, digits = number[:1] if number[0] in "+-" else "", number.lstrip("+-")
    point = _decimal_point(digits)
    whole, decimals = digits.rsplit(point, 1) if point else (digits, "")
    if not _GROUPED.fullmatch(whole) or not re.fullmatch(r"\d*", decimals):
        return None
    return Decimal(f"{sign}{re.sub('[,.]', '', whole)}{'.' if decimals else ''}{decimals}")


def _decimal_point(digits: str) -> str:
    """Which of , and . starts the decimals; "" where both only group."""
    if "," in digits and "." in digits:
        return "," if digits.rfind(",") > digits.rfind(".") else "."
    if digits.count(".") == 1:
        return "."
    is_one_comma = digits.count(",") == 1 and not _GROUPED.fullmatch(digits)
    return "," if is_one_comma else ""
