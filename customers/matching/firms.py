"""Names of companies: legal forms off, known words as concepts of one language, brands left."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from .people import join_words
from .text import ARABIC, LATIN, data_lines, data_words, is_arabic, plain
from .words import Word

MAX_WORDS = 16
_PHRASE = 4  # longest known phrase in words
_STOP_LETTERS = frozenset({"و"})
_STOP = data_words("small_words.txt")
_DOTTED = re.compile(r"\b(?:\w\s?[.]\s?){2,}\w?\b")
_SPLIT = re.compile(r"[\s\-–—_./\\|\"”“«»*#:;!?~<>=\[\]{}(),،؛]+")
_LINKS = re.compile(r"[&+]")
_RELATION = re.compile("..ي(?:ه)?$").search  # an adjective, which agrees with its noun
_ARABIC_PREFIXES = ("وال", "ولل", "بال", "كال", "لل", "ال")


@dataclass(frozen=True, slots=True)
class Firm:
    """A company's name taken apart. Concepts are "kind:name" of the data file."""

    brand: tuple[Word, ...]
    brand_tokens: tuple[str, ...]
    brand_meanings: tuple[str, ...]  # "" where the word has no translation
    concepts: frozenset[str]
    cities: frozenset[str]
    numbers: tuple[str, ...]

    def of(self, kind: str) -> frozenset[str]:
        """The concepts of one kind."""
        return frozenset(c for c in self.concepts if c.startswith(kind + ":"))


@cache
def _phrases() -> dict[tuple[str, ...], str]:
    """Every known phrase, in words without articles, with its "kind:concept"."""
    found: dict[tuple[str, ...], str] = {}
    for line in data_lines("business.txt"):
        kind, concept, *spellings = (part.strip() for part in line.split("|"))
        for phrase in ",".join(spellings).split(","):
            if words := tuple(plain(phrase).replace("'", "").split()):
                found.setdefault(words, f"{kind}:{concept}")
    for line in data_lines("cities.txt"):
        english, arabic = (part.strip() for part in line.split("|"))
        name = english.split(",")[0]
        for phrase in f"{english},{arabic}".split(","):
            found.setdefault(tuple(plain(phrase).split()), f"city:{name}")
    return found


@cache
def _meanings() -> dict[str, str]:
    """Brand word → the English word that stands for its meaning."""
    found: dict[str, str] = {}
    for line in data_lines("brands.txt"):
        english, arabic = (part.strip() for part in line.split("|"))
        for word in f"{english},{arabic}".split(","):
            found.setdefault(plain(word), english.split(",")[0])
    return {**{words[0]: c for words, c in _phrases().items() if _is_city(words, c)}, **found}


def _is_city(words: tuple[str, ...], concept: str) -> bool:
    return len(words) == 1 and concept.startswith("city:")


@lru_cache(maxsize=16384)
def parse_firm(name: str) -> tuple[Firm, ...]:
    """The ways a company's name can be read: one, or one per script when it holds both."""
    text = plain(name)
    texts = [text]
    if ARABIC.search(text) and LATIN.search(text):
        words = text.split()
        arabic = " ".join(w for w in words if is_arabic(w))
        latin = " ".join(w for w in words if LATIN.search(w))
        if len(arabic.split()) > 1 and len(latin.split()) > 1:
            texts = [arabic, latin]
    firms = [_parse(t) for t in texts]
    firms += [_named(t) for t, firm in zip(texts, firms, strict=True) if not firm.brand]
    return tuple(firm for firm in firms if firm.brand or firm.concepts)


def _named(text: str) -> Firm:
    """A name of general words only: its last word with an article may be the brand (الدواء)."""
    tokens = _tokens(text)
    for i in range(len(tokens) - 1, 0, -1):
        if is_arabic(tokens[i]) and tokens[i].startswith("ال") and len(tokens[i]) > 4:
            rest = _parse(" ".join(tokens[:i] + tokens[i + 1 :]))
            if not rest.brand:
                concepts, cities = sorted(rest.concepts), sorted(rest.cities)
                return _firm([tokens[i]], concepts, cities, list(rest.numbers))
    return _firm([], [], [], [])


def _tokens(text: str) -> list[str]:
    text = _DOTTED.sub(lambda m: re.sub(r"[.\s]", "", m[0]) + " ", text)
    tokens = [t.strip("'") for t in _SPLIT.split(_LINKS.sub(" ", text))]
    tokens = [t.replace("'", "") if len(t) > 2 else t for t in tokens if t]
    return _join_letters(tokens)[:MAX_WORDS]


def _join_letters(tokens: list[str]) -> list[str]:
    """Single letters in a row are one abbreviation: "ذ م م", "L L C"."""
    joined: list[str] = []
    run = False
    for token in tokens:
        letter = len(token) == 1 and token.isalpha() and token not in _STOP_LETTERS
        if letter and run:
            joined[-1] += token
        else:
            joined.append(token)
        run = letter
    return joined


def _parse(text: str) -> Firm:
    tokens = _tokens(text)
    concepts: list[str] = []
    cities: list[str] = []
    numbers: list[str] = []
    brand: list[str] = []
    i = 0
    while i < len(tokens):
        length, concept = _phrase_at(tokens, i, bool(brand))
        if concept:
            (cities if concept.startswith("city:") else concepts).append(concept)
        elif tokens[i].isdigit():
            numbers.append(tokens[i].lstrip("0") or "0")
        elif tokens[i] not in _STOP or _is_article(tokens, i):
            brand.append(tokens[i])
        i += length
    return _firm(brand, concepts, cities, numbers)


def _is_article(tokens: list[str], i: int) -> bool:
    return tokens[i] == "ال" and i + 1 < len(tokens)


def _firm(brand: list[str], concepts: list[str], cities: list[str], numbers: list[str]) -> Firm:
    words = join_words(brand)
    tokens = tuple(word.core for word in words)
    meanings = tuple(_meanings().get(token, "") for token in tokens)
    kept = frozenset(c for c in concepts if not c.startswith("legal:"))
    return Firm(words, tokens, meanings, kept, frozenset(cities), tuple(sorted(numbers)))


def _phrase_at(tokens: list[str], i: int, after_brand: bool) -> tuple[int, str]:
    """Length and concept of the longest known phrase at i; (1, "") for none."""
    if tokens[i] == "بن" and i + 1 < len(tokens) and not _is_led(tokens[i + 1]):
        return 1, ""  # the son of somebody, not coffee
    phrases = _phrases()
    stems = [_stems(token) for token in tokens[i : i + _PHRASE + 1]]
    for length in range(min(_PHRASE, len(stems)), 0, -1):
        for words in _choices(stems[:length]):
            concept = phrases.get(words)
            if concept and (after_brand or _may_lead(concept, tokens, i, length)):
                return length, concept
    if tokens[i] in ("al", "el") and i + 1 < len(stems) and after_brand:
        length, concept = _phrase_at(tokens, i + 1, after_brand)
        if concept:
            return length + 1, concept
    return 1, ""


def _is_led(token: str) -> bool:
    """Whether an Arabic word has an article."""
    return token.startswith(("ال", "لل"))


def _may_lead(concept: str, tokens: list[str], i: int, length: int) -> bool:
    """Before the brand a city, or an Arabic word with its article, is the brand itself."""
    if concept.startswith("city:"):
        return False
    if concept.startswith(("act:", "scope:")) and length == 1:
        rest = tokens[i + 1 :]
        led = tokens[i].startswith("ال") and is_arabic(tokens[i]) and bool(rest)
        return not (led and i == 0)
    return True


@lru_cache(maxsize=32768)
def _stems(token: str) -> tuple[str, ...]:
    """The token, and without the particles Arabic writes in front of it."""
    if not is_arabic(token):
        return (token,)
    stems = [token]
    for prefix in _ARABIC_PREFIXES:
        if token.startswith(prefix) and len(token) - len(prefix) > 1:
            stems.append(token[len(prefix) :])
            break
    for letter in ("و", "ل", "ب"):
        if token.startswith(letter) and len(token) > 2:
            stems.append(token[1:])
    stems += [stem + "ه" if stem.endswith("ي") else stem[:-1] for stem in stems if _RELATION(stem)]
    return tuple(stems)


def _choices(stems: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Every combination of one stem per token (few: phrases are short)."""
    found: list[tuple[str, ...]] = [()]
    for options in stems:
        found = [(*start, option) for start in found for option in options]
    return found
