"""The main quantity: how many, how much or how long, in one of the taxonomy's units."""

import re
from dataclasses import dataclass

from .candidate import Candidate
from .context import Context
from .folding import fold
from .lexicon import Match
from .numbers import Number

_AREA_CATEGORIES = {"flooring", "marble_tiles", "paint_gypsum", "aluminium_glass", "hvac"}
_LENGTH_CATEGORIES = {
    "kitchens", "furniture", "curtains_blinds", "industrial_supplies", "lighting_electrical",
    "doors_locks", "general_trading",
}  # fmt: skip
_LENGTH_WORDS = {"طول", "طوله", "طولها", "بطول", "الطول", "long", "length", "tool", "toolo"}
_SPACES = {
    "مستودع",
    "مخزن",
    "مساحه",
    "مساحته",
    "مساحتها",
    "ارض",
    "شقه",
    "شقتي",
    "فيلا",
    "فله",
    "صاله",
    "محل",
    "معرض",
    "قاعه",
    "مسجد",
    "جامع",
    "مزرعه",
    "هنجر",
    "ملعب",
    "سطح",
    "حوش",
    "قسيمه",
    "عياده",
    "مكتب",
    "مطعم",
    "صالون",
    "استراحه",
    "روف",
    "دار",
    "بيت",
    "flat",
    "villa",
    "apartment",
    "warehouse",
    "shop",
    "office",
    "area",
    "sha2a",
    "sh2a",
    "salon",
    "roof",
    "garden",
}
_CONTAINERS = re.compile(r"(\d{1,3})\s?x\s?(?:20|40|45)\s?(?:'|ft|feet|hc|hq|gp|قدم)")
_CODE_BEFORE = re.compile(
    r"(?:[#-]|\b(?:dn|pn|sch|sdr|pe|ss|rfq|po|qt|inv|class|type|no|ref|ip|ral|m)[ .:-]?)$"
)
_SMALL_UNITS = re.compile(
    r"\s?(?:mm|cm|micron|mic|سم|مم|ملم|مل|ملي|مللي|سنتي|سنتيمتر|ميكرون|امبير|amp|a\b|وات|w\b|"
    r"watt|kw|كيلو وات|"
    r"كيلووات|kva|كيلو فولت|gsm|جرام|psi|bar|بار|انش|بوصه|inch|\"|''|ml|ملى|لتر|ltr|liters?|"
    r"جالون|gpm|btu|%|"
    r"نجوم|stars?|ply|طبقات|am|pm|صباحا|مساء|درجه مئويه|c\b|فولت|volt|v\b|كيلو بطار|k\b|ساعه|سنه)"
)
_PER_UNIT = re.compile(r"\s?(?:لل|/)\s?(?:متر|قطعه|طن|حبه|كرتون|واحد|وحده)|\s?per\b")
_THRESHOLD = 1.5


@dataclass(frozen=True, slots=True)
class _Quantity:
    value: int | float
    unit: str
    start: int
    end: int
    score: float


def _metres(context: Context, number: Number) -> str:
    words = context.document.words
    before = {word.text for word in words[max(0, number.first - 3) : number.first]}
    if before & _LENGTH_WORDS:
        return "m"
    if {word.lstrip("بلو").removeprefix("ال") for word in before} & _SPACES:
        return "m2"
    if context.category in _AREA_CATEGORIES:
        return "m2"
    if context.category in _LENGTH_CATEGORIES and number.value < 100:
        return "m"
    is_length = context.category in {
        "industrial_supplies",
        "lighting_electrical",
        "curtains_blinds",
    }
    return "m" if is_length or number.value < 30 else "m2"


def _unit_after(context: Context, number: Number) -> Match | None:
    document = context.document
    for match in document.found("units"):
        if match.first == number.last and document.clause(match.start) == document.clause(
            number.start
        ):
            return match
    return None


def _noun_after(context: Context, number: Number) -> int | None:
    """Return how many words later a product is named in the same clause, if it is."""
    document = context.document
    gaps = [
        match.first - number.last
        for match in (*document.found("products"), *document.found("units"))
        if 0 <= match.first - number.last <= 3
        and match.row[0] not in {"?m", "m2", "m", "kg"}
        and document.clause(match.start) == document.clause(number.start)
    ]
    return min(gaps, default=None)


def _is_excluded(context: Context, number: Number) -> bool:
    text = context.document.folded.text
    return (
        context.money.holds(number.start, number.end)
        or context.sizes.holds(number.start, number.end)
        or any(m.start <= number.start < m.end for m in context.document.found("places"))
        or bool(_CODE_BEFORE.search(text[max(0, number.start - 6) : number.start]))
        or bool(_SMALL_UNITS.match(text[number.end : number.end + 14]))
        or bool(_PER_UNIT.match(text[number.end : number.end + 12]))
        or text[max(0, number.start - 1) : number.start] in {"$", "€", "£"}
        or (text[number.end : number.end + 1] == ")" and number.value < 30)
        or text[max(0, number.start - 3) : number.start].rstrip()[-1:] in {"/", "#"}
        or not 0 < number.value < 10**9
    )


def _half_after(context: Context, match: Match, number: Number) -> float:
    """Return the fraction said after the unit: "٤ متر وربع"."""
    words = context.document.words
    if match.last >= len(words) or number.value != int(number.value):
        return 0.0
    return {"وربع": 0.25, "ونص": 0.5, "ونصف": 0.5}.get(words[match.last].text, 0.0)


def _is_power(context: Context, unit: Match) -> bool:
    """ "١٠ كيلو" of a solar system or a generator are kilowatts."""
    is_horse_power = unit.entry.term in {"حصان", "hp", "hisan", "7osan"}
    if is_horse_power:
        return context.category != "hvac"
    return unit.row[0] == "kg" and context.category in {"lighting_electrical", "hvac"}


def _is_price(context: Context, number: Number) -> bool:
    return (
        context.cue_distance("notbudget", number.first, number.last, before=4, after=2) is not None
    )


def _counted(context: Context, number: Number) -> _Quantity | None:
    if _is_excluded(context, number):
        return None
    cue = context.cue_distance("quantity", number.first, number.last, before=3, after=-1)
    against = context.cue_distance("notquantity", number.first, number.last, before=1, after=-1)
    if context.cue_distance("duration", number.first, number.last, before=-1, after=0) is not None:
        return None
    unit, noun = _unit_after(context, number), _noun_after(context, number)
    score = 0.0 if cue is None else 3.0 - 0.3 * cue
    score -= 0.0 if against is None or noun == 0 else 3.0
    if unit is None and cue is None and noun != 0 and _is_price(context, number):
        return None
    name, value, end = "pcs", number.value, number.end
    if unit is not None and not _is_power(context, unit):
        name, factor = unit.row
        value = (number.value + _half_after(context, unit, number)) * float(factor)
        name = _metres(context, number) if name == "?m" else name
        score, end = score + (1.3 if name == "kg" and value < 50 else 2.0), unit.end
    elif noun is not None:
        score += 2.0 - 0.3 * noun
    plain = round(value, 3)
    return _Quantity(int(plain) if plain == int(plain) else plain, name, number.start, end, score)


def _pairs(context: Context) -> list[_Quantity]:
    """Return duals: بابين, غرفتين, مترين each mean two."""
    document, found = context.document, []
    text = document.folded.text
    for match in document.found("products"):
        word = document.words[match.first]
        term = fold(match.entry.term.split()[0])
        if word.is_arabic and word.text.endswith("ين") and not term.endswith("ين"):
            found.append(_Quantity(2, "pcs", match.start, word.end, 1.8))
    for word in document.words:
        unit = {
            "غرفتين": "room",
            "اوضتين": "room",
            "طقمين": "set",
            "مترين": "m",
            "طنين": "ton",
        }.get(word.text)
        if unit:
            after = text[word.end :].lstrip()
            half = 0.5 if unit == "m" and re.match(r"ونصف?\b", after) else 0
            found.append(_Quantity(2 + half, unit, word.start, word.end, 1.7))
    return found


def find_quantity(context: Context) -> list[Candidate]:
    """Return the main quantity as a candidate `{value, unit}`, or nothing.

    Sizes, codes, dates, durations, prices and phone numbers are not quantities.
    """
    text = context.document.folded.text
    found = [quantity for n in context.numbers if (quantity := _counted(context, n)) is not None]
    found += _pairs(context)
    for match in _CONTAINERS.finditer(text):
        found.append(_Quantity(int(match[1]), "container", match.start(), match.end(), 3.5))
    found = [quantity for quantity in found if quantity.score >= _THRESHOLD]
    if not found:
        return []
    best = max(found, key=lambda quantity: (quantity.score, -quantity.start))
    confidence = min(0.95, 0.45 + 0.13 * best.score)
    value = {"value": best.value, "unit": best.unit}
    return [
        context.document.candidate(
            "quantity", value, best.start, best.end, confidence, "quantity-rule"
        )
    ]
