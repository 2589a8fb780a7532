"""One word of a name: the readings it allows, and how alike two words are."""

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from .distance import distance
from .lexicon import known_as, slip_of, swapped, vocalised_distance
from .sounds import sounds
from .text import is_arabic

SAME, SOUNDS_ALIKE, SLIP, INITIAL = 1.0, 0.95, 0.75, 0.9
CROSS_LIMIT = 0.45  # distance of an unknown name written in the two scripts
LATIN_LIMIT = 0.35  # distance of two Latin spellings of an unknown name
OTHER_VOWEL = 0.25  # distance of Zaid and Ziad
_TWO_ATTRIBUTES = {"الله", "اله"}  # Abdullah and Abdulilah are two names, not a slip
_SLIP_LETTERS = 5  # shorter words are other names, not slips
_ARABIC_WEAK = frozenset("اوي")
_LATIN_WEAK = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its readings: (prefix, core) such as ("abd", "rahman") or ("", "qahtani")."""

    readings: tuple[tuple[str, str], ...]
    article: bool = False
    initial: bool = False

    @property
    def core(self) -> str:
        """The core of the first, likeliest reading."""
        return self.readings[0][1]

    @property
    def prefix(self) -> str:
        """The prefix of the first, likeliest reading."""
        return self.readings[0][0]


def likeness(a: Word, b: Word) -> float:
    """0 for other words, else SLIP, INITIAL, SOUNDS_ALIKE or SAME."""
    if a.initial or b.initial:
        return _initial_likeness(a, b)
    best = 0.0
    for prefix, core in a.readings:
        for other_prefix, other_core in b.readings:
            if prefix == other_prefix and {core, other_core} != _TWO_ATTRIBUTES:
                best = max(best, compare(core, other_core))
                if best < SLIP and prefix == "abd":
                    best = max(best, _attribute_likeness(core, other_core))
    return best


def _attribute_likeness(x: str, y: str) -> float:
    """After Abd attributes are few, so sound decides alone: Abdessalem is no Abd of Salem."""
    if distance(x, y) <= CROSS_LIMIT:
        return SOUNDS_ALIKE
    latin, other = (y, x) if is_arabic(x) else (x, y)
    return SLIP if not is_arabic(latin) and _swapped_near(latin, other) else 0.0


@lru_cache(maxsize=131072)
def compare(x: str, y: str) -> float:
    """Likeness of two plain words without prefix or article."""
    if x == y:
        return SAME
    names, other_names = known_as(x), known_as(y)
    if names and other_names:
        return SOUNDS_ALIKE if names & other_names and not _are_two(x, y) else 0.0
    if (slip_of(x) & other_names) or (slip_of(y) & names):
        return SLIP
    if is_arabic(x) and is_arabic(y):
        return SLIP if is_slip(x, y, _ARABIC_WEAK) else 0.0
    if is_arabic(x) != is_arabic(y):
        return _compare_scripts(*((x, y) if is_arabic(x) else (y, x)))
    if distance(x, y) <= LATIN_LIMIT:
        return SOUNDS_ALIKE
    return SLIP if is_slip(x, y, _LATIN_WEAK) else 0.0


def _are_two(x: str, y: str) -> bool:
    """Two Latin spellings that share a reading, but each has its own and they sound apart."""
    if is_arabic(x) or is_arabic(y) or known_as(x) == known_as(y):
        return False
    return distance(x, y) > OTHER_VOWEL


def _compare_scripts(arabic: str, latin: str) -> float:
    far = vocalised_distance(arabic, latin)
    if far is None or (arabic.endswith("ه") and latin.endswith("t")):
        far = distance(arabic, latin)  # Hebat Allah: the ending is heard before another name
    if far <= CROSS_LIMIT:
        return SOUNDS_ALIKE
    if far > 1.6 or len(latin) <= _SLIP_LETTERS or known_as(latin):
        return 0.0
    weak_letter = distance(arabic, latin) <= 0.65 and _same_end(arabic, latin)
    return SLIP if weak_letter or _swapped_near(latin, arabic) else 0.0


def _same_end(x: str, y: str) -> bool:
    return distance(x[-1], y[-1].replace("y", "i")) <= 0.1


def _swapped_near(latin: str, other: str) -> bool:
    """Whether exchanging two neighbours of the Latin word gives the other word."""
    return any(distance(other, word) <= 0.15 for word in swapped(latin))


def is_slip(x: str, y: str, weak: frozenset[str]) -> bool:
    """One exchange of neighbours, doubled letter or missing inner weak letter in a long word."""
    short, long = sorted((_undoubled(x), _undoubled(y)), key=len)
    if short == long:
        return True
    if len(long) < _SLIP_LETTERS or len(long) - len(short) > 1 or OSA.distance(short, long) > 1:
        return False
    if len(short) == len(long):
        return sorted(short) == sorted(long) and short[0] == long[0]
    at = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    inner = 0 < at < len(long) - 1
    return inner and ((long[at] in weak and len(long) > _SLIP_LETTERS) or len(long) > 7)


def _undoubled(word: str) -> str:
    return "".join(c for i, c in enumerate(word) if i == 0 or word[i - 1] != c)


_INITIALS = {
    **dict.fromkeys("aeiou", "AEaeiouOIU"),
    "k": "kqx", "q": "qk", "c": "ksS", "g": "jgXq", "j": "jg", "s": "sSP", "t": "tP", "d": "dDVZ",
    "z": "zZDV", "p": "b", "v": "fw", "w": "wW", "y": "yYi", "x": "xk",
    "A": "AaeiouOIUE", "E": "EaeiouOIU", "W": "Ww", "Y": "Yyi", "P": "Pts", "D": "Ddz", "V": "Vdz",
    "Z": "Zzd", "X": "Xg",
}  # fmt: skip


def _initial_likeness(a: Word, b: Word) -> float:
    letter, word = (a, b) if a.initial else (b, a)
    if letter.core == word.core:
        return INITIAL
    first = "a" if word.prefix in ("abd", "abu") and not word.initial else sounds(word.core)[:1]
    code = letter.core if letter.core.isascii() else sounds(letter.core)[:1]
    return INITIAL if first and code and first in _INITIALS.get(code, code) else 0.0
