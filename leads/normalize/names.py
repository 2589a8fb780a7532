"""The sender's name: introduced, titled, a kunya, or signed beside a phone or at the end."""

from dataclasses import dataclass

from .candidate import Candidate
from .context import Context
from .folding import fold
from .lexicon import word_set
from .words import Word

_GIVEN, _TITLE, _KUNYA = "given_names", "titles", "kunya"
_NOT_SENDER = word_set("names.not_sender")
_WEAK_GIVEN = word_set("names.weak_given")
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class _Name:
    first: int
    last: int
    score: float


class _Reader:
    """Looks for names in one message."""

    def __init__(self, context: Context) -> None:
        document = context.document
        self.context, self.document, self.words = context, document, document.words
        self.given = {m.first: m.last for m in document.found(_GIVEN)}
        self.titles = {m.first: m.last for m in document.found(_TITLE) if m.row[0] == "title"}
        self.kunyas = {m.first for m in document.found(_TITLE) if m.row[0] == _KUNYA}
        cues = document.found("name_cues")
        self.cues = {m.last: m for m in cues if m.row[0] == "before"}
        self.never = {i for m in cues if m.row[0] == "never" for i in range(m.first, m.last)}
        self.taken = {
            index
            for table in ("products", "places", "units", "currencies")
            for match in document.found(table)
            if not (table == "places" and match.row[4] == "c")
            for index in range(match.first, match.last)
        }
        self.rows = document.found("places")
        self.inside = {
            index
            for table in ("places", "products")
            for match in document.found(table)
            if match.last - match.first > 1
            for index in range(match.first, match.last)
        }
        self.placed = {i for m in self.rows for i in range(m.first, m.last)}
        self.cue_words = {i for m in cues if m.row[0] == "before" for i in range(m.first, m.last)}

    def raw(self, word: Word) -> str:
        return self.document.raw(word.start, word.end)

    def gap(self, left: int, right: int) -> str:
        """What stands between two words."""
        return self.document.folded.text[self.words[left].end : self.words[right].start]

    def is_free(self, index: int) -> bool:
        """Whether a word can belong to a name at all."""
        word = self.words[index]
        contacts, companies = self.context.contacts, self.context.companies
        return not (
            word.is_number
            or index in self.never
            or contacts.holds(word.start, word.end)
            or companies.holds(word.start, word.end)
        )

    def ends_clause(self, index: int) -> bool:
        """Whether nothing but a contact, a number or punctuation follows a word."""
        if index + 1 >= len(self.words):
            return True
        following = self.words[index + 1]
        return (
            bool(self.gap(index, index + 1).strip(" '"))
            or following.is_number
            or self.context.contacts.holds(following.start, following.end)
        )

    def starts_clause(self, index: int) -> bool:
        """Whether nothing but a contact or punctuation stands before a word."""
        if index == 0:
            return True
        previous = self.words[index - 1]
        return (
            bool(self.gap(index - 1, index).strip(" '"))
            or previous.is_number
            or self.context.contacts.holds(previous.start, previous.end)
        )

    def touches_contact(self, first: int, last: int) -> bool:
        """Whether a phone or an e-mail stands right before or after the words."""
        start, end = self.words[first].start, self.words[last - 1].end
        return any(
            (0 <= begin - end <= 12 and len(self.document.folded.text[end:begin].split()) <= 1)
            or 0 <= start - finish <= 4
            for begin, finish in self.context.signed.pairs
        )

    def extend(self, first: int, last: int) -> int:
        """Return the end of a name that surely covers first..last, with its family names."""
        while last < len(self.words) and last - first < _MOST_NAMES:
            word = self.words[last]
            if self.gap(last - 1, last).strip(" -.'") or "\n" in self.gap(last - 1, last):
                break
            is_capital = word.is_latin and self.raw(word)[:1].isupper() and last not in self.placed
            if not self.is_free(last) or (
                last in self.taken and last not in self.given and not is_capital
            ):
                break
            if any(m.first == last and m.start > word.start for m in self.rows):
                break
            if not self.is_family(last):
                break
            last += self.given.get(last, last + 1) - last
        return last

    def is_family(self, index: int) -> bool:
        word = self.words[index]
        if index in self.given or word.text in {
            "عبد",
            "abd",
            "abdel",
            "el",
            "al",
            "ابو",
            "بن",
            "bin",
        }:
            return True
        if word.is_latin:
            return self.raw(word)[:1].isupper() and len(word.text) > 1
        return (word.text.startswith("ال") and len(word.text) > 4) or self.ends_clause(index)

    def start(self, index: int) -> _Name | None:
        """Return the name that starts at a word, if one does."""
        if not self.is_free(index):
            return None
        if index in self.taken and index not in self.given and index not in self.kunyas:
            return None
        before = self.words[index - 1].text if index else ""
        if (
            before in _NOT_SENDER
            or before[1:] in _NOT_SENDER
            or index in self.inside
            or (index - 1 in self.kunyas and index in self.given)
        ):
            return None
        is_given, is_kunya = index in self.given, index in self.kunyas
        titled = any(first < index == last for first, last in self.titles.items())
        titled = (
            titled and not self.gap(index - 1, index).strip(" ./:-") and index not in self.titles
        )
        cue = self.cues.get(index) if not titled else self.cue_before_title(index)
        if not (is_given or is_kunya or titled or cue):
            return None
        if index in self.cue_words and index + 1 in self.given and not cue:
            return None
        if not self.fits(index, is_given=is_given, titled=titled, has_cue=cue is not None):
            return None
        last = self.kunya_end(index) if is_kunya else self.given.get(index, index + 1)
        if last is None:
            return None
        last = self.extend(index, last)
        return _Name(
            index, last, self.score(index, last, is_given, is_kunya, titled, cue is not None)
        )

    def cue_before_title(self, index: int) -> object | None:
        start = next(first for first, last in self.titles.items() if last == index)
        return self.cues.get(start)

    def fits(self, index: int, *, is_given: bool, titled: bool, has_cue: bool) -> bool:
        """Whether an unlisted word may be a name where it stands."""
        word = self.words[index]
        if is_given or index in self.kunyas:
            return True
        if word.is_latin:
            is_named = has_cue or titled
            return self.raw(word)[:1].isupper() and len(word.text) > 2 and is_named
        if len(word.text) < 3 or word.text.startswith(("لل", "بال")):
            return False
        if has_cue and index in self.cues:
            return any(part in fold(self.cues[index].entry.term) for part in ("اسم", "المرسل"))
        stands_alone = self.touches_contact(index, index + 1) or self.ends_clause(
            index + 1 if index + 1 < len(self.words) else index
        )
        return titled and self.is_title_certain(index) and (has_cue or stands_alone)

    def is_title_certain(self, index: int) -> bool:
        """A one-letter title needs its dot or slash: م/ نجلاء, but not "5 م طول"."""
        title = self.words[index - 1]
        mark = self.gap(index - 1, index).strip()
        return len(title.text) > 1 or mark in {".", "/", "./"}

    def kunya_end(self, index: int) -> int | None:
        following = index + 1
        if following >= len(self.words) or self.gap(index, following).strip(" -"):
            return None
        if following in self.never or self.words[following].is_number:
            return None
        if self.words[index].text in {"ام", "om", "um", "ben", "بن"} and not (
            following in self.given or self.ends_clause(following)
        ):
            return None
        return self.given.get(following, following + 1)

    def score(
        self, first: int, last: int, is_given: bool, is_kunya: bool, titled: bool, has_cue: bool
    ) -> float:
        second = first + 1 if first + 1 < last else -1
        weak = self.words[first].text in _WEAK_GIVEN and second not in self.given
        score = 0.15 if weak else 0.35 if is_given or is_kunya else 0.1
        score += 0.45 if has_cue else 0.0
        score += 0.35 if titled and self.is_title_certain_for(first) else 0.0
        score += 0.3 if self.touches_contact(first, last) else 0.0
        ends, starts = self.ends_clause(last - 1), self.starts_clause(first)
        score += 0.25 if ends and starts else 0.0
        score += 0.15 if ends and last >= len(self.words) - 1 else 0.0
        score += 0.1 if last - first > 1 else 0.0
        is_supported = has_cue or titled or self.touches_contact(first, last)
        return score if is_supported or not weak else min(score, 0.35)

    def is_title_certain_for(self, index: int) -> bool:
        return any(
            last == index and (self.is_title_certain(index) or last - first > 1)
            for first, last in self.titles.items()
        )

    def signature(self) -> _Name | None:
        """Return capitalised words that stand alone at the end or beside a contact."""
        for index in range(len(self.words) - 1, -1, -1):
            word = self.words[index]
            if not self.is_free(index) or index in self.taken or len(word.text) < 3:
                continue
            if (word.is_latin and not self.raw(word)[:1].isupper()) or not self.starts_clause(
                index
            ):
                continue
            last = self.extend(index, index + 1)
            if self.ends_clause(last - 1) and self.is_signature(index, last):
                return _Name(index, last, 0.5)
        return None

    def is_signature(self, first: int, last: int) -> bool:
        """Whether words that stand alone are a name: known in part, or right beside a contact."""
        word = self.words[first]
        is_acronym = self.raw(word).isupper() and len(word.text) <= 4
        is_known = last - first in {2, 3} and any(i in self.given for i in range(first, last))
        return word.is_latin and not is_acronym and (is_known or self.touches_contact(first, last))


def find_names(context: Context) -> list[Candidate]:
    """Return name candidates, titles removed; the value is the name as written."""
    reader = _Reader(context)
    names = [name for index in range(len(reader.words)) if (name := reader.start(index))]
    names = [name for name in names if name.score >= 0.3]
    if not any(name.score >= 0.5 for name in names) and (signed := reader.signature()):
        names.append(signed)
    found, covered = [], set[int]()
    for name in sorted(names, key=lambda item: (-item.score, item.first)):
        span = set(range(name.first, name.last))
        if not span & covered:
            covered |= span
            start, end = reader.words[name.first].start, reader.words[name.last - 1].end
            raw = context.document.raw(start, end)
            confidence = min(0.95, name.score + 0.1)
            found.append(
                context.document.candidate("person_name", raw, start, end, confidence, "name-rule")
            )
    return found
