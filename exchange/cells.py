"""What a cell says: nothing, several values, yes or no, a number, a date. Pure functions."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from crm_project.kit.text import ascii_digits, normalise

from . import hijri

_NOTHING = frozenset(
    normalise(word)
    for word in (
        *("-", "--", "---", "—", "–", "_", ".", "?", "n/a", "na", "#n/a", "none", "null", "nil"),
        *("nan", "[not provided]", "not provided", "[unknown]", "unspecified", "not available"),
        *("لا يوجد", "غير متوفر", "غير محدد", "غير متاح", "بدون", "لايوجد", "#ref!", "#value!"),
    )
)
_STARTS_OF_NOTHING = frozenset("-\u2013\u2014_.?#[nNuUلغبإأ \u00a0\u0640\u200f\u200e")
_BETWEEN = re.compile(r"\s*(?::::|[;,،؛|\n\r\t])\s*|\s+/\s+")
_YES = frozenset(
    {*("yes", "y", "true", "1", "on", "x", "✓", "✔", "نعم", "موافق", "اجل", "صح", "opt in")}
    | {"opted in", "subscribed", "granted", "مشترك"}
)
_NO = frozenset(
    {*("no", "n", "false", "0", "off", "✗", "✘", "لا", "غير موافق", "رافض", "خطا", "opt out")}
    | {"opted out", "unsubscribed", "withdrawn", "غير مشترك"}
)
_MONTHS = {
    normalise(name): number
    for number, names in enumerate(
        (
            ("jan", "january", "يناير", "كانون الثاني"),
            ("feb", "february", "فبراير", "شباط"),
            ("mar", "march", "مارس", "آذار"),
            ("apr", "april", "أبريل", "إبريل", "نيسان"),
            ("may", "مايو", "أيار"),
            ("jun", "june", "يونيو", "يونيه", "حزيران"),
            ("jul", "july", "يوليو", "يوليه", "تموز"),
            ("aug", "august", "أغسطس", "آب"),
            ("sep", "sept", "september", "سبتمبر", "أيلول"),
            ("oct", "october", "أكتوبر", "تشرين الأول"),
            ("nov", "november", "نوفمبر", "تشرين الثاني"),
            ("dec", "december", "ديسمبر", "كانون الأول"),
        ),
        1,
    )
    for name in names
}
_NUMBERS = re.compile(r"^(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})(?=$|[\sT,هم])")
_NAME = r"[^\W\d]+(?:[ '’-][^\W\d]+){0,3}"
_WORDS = re.compile(rf"^(?:(\d{{1,2}})\s+({_NAME})|([^\W\d]+)\s+(\d{{1,2}})),?\s+(\d{{4}})")
_OLDEST = 1900
_THIS_CENTURY = 50  # 49 is 2049, 50 is 1950
LONGEST_NUMBER = 40  # characters


class BadCell(ValueError):
    """A cell that can't be read; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def is_nothing(text: str) -> bool:
    """Return True for what people and programs write into an empty cell.

    >>> is_nothing("[not provided]"), is_nothing("-"), is_nothing("نون")
    (True, True, False)
    """
    if not text:
        return True
    if len(text) >= 20 or text[0] not in _STARTS_OF_NOTHING:  # nearly all cells end here
        return False
    return (normalise(text) or "-") in _NOTHING


def split_many(text: str) -> list[str]:
    """Return the values of a cell that holds several.

    >>> split_many("a@b.example ::: c@d.example; e@f.example")
    ['a@b.example', 'c@d.example', 'e@f.example']
    """
    return [part for part in _BETWEEN.split(text.strip()) if not is_nothing(part)]


def read_yes_no(text: str) -> bool:
    """Return what a yes-or-no cell says. Raises BadCell."""
    word = normalise(text).strip(" .!")
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadCell("not_yes_or_no")


def read_number(text: str) -> Decimal:
    """Return the number in a cell, with thousands and decimals in either habit. Raises BadCell.

    >>> read_number("AED 1,250,000.50"), read_number("١٢٫٥"), read_number("1.250,5")
    (Decimal('1250000.50'), Decimal('12.5'), Decimal('1250.5'))
    """
    plain = ascii_digits(text[:LONGEST_NUMBER]).replace("٫", ".").replace("٬", ",")
    plain = re.sub(r"^[^\d.,+-]+|[^\d.,]+$", "", plain.replace("\u2212", "-")).replace(" ", "")
    if len(text) > LONGEST_NUMBER or not re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*", plain):
        raise BadCell("not_a_number")
    point = max(plain.rfind("."), plain.rfind(","))
    is_grouped = re.fullmatch(r"[+-]?\d{1,3}([.,]\d{3})+", plain)
    if is_grouped and (plain[point] == "," or plain.count(".") > 1):
        point = -1
    whole, rest = (plain, "") if point < 0 else (plain[:point], plain[point + 1 :])
    digits = re.sub("[.,]", "", whole)
    try:
        return Decimal(f"{digits or 0}.{rest or 0}" if rest else digits)
    except InvalidOperation as error:
        raise BadCell("not_a_number") from error


def read_date(text: str, *, is_day_first: bool = True) -> date:
    """Return the day in a cell. Raises BadCell: not_a_date, no_such_day.

    Years from 1300 to 1500 are Hijri.

    >>> read_date("13/4/2025"), read_date("4/13/25", is_day_first=False), read_date("3 مارس 2024")
    (datetime.date(2025, 4, 13), datetime.date(2025, 4, 13), datetime.date(2024, 3, 3))
    >>> read_date("١ رمضان ١٤٤٦"), read_date("1446/9/1")
    (datetime.date(2025, 3, 1), datetime.date(2025, 3, 1))
    """
    plain = ascii_digits(text[:60]).strip()
    year, month, day = _parts(plain, is_day_first)
    if year < 100:
        year += 2000 if year < _THIS_CENTURY else 1900
    is_hijri = year in hijri.YEARS
    if not (is_hijri or _OLDEST <= year <= 2200):
        raise BadCell("not_a_date")
    try:
        return hijri.to_gregorian(year, month, day) if is_hijri else date(year, month, day)
    except ValueError as error:
        raise BadCell("no_such_day") from error


def _parts(plain: str, is_day_first: bool) -> tuple[int, int, int]:
    if found := _NUMBERS.match(plain):
        first, second, third = (int(group) for group in found.groups())
        if len(found[1]) == 4:
            return first, second, third
        day, month = (first, second) if is_day_first else (second, first)
        return third, month, day
    if found := _WORDS.match(plain):
        name, day_text = (found[2], found[1]) if found[1] else (found[3], found[4])
        year = int(found[5])
        months = hijri.MONTHS if year in hijri.YEARS else _MONTHS
        month = months.get(normalise(name), 0)
        if month:
            return year, month, int(day_text)
    raise BadCell("not_a_date")


def day_orders(text: str) -> Iterator[bool]:
    """Yield True when a cell proves that days come first, False when months do, or nothing."""
    found = _NUMBERS.match(ascii_digits(text[:60]).strip())
    if found and len(found[1]) < 4:
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            yield True
        elif second > 12 >= first:
            yield False


def read_moment(text: str, *, is_day_first: bool = True) -> datetime:
    """Return day and, where the cell has one, time of day, without a time zone. Raises BadCell."""
    day = read_date(text, is_day_first=is_day_first)
    clock = re.search(r"[\sT](\d{1,2}):(\d{2})", ascii_digits(text[:60]))
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    if hour > 23 or minute > 59:
        raise BadCell("not_a_date")
    return datetime(day.year, day.month, day.day, hour, minute)
