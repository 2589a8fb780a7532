"""Where the project is: city, district or governorate, and the country they imply."""

import re
from dataclasses import dataclass

from .candidate import Candidate
from .context import Context
from .lexicon import Match, word_set

_BEFORE_A_PLACE = word_set("places.before_a_place")
_ORIGIN_BEFORE = {
    "من",
    "from",
    "made",
    "صناعه",
    "مستورد",
    "مستورده",
    "ex",
    "import",
    "imported",
    "استيراد",
}
_SELF_BEFORE = {
    "انا",
    "نحن",
    "احنا",
    "i",
    "we",
    "am",
    "are",
    "i'm",
    "im",
    "شركه",
    "company",
    "ana",
    "عميل",
    "client",
}
_PRODUCERS = {"CN", "TR", "IT", "ES", "DE", "IN", "FR", "US"}
_NOT_A_PLACE_BEFORE = word_set("places.not_a_place_before")
_AREA_HEAD = re.compile(
    r"(?:(?<=\s)|^|(?<=[بفل])|(?<=[،,.(]))(حي|كمبوند|كومباوند|مجمع سكني|ضاحيه|compound)\s+"
    r"((?:al |el )?[^\s،,.!?\d:;()\n]{2,20}(?:\s(?:ال[^\s،,.!?\d:;()\n]{2,18}|[a-z]{3,15}))?)"
)
_STOP = {
    "في",
    "من",
    "على",
    "علي",
    "بجده",
    "بالرياض",
    "رقم",
    "و",
    "fe",
    "fi",
    "fel",
    "bel",
    "f",
    "b",
    "in",
    "near",
    "and",
    "سكني",
    "راقي",
    "جديد",
}


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    city: str
    country: str
    parent: str
    match: Match

    @property
    def start(self) -> int:
        return self.match.start


def _place(match: Match) -> _Place:
    kind, city, country, parent, _ = match.row
    return _Place(
        kind, "" if city == "-" else city, country, "" if parent == "-" else parent, match
    )


def _has_context(context: Context, match: Match, certain: list[Match]) -> bool:
    """Whether an ambiguous word (العين, حلب) is used as a place here."""
    words = context.document.words
    is_glued = (
        match.start > words[match.first].start
        and context.document.folded.text[words[match.first].start] in "بلوف"
    )
    before = words[match.first - 1].text if match.first else ""
    if is_glued or before in _BEFORE_A_PLACE:
        return True
    return any(
        other.last - 1 <= match.first <= other.last + 1
        or match.last in (other.first, other.first - 1)
        for other in certain
    )


def _is_misread(context: Context, match: Match) -> bool:
    words = context.document.words
    before = words[match.first - 1].text if match.first else ""
    products = context.document.found("products")
    return (
        context.contacts.holds(match.start, match.end)
        or before in _NOT_A_PLACE_BEFORE
        or any(p.first <= match.first and match.last < p.last for p in products)
        or any(p.first < match.first and match.last <= p.last for p in products)
        or (
            context.companies.holds(match.start, match.end)
            and (match.row[4] == "c" or match.row[0] == "district")
        )
    )


def _is_origin(context: Context, place: _Place) -> bool:
    """Whether a country only says where goods come from: "from China", not "we are from"."""
    words = context.document.words
    before = [word.text for word in words[max(0, place.match.first - 3) : place.match.first]]
    is_origin = bool(before) and (before[-1] in _ORIGIN_BEFORE or "made" in before)
    return is_origin and place.country in _PRODUCERS and not set(before) & _SELF_BEFORE


def _places(context: Context) -> list[_Place]:
    matches = [m for m in context.document.found("places") if not _is_misread(context, m)]
    things = {(p.first, p.last) for p in context.document.found("products")}
    certain = [m for m in matches if m.row[4] == "-" and (m.first, m.last) not in things]
    kept = [m for m in matches if m in certain or _has_context(context, m, certain)]
    return [place for place in map(_place, kept) if not _is_origin(context, place)]


def _choose(
    context: Context, places: list[_Place], cities: set[str], countries: set[str]
) -> _Place:
    """Of places that share a name take the one that fits what else is named, then the region."""

    def rank(place: _Place) -> tuple[bool, bool, bool]:
        return (
            bool(place.parent) and place.parent in cities,
            place.country in countries,
            place.country == context.region,
        )

    return max(places, key=rank)


def _distinct(context: Context, places: list[_Place]) -> list[_Place]:
    spans: dict[tuple[int, int], list[_Place]] = {}
    for place in places:
        spans.setdefault((place.match.first, place.match.last), []).append(place)
    single = [group[0] for group in spans.values() if len(group) == 1]
    cities = {place.city for place in single if place.city}
    countries = {place.country for place in single}
    chosen = [_choose(context, group, cities, countries) for group in spans.values()]
    return sorted(chosen, key=lambda place: place.start)


def _area_span(context: Context, district: _Place) -> tuple[int, int]:
    """A compound's name is kept with the word "compound" before it."""
    words, first = context.document.words, district.match.first
    if words[first].text in {"حي", "ضاحيه"} and district.match.last > first + 1:
        return words[first + 1].start, district.match.end
    if first and words[first - 1].text in {"كمبوند", "كومباوند", "compound"}:
        return words[first - 1].start, district.match.end
    return district.match.start, district.match.end


def _unlisted_area(context: Context) -> tuple[int, int] | None:
    """Return the span of a quarter or compound that no list knows: "حي …", "كمبوند …"."""
    for match in _AREA_HEAD.finditer(context.document.folded.text):
        name = match[2].split()
        if name[0] not in _STOP and not context.contacts.holds(*match.span()):
            length = len(name[0]) if len(name) > 1 and name[1] in _STOP else len(match[2])
            keeps_head = match[1] not in {"حي", "ضاحيه"}
            return (match.start(1) if keeps_head else match.start(2)), match.start(2) + length
    return None


def _regions(context: Context, places: list[_Place], has_city: bool) -> list[Candidate]:
    build = context.document.candidate
    areas = [place for place in places if place.kind == "district"]
    areas += [place for place in places if place.kind == "gov"]
    found = []
    for rank, place in enumerate(areas):
        start, end = _area_span(context, place)
        raw = context.document.raw(start, end)
        found.append(build("region", raw, start, end, 0.9 - 0.1 * min(rank, 4), "place-gazetteer"))
    if not found and (span := _unlisted_area(context)) is not None:
        confidence = 0.75 if has_city else 0.6
        found.append(
            build("region", context.document.raw(*span), *span, confidence, "place-pattern")
        )
    return found


def _countries(places: list[_Place]) -> list[_Place]:
    for kind in ("city", "district", "gov"):
        located = [place for place in places if place.kind == kind]
        if located:
            return located[:1]
    named = {place.country for place in places}
    return places[:1] if len(named) == 1 else []


def find_places(context: Context) -> list[Candidate]:
    """Return city (canonical English), region (as written) and country (ISO) candidates."""
    build = context.document.candidate
    places = _distinct(context, _places(context))
    cities = [place for place in places if place.kind == "city"]
    found = []
    for rank, place in enumerate(cities):
        confidence = 0.95 - 0.2 * min(rank, 3) - (0.1 if place.match.row[4] == "c" else 0)
        found.append(
            build("city", place.city, place.start, place.match.end, confidence, "city-gazetteer")
        )
    parents = [place for place in places if place.kind == "district" and place.parent]
    if not cities and parents:
        place = parents[0]
        found.append(
            build("city", place.parent, place.start, place.match.end, 0.85, "city-of-district")
        )
    found += _regions(context, places, bool(found))
    for place in _countries(places):
        found.append(
            build("country", place.country, place.start, place.match.end, 0.9, "country-of-place")
        )
    return found
