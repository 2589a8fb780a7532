"""Names of persons: titles off, compounds joined, given and family names aligned in order."""

import re
from functools import lru_cache

from .lexicon import known_as
from .text import ARABIC, LATIN, MAX_LENGTH, data_lines, data_words, is_arabic, plain
from .words import Word

MAX_WORDS = 12

_TITLES = data_words("titles.txt")
_SAYYID = frozenset({"السيد", "sayyid", "sayyed", "seyyed", "seyed", "syed"})
_ARTICLES = frozenset({"al", "el", "ul", "ال"})
_SUN = re.compile("^[aeu](sh|ch|[srndtz])$")
_ABD_PART = re.compile("^[a3]?bd(?:[ueao]|ou)?[lrsndtz]?$|^abed$|^عبد(?:ال)?$")
_NOT_ABD = frozenset({"abdu", "abdo", "abdou", "bd", "bda", "bdo", "bdu"})
_ABD_LATIN = re.compile("^(?:[a3]?bd)(?=.{4})(.+)$")
_ABD_CORE = re.compile(r"^(?:ou|[aeiou])?(?:l|([^aeiou])(?=\1))?(.{3,})$")
_ALLAH = re.compile("^(?:ou|[aeiou])?l+[aeiou]*l*[ha]*$|^(?:ou|u)?la[iy]e?$")  # Abdoulaye too
_ILAH = re.compile("^(?:[aeou]l[ie]l+a+h?|ila+h)$")  # Abdulilah is another name than Abdullah
_ALLAH_WORD = re.compile("^al+ah$|^الله$|^اله$")
_JOINED_ALLAH = re.compile("^(.{3,}?)[aeou]?ll+ah?$")
_GOD = frozenset({"الله"})
_GOD_OF = "اله"  # what is left of الإله
_ABU = frozenset(
    {
        "abul",
        "abol",
        "aboul",
        "abuel",
        "aboel",
        "abu",
        "abo",
        "abou",
        "aboo",
        "bu",
        "bou",
        "bo",
        "abi",
        "ابو",
        "بو",
        "ابي",
        "ابا",
    }
)
_BIN = frozenset({"bin", "ben", "ibn", "bint", "bent", "ould", "wld", "بن", "ابن", "بنت", "ولد"})
_UM = frozenset({"um", "umm", "om", "oum", "ام"})
_DIN = re.compile("^(?:ed|ad|ud|el|al|ul)?d(?:i|ee|ie|y)ne?$|^الدين$")
_JOINED_DIN = re.compile("^(.{2,}?)[aeou]*[ld]?d(?:i|ee|ie|y)ne?$")
_ABU_JOINED = re.compile("^(?:a?b[ou]u?)(?:[ae]?l)?(.{3,})$")
_BEN_JOINED = re.compile("^b[eiu]n(.{3,})$|^بن(.{3,})$")
_JOINED = (
    ("din", _JOINED_DIN), ("allah", _JOINED_ALLAH), ("abu", _ABU_JOINED), ("ben", _BEN_JOINED)
)  # fmt: skip
_MAGHREBI = re.compile("^l(a+([^aeiouy].{2,}))$")  # the article in Lahcen, Lakhdar, Laaroussi
_SUN_JOINED = re.compile(r"^[aeu](sh|ch|[srndtz])(\1.+)$")
_SPLIT = re.compile(r"[\s\-–—_./\\|\"”“«»*#:;!?+&~<>=\[\]{}()]+")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_ONLY_DIGITS = re.compile(r"^\d+$")


@lru_cache(maxsize=16384)
def parse_person(name: str) -> tuple[tuple[Word, ...], ...]:
    """The ways a person's name can be read, each as words in the order given … family."""
    found: list[tuple[Word, ...]] = []
    for text in _by_script(plain(_family_last(name))):
        for words in _orders(text):
            if words and words not in found:
                found.append(words)
    return tuple(found)


def _family_last(name: str) -> str:
    """The French habit: a family name in capitals before the given names goes behind them."""
    first, *rest = name[:MAX_LENGTH].split()[:MAX_WORDS] or [""]
    is_family = len(first) > 2 and first.isupper() and first.isalpha()
    if is_family and rest and all(word[:1].isupper() and word[1:].islower() for word in rest):
        return " ".join([*rest, first])
    return name


def _by_script(text: str) -> list[str]:
    """A field holding the name in both scripts gives both; a kunya in brackets is left out."""
    text = _BRACKETS.sub(lambda m: " " if _is_kunya(m[1]) else f" {m[1]} ", text)
    if not (ARABIC.search(text) and LATIN.search(text)):
        return [text]
    words = text.split()
    arabic = [w for w in words if is_arabic(w)]
    latin = [w for w in words if LATIN.search(w)]
    if len(arabic) > 1 and len(latin) > 1:
        return [" ".join(arabic), " ".join(latin)]
    return [text]


def _is_kunya(inside: str) -> bool:
    first = inside.split()[:1]
    return bool(first) and (first[0] in _ABU or first[0] in _UM or first[0].startswith("ابو"))


def _orders(text: str) -> list[tuple[Word, ...]]:
    parts = [part for part in (_tokens(p) for p in re.split("[,،]", text)) if part]
    if not parts:
        return []
    if len(parts) == 2:
        return [join_words(parts[1] + parts[0])]
    tokens = [token for part in parts for token in part]
    words = join_words(tokens)
    orders = [words]
    if tokens[0] in _SAYYID and len(tokens) > 2:
        orders.append(join_words(tokens[1:]))  # a title as often as a given name
    if len(words) > 1 and words[0].article and not words[-1].article:
        orders.append(words[1:] + words[:1])  # "Al-Qahtani Fahad": the family leads
    return orders


def _tokens(text: str) -> list[str]:
    slash_title = "/" in text
    tokens = [t.strip("'") for t in _SPLIT.split(text)]
    tokens = [t for t in tokens if t and not _ONLY_DIGITS.match(t)][:MAX_WORDS]
    if slash_title and len(tokens) > 1 and tokens[0] == "السيد":
        tokens.pop(0)
    while len(tokens) > 1 and _is_title(tokens[0], slash_title or len(tokens) > 2):
        tokens.pop(0)
    return tokens


def _is_title(token: str, certain: bool) -> bool:
    if len(token) == 1 and is_arabic(token):
        return True
    return token in _TITLES and (certain or not is_arabic(token))


def join_words(tokens: list[str]) -> tuple[Word, ...]:
    """Words of a token list: articles, Abd, Abu, bin, Umm and "al-Din" joined to their name."""
    words: list[Word] = []
    i = 0
    while i < len(tokens):
        word, i = _next_word(tokens, i)
        if word is None:
            continue
        if words and word.prefix == "+din":
            last = words.pop()
            word = Word((("din", last.core),), article=last.article)
        elif words and not word.prefix and _ALLAH_WORD.match(word.core):
            word = Word((("allah", words.pop().core),))
        words.append(word)
    return tuple(words)


def _next_word(tokens: list[str], i: int) -> tuple[Word | None, int]:
    token, last = tokens[i], i + 1 == len(tokens)
    if last:
        return (Word((("+din", token),)) if i and _DIN.match(token) else single(token)), i + 1
    if _ABD_PART.match(token) and token not in _NOT_ABD:
        core, j = _core_after(tokens, i + 1)
        return Word((("abd", _abd_core(core)),)), j
    for prefix, starts in (("abu", _ABU), ("um", _UM)):
        if token in starts:
            core, j = _core_after(tokens, i + 1)
            return Word(((prefix, core),)), j
    if token in _BIN:
        word, j = _next_word(tokens, i + 1)
        if word is None or word.prefix:
            return word, j
        return Word((*word.readings, ("ben", word.core)), word.article), j
    if i and _DIN.match(token):
        return Word((("+din", token),)), i + 1
    if token in _ARTICLES or _is_sun(token, tokens[i + 1]):
        if i and _DIN.match(tokens[i + 1]):
            return Word((("+din", token),)), i + 2
        word = single(tokens[i + 1])
        return Word(word.readings, article=True), i + 2
    if token.endswith("ul") and known_as(token[:-2]) and not known_as(token):
        token = token[:-2]  # Zainul Abidin
    return single(token), i + 1


def _is_sun(token: str, following: str) -> bool:
    found = _SUN.match(token)
    return found is not None and following.startswith(found[1])


def _core_after(tokens: list[str], j: int) -> tuple[str, int]:
    """The name after Abd or Abu, its article left out."""
    while j + 1 < len(tokens) and (tokens[j] in _ARTICLES or _is_sun(tokens[j], tokens[j + 1])):
        j += 1
    return single(tokens[j]).core, j + 1


def _abd_core(core: str) -> str:
    if core == _GOD_OF or _ILAH.match(core):
        return _GOD_OF
    return "الله" if _ALLAH.match(core) or core in ("لله", "الله", "له") else core


@lru_cache(maxsize=65536)
def single(token: str) -> Word:
    """The readings of one written token."""
    if len(token) == 1:
        return Word((("", token),), initial=True)
    return _single_arabic(token) if is_arabic(token) else _single_latin(token)


def _single_arabic(token: str) -> Word:
    if token in {"عبدلله", "عبدالله"}:
        return Word((("abd", "الله"),))
    if token.startswith("عبدال") and len(token) > 6:
        return Word((("abd", _abd_core(token[5:])),))
    readings: list[tuple[str, str]] = []
    article = (
        token.startswith("ال") and len(token) > 4 and not known_as(token) and token not in _GOD
    )
    core = token[2:] if article else token
    if core.endswith("الدين") and len(core) > 6:
        readings.append(("din", core[:-5]))
    if core.endswith("الله") and len(core) > 5:
        readings.append(("allah", core[:-4]))
    for start in ("ابوال", "ابو", "بوال", "بو"):
        if core.startswith(start) and len(core) - len(start) > 1:
            reading = ("abu", core[len(start) :])
            if start.startswith("ا"):
                readings.insert(0, reading)
            else:
                readings.append(reading)
            break
    readings.append(("", core))
    if core.startswith("بن") and len(core) > 4:
        readings.append(("ben", core[2:]))
    return Word(tuple(readings), article=article)


_ABBREVIATIONS = dict(map(str.split, data_lines("abbreviations.txt")))


def _single_latin(token: str) -> Word:
    if token in _ABBREVIATIONS:
        return Word((("", _ABBREVIATIONS[token]),))
    found = _ABD_LATIN.match(token)
    if found and not known_as(token):
        return Word(tuple(("abd", core) for core in _abd_cores(found[1])))
    readings = [("", token)]
    article = token[:2] in ("al", "el") and len(token) > 4 and not known_as(token)
    if article:
        readings.insert(0, ("", token[2:].strip("'")))
    core = readings[0][1]
    if (sun := _SUN_JOINED.match(core)) and not known_as(core):
        readings.insert(0, ("", sun[2]))
    if (joined := _MAGHREBI.match(token)) and not known_as(token):
        readings += [("", joined[1]), ("", joined[2])]
    for prefix, pattern in _JOINED:
        if (found := pattern.match(core)) and not (prefix == "din" and len(core) < 7):
            readings.append((prefix, found[1] or ""))
    return Word(tuple(readings), article=article)


def _abd_cores(rest: str) -> list[str]:
    if _ILAH.match(rest):
        return [_GOD_OF]
    if _ALLAH.match(rest):
        return ["الله"]
    found = _ABD_CORE.match(rest)
    cores = [found[2]] if found else [rest]
    if rest[1:2] == "l" and rest[2:3] != "l":
        cores.append(rest[1:])  # Abdulatif: one l for two
    return cores
