"""Phone numbers as people write them: found in cells and in running text, kept as E.164.

Metadata of the numbering plans: the phonenumbers library. The traps that its parser alone falls
into (00 in regions where it means something else, letters read as keypad digits, contract numbers
taken for phones) are met by looking for candidates here and only asking it whether one is valid.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from .text import strip_controls

Kind = Literal["mobile", "landline", "voip", "toll_free", "other"]

_KINDS: dict[int, Kind] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",
    PhoneNumberType.PERSONAL_NUMBER: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.TOLL_FREE: "toll_free",
}
_NEIGHBOURS = (
    "SA",
    "AE",
    "EG",
    "JO",
)  # where a local-looking number may have come from
_MOST_CELL_CHARACTERS = 500
_MOST_TEXT_CHARACTERS = 50_000
_MOST_DIGITS = 15  # of an international number, ITU-T E.164
_MOST_GROUPS = 8  # of digits in one written number

_MASKED = re.compile(
    r"https?://\S+|www\.\S+|[^\s@]{1,64}@\S+"  # links and addresses
    r"|\b[A-Z]{2}\d{2}(?:\s?[A-Z\d]{4}){3,7}(?:\s?[A-Z\d]{1,3})?\b"  # IBAN
    r"|\b(?:(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d)\b"
    r"|\d(?:[.,]\d+)?E\+?\d+",  # 9.66551E+11, what a spreadsheet leaves of a long number
    re.IGNORECASE,
)
_WHATSAPP_LINK = re.compile(
    r"(?:wa\.me/|whatsapp\.com/send/?\?(?:\S*&)?phone=)(?:\+|%2B)?(\d{7,15})",
    re.IGNORECASE,
)
_PLUS_BEHIND = re.compile(r"(?<![\d+])(\d{1,3}|\d{10,14})\+(?!\+)")  # how RTL fields show +966
_LEAD = re.compile(r"\(?\+ ?\(?$|\($")
_GROUP = re.compile(r"\d+")
_BETWEEN = re.compile(r"[ \t]?[ \t().\-\u2010-\u2015/]{0,3}[ \t]?")
_LATIN = re.compile(r"[A-Za-z_@#$€£%\u00c0-\u024f]")
_EXTENSION = re.compile(r"\s*(?:x|ext|extension)\b", re.IGNORECASE)
_PHONE_LABEL = re.compile(
    r"(?<![A-Za-z])(?:phones?|tel|telephone|mobiles?|mob|cell|whats?app|call(?: me)?|contact|"
    r"جوال|الجوال|جوالي|موبايل|الموبايل|موبايلي|هاتف|الهاتف|هاتفي|ت[ل]?[ي]?فون|التليفون|تليفوني|"
    r"واتس ?[اآ]ب|واتس|رقمي|محمول|اتصل|كلمني)"
    r"(?: (?:number|no\.?|me|at|on|is|رقم|هو|على))*[\s:.=#-]*\(?$",
    re.IGNORECASE,
)
_FAX_LABEL = re.compile(
    r"(?<![A-Za-z])(?:fax|f\.|فاكس|الفاكس)(?: (?:number|no\.?))?[\s:.=#-]*\(?$",
    re.IGNORECASE,
)
_NOT_A_PHONE_LABEL = re.compile(
    r"(?<![A-Za-z])(?:order|invoice|contract|account|acct|ref(?:erence)?|serial|ticket|booking|tracking|"
    r"passport|iqama|national id|id|vat|c\.?r\.?|po|p\.?o\.? box|sku|imei|"
    r"طلب|الطلب|فاتورة|الفاتورة|عقد|العقد|حساب|الحساب|هوية|الهوية|هويتي|إقامة|الإقامة|"
    r"سجل|السجل|التجاري|الضريبي|قومي|القومي|مرجع|تتبع|شحنة|الشحنة|ص\.? ?ب)"
    r"(?: (?:number|no\.?|رقم))*[\s:.=#-]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Phone:
    """One valid number. `needs_review` with its `reason` when another reading is likely."""

    e164: str
    country: str  # ISO 3166-1 alpha-2, "" for a number of no country
    kind: Kind
    raw: str
    needs_review: bool = False
    reason: str = ""  # a stable word for programs: "local_elsewhere", "no_plus"

    @property
    def is_contactable(self) -> bool:
        """Whether a person may answer; unified, toll-free and premium numbers take no message."""
        return self.kind in ("mobile", "landline", "voip")


@dataclass(frozen=True)
class FoundPhone(Phone):
    """A number in a text: the characters start:end of the original hold it."""

    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class _Plain:
    """A text with ASCII digits and no invisible characters, and where each character was."""

    text: str
    origins: list[int]
    original: str

    def found(self, phone: Phone, start: int, end: int) -> FoundPhone:
        first, last = self.origins[start], self.origins[end - 1] + 1
        raw = strip_controls(self.original[first:last])
        return FoundPhone(**{**vars(phone), "raw": raw}, start=first, end=last)


def parse_phone(raw: str, *, region: str) -> Phone | None:
    """The number in a phone column or form field, None if there is none or more than one.

    `region` (ISO 3166-1 alpha-2) is where a number without country code belongs: the branch's.
    A zero that a spreadsheet took, and a country code without plus, are understood here.
    """
    phones = parse_phones(raw, region=region)
    return phones[0] if len(phones) == 1 else None


def parse_phones(raw: str, *, region: str) -> list[Phone]:
    """All different numbers in a phone column's cell, in order; the first 500 characters count."""
    found = _search(raw[:_MOST_CELL_CHARACTERS], region=region, is_phone_column=True)
    phones: dict[str, Phone] = {}
    for one in found:
        phones.setdefault(one.e164, one)
    return list(phones.values())


def find_phones(text: str, *, region: str) -> list[FoundPhone]:
    """The numbers in running text, with their places in it; the first 50,000 characters count.

    A number must begin with +, 00 or 0, or follow a word such as "mobile" or "جوال": contract
    numbers, budgets and identity numbers look like phones otherwise. Fax numbers are left out.
    """
    return list(_search(text[:_MOST_TEXT_CHARACTERS], region=region, is_phone_column=False))


@lru_cache(maxsize=8192)
def format_phone(e164: str) -> str:
    """A stored number in its international writing, "+966 55 123 4567"; other text unchanged."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def phone_search_key(query: str) -> str:
    """The digits to look for inside stored E.164 numbers, for a number in any writing, or a part.

    Prefixes that E.164 does not have are taken off: +, 00, the trunk zero. "" if the query has
    letters or fewer than three digits, so is no phone.

    >>> phone_search_key("٠٥٠ ١٢٣"), phone_search_key("00966 (0)50"), phone_search_key("ali 123")
    ('50123', '96650', '')
    """
    plain = _plain(query[:_MOST_CELL_CHARACTERS]).text
    if re.search(r"[^\d\s+()./\-\u2010-\u2015]", plain):
        return ""
    digits = re.sub(r"\D", "", plain)
    is_international = plain.strip().startswith(("+", "00", "(+"))
    digits = digits.lstrip("0")
    if is_international and (code := _calling_code(digits)):
        digits = code + digits.removeprefix(code).removeprefix("" if code == "39" else "0")
    return digits if len(digits) >= 3 else ""


def _plain(original: str) -> _Plain:
    characters: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(original):
        for plain in character if character.isascii() else _ascii_form(character):
            characters.append(plain)
            origins.append(place)
    return _Plain("".join(characters), origins, original)


@lru_cache(maxsize=4096)
def _ascii_form(character: str) -> str:
    if unicodedata.category(character) in ("Cf", "Cs", "Cc", "Mn"):
        return ""
    if character in "٬،؛":
        return ","
    forms = unicodedata.normalize("NFKC", character)
    return "".join(str(unicodedata.decimal(form, form)) for form in forms)


def _search(original: str, *, region: str, is_phone_column: bool) -> Iterator[FoundPhone]:
    plain = _plain(original)
    for link in _WHATSAPP_LINK.finditer(plain.text):
        if phone := _international(link[1]):
            yield plain.found(phone, link.start(1), link.end(1))
    text = _MASKED.sub(lambda masked: "|" * len(masked[0]), plain.text)
    text = _PLUS_BEHIND.sub(r"+\1", text)
    groups = list(_GROUP.finditer(text))
    place = 0
    while place < len(groups):
        candidate = _longest(text, groups[place : place + _MOST_GROUPS], region, is_phone_column)
        if candidate is None:
            place += 1
            continue
        phone, start, used = candidate
        end = groups[place + used - 1].end()
        if not _FAX_LABEL.search(text[max(0, start - 30) : start]):
            yield plain.found(phone, start, end)
        place += used


def _longest(
    text: str, groups: list["re.Match[str]"], region: str, is_phone_column: bool
) -> tuple[Phone, int, int] | None:
    """The longest valid number that begins with the first group: it, its start, groups used."""
    prefix = _prefix(text, groups[0], is_phone_column)
    if prefix is None:
        return None
    start = groups[0].start() - len(_lead(text, groups[0].start()))
    for used in range(_joined(text, groups), 0, -1):
        end = groups[used - 1].end()
        if _is_part_of_a_word(text, start, end):
            continue
        if phone := _read(prefix, [group[0] for group in groups[:used]], region):
            return phone, start, used
    return None


def _prefix(text: str, first: "re.Match[str]", is_phone_column: bool) -> str | None:
    """How a number starts: "+", "00", "0", "" for a bare one, or None where none can start."""
    before = text[: first.start()][-40:]
    if "+" in _lead(text, first.start()):
        return "+"
    if first[0].startswith("00"):
        return "00"
    is_phone = bool(_PHONE_LABEL.search(before))
    if not is_phone and _NOT_A_PHONE_LABEL.search(before):
        return None
    is_phone = is_phone or is_phone_column
    if first[0].startswith("0"):
        return "0"
    return "" if is_phone else None


def _lead(text: str, start: int) -> str:
    """The plus and brackets right before the first digit: "+", "+ (", "(" or ""."""
    lead = _LEAD.search(text[max(0, start - 4) : start])
    return lead[0] if lead else ""


def _joined(text: str, groups: list["re.Match[str]"]) -> int:
    """How many of the groups may belong to one written number."""
    digits = len(groups[0][0])
    for place in range(1, len(groups)):
        gap = text[groups[place - 1].end() : groups[place].start()]
        digits += len(groups[place][0])
        if digits > _MOST_DIGITS + 4 or not _BETWEEN.fullmatch(gap):  # with 00 and a trunk zero
            return place
    return len(groups)


def _is_part_of_a_word(text: str, start: int, end: int) -> bool:
    """Latin letters and signs stick to codes and prices; Arabic ones are prefixes like و."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    touches = bool(_LATIN.match(before) or _LATIN.match(after)) or before == "+"
    decimals = re.match(r"[.,]\d", text[end : end + 2])
    return (touches and not _EXTENSION.match(text, end)) or bool(decimals)


def _read(prefix: str, groups: list[str], region: str) -> Phone | None:
    digits = "".join(groups)
    if prefix in ("+", "00"):
        return _international(digits.removeprefix("00") if prefix == "00" else digits)
    if not 7 <= len(digits) <= _MOST_DIGITS:
        return None
    phone = _valid(digits, region)
    if phone:
        return _reviewed(phone, digits) if prefix == "0" else phone
    if prefix == "" and len(digits) >= 10 and (phone := _international(digits)):
        return replace(phone, needs_review=True, reason="no_plus")
    return None


def _international(digits: str) -> Phone | None:
    """A number that begins with a country code; a trunk zero after it is dropped."""
    return _valid("+" + digits, None) if 7 <= len(digits) <= _MOST_DIGITS + 1 else None


def _reviewed(phone: Phone, digits: str) -> Phone:
    """Flag a landline that reads as a mobile elsewhere: 05xxxxxxxx in Egypt is a Saudi mobile."""
    if phone.kind != "landline":
        return phone
    elsewhere = (_valid(digits, region) for region in _NEIGHBOURS if region != phone.country)
    if any(other and other.kind == "mobile" for other in elsewhere):
        return replace(phone, needs_review=True, reason="local_elsewhere")
    return phone


@lru_cache(maxsize=8192)
def _valid(digits: str, region: str | None) -> Phone | None:
    known = region.upper() if region else None
    try:
        number = phonenumbers.parse(digits, known)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    if (
        kind == PhoneNumberType.UNKNOWN
    ):  # the same as not valid, and half of the cost of asking both
        return None
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        country=phonenumbers.region_code_for_number(number) or "",
        kind=_KINDS.get(kind, "other"),
        raw="",
    )


def _calling_code(digits: str) -> str:
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next((digits[:n] for n in (1, 2, 3) if int(digits[:n] or 0) in codes), "")
