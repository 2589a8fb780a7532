"""Company names: "شركة النيل للخدمات البترولية", "Brightline Interiors LLC"."""

from .candidate import Candidate
from .context import Context
from .introductions import find_placed_companies
from .lexicon import Match, word_set
from .words import Word

_GENERIC = word_set("companies.generic")
_STOP = word_set("companies.stop")
_SUFFIXES = word_set("companies.suffixes")
_NOT_FIRST = word_set("companies.not_first")
_MOST_WORDS = 5
_CERTAIN_ENOUGH = 0.5
_SELL_NO_BUILDING = word_set("companies.sell_no_building")  # "مطاعم السفرة" sell no dining tables


def _is_joined(context: Context, left: Word, right: Word, allowed: str) -> bool:
    return not context.document.folded.text[left.end : right.start].strip(allowed)


def _arabic_end(context: Context, head: Match) -> int | None:
    """Return the word after the last one of an Arabic company name, None where it is no name."""
    document = context.document
    words, place_starts = document.words, {m.first: m for m in document.found("places")}
    last = head.last
    while last < len(words) and last - head.last < _MOST_WORDS:
        word = words[last]
        place = place_starts.get(last)
        is_located = place is not None and place.start > word.start and last > head.last
        starts_located = place is not None and place.start > word.start and last == head.last
        if (
            word.is_number
            or (word.text in _STOP and not (word.text == "السلام" and last == head.last))
            or (
                word.text[0] == "و"
                and last > head.last
                and len(word.text) > 3
                and word.text[1:3] != "ال"
            )
            or not _is_joined(context, words[last - 1], word, " \"'-")
            or context.contacts.holds(word.start, word.end)
            or is_located
            or starts_located
            or (place is not None and last > head.last and place.row[4] == "-")
        ):
            break
        last += 1
    names = [word.text for word in words[head.last : last]]
    is_adjective = len(names) == 1 and names[0].endswith("ه") and not names[0].startswith("ال")
    things = {match.first for match in context.document.found("products")}
    is_trade = len(names) == 1 and head.last in things  # "مصنع سيراميك" is any such factory
    if names and names[0].startswith("ال") and words[head.first].text in _SELL_NO_BUILDING:
        is_trade = False
    if (
        not names
        or is_adjective
        or is_trade
        or names[0] in _GENERIC
        or names[0].startswith(("لل", "بال", "كم"))
    ):
        return None
    return last


def _arabic(context: Context) -> list[Candidate]:
    document, found, covered = context.document, [], 0
    for head in document.found("company_heads"):
        word = document.words[head.first]
        is_definite = "ال" in word.text[: head.start - word.start + 2] or word.text[:2] == "لل"
        if head.row[0] != "ar" or head.first < covered or is_definite:
            continue
        last = _arabic_end(context, head)
        if last is None:
            continue
        covered = last
        start, end = head.start, document.words[last - 1].end
        raw = document.raw(start, end)
        before = document.words[head.first - 1].text if head.first else ""
        is_addressee = before in {"الساده", "الي", "الى", "لشركه", "حضره"}
        is_firm = document.words[head.first].text in {"شركه", "موسسه", "مصنع", "مجموعه"}
        found.append(
            document.candidate(
                "company",
                raw,
                start,
                end,
                0.4 if is_addressee else 0.85 if is_firm else 0.75,
                "company-rule",
            )
        )
    return found


def _is_capital(context: Context, word: Word) -> bool:
    return word.is_latin and context.document.raw(word.start, word.end)[:1].isupper()


def _latin_start(context: Context, head: Match) -> int:
    """Return the first word of the capitalised run that a head such as "Trading" closes."""
    words, first = context.document.words, head.first
    while first and head.first - first < _MOST_WORDS:
        word = words[first - 1]
        allowed = " &.-'," if words[first].text in _SUFFIXES and first == head.first else " &-'"
        is_link = (
            word.text in {"and", "of"} and first > 1 and _is_capital(context, words[first - 2])
        )
        if not _is_joined(context, word, words[first], allowed) or not (
            is_link or (_is_capital(context, word) and word.text not in _NOT_FIRST)
        ):
            break
        first -= 1
    return first


def _lower_start(context: Context, head: Match) -> int:
    """A legal form closes a name even where nothing is capitalised: "sahara petrochem fze"."""
    words, first = context.document.words, head.first
    if words[head.first].text not in _SUFFIXES - {"co", "est"}:
        return first
    while first and head.first - first < 2:
        word = words[first - 1]
        if not word.is_latin or word.text in _NOT_FIRST or len(word.text) < 3:
            break
        if not _is_joined(context, word, words[first], " "):
            break
        first -= 1
    return first


def _latin(context: Context) -> list[Candidate]:
    document, found, covered = context.document, [], 0
    words = document.words
    for head in document.found("company_heads"):
        if (
            head.row[0] != "en"
            or head.first < covered
            or context.contacts.holds(head.start, head.end)
        ):
            continue
        if _is_capital(context, words[head.first]):
            first = _latin_start(context, head)
        else:
            first = _lower_start(context, head)
        if first == head.first:
            continue
        last, heads = head.last, {m.first: m.last for m in document.found("company_heads")}
        while last in heads and _is_joined(context, words[last - 1], words[last], " .,&"):
            if not _is_capital(context, words[last]) and words[last].text not in _SUFFIXES:
                break
            last = heads[last]
        covered = last
        start, end = words[first].start, words[last - 1].end
        strong = words[last - 1].text in _SUFFIXES
        confidence = 0.9 if strong else 0.72
        found.append(
            document.candidate(
                "company", document.raw(start, end), start, end, confidence, "company-rule"
            )
        )
    return found


def find_companies(context: Context) -> list[Candidate]:
    """Return company candidates, as written; their spans are marked in the context."""
    found = [*_arabic(context), *_latin(context)]
    if not any(item.confidence >= _CERTAIN_ENOUGH for item in found):
        found += find_placed_companies(context)
    context.companies.pairs.extend(context.document.folded_span(item) for item in found)
    return found
