"""Words as sequences of sounds, the same alphabet for both scripts.

Latin spellings are read loosely (Egyptian, Gulf, Levantine, French and chat digits). Arabic
letters that stand for several sounds keep a symbol of their own (A ا, W و, Y ي, E ع, T ة), as does
a last h of the Latin side (H: ح, ه or the ة of Fatimah); `distance` knows what each may be.
"""

import re
from functools import lru_cache

from .text import is_arabic

_CHAT = {"3'": "gh", "7'": "kh", "6'": "z", "9'": "d", "2": "", "3": "E", "4": "dh", "5": "kh",
         "6": "t", "7": "h", "8": "q", "9": "s", "0": "o", "1": ""}  # fmt: skip
# Longest first. Values are symbols: x kh, X gh, S sh, P th, D dh, I ee, U oo/ou, O long a.
_LATIN = [
    ("tsch", "S"), ("tch", "S"), ("sch", "S"), ("sh", "S"), ("ch", "S"), ("kh", "x"), ("gh", "X"),
    ("th", "P"), ("dh", "D"), ("ph", "f"), ("dj", "j"), ("zh", "z"), ("ck", "k"), ("cq", "k"),
    ("gue", "ge"), ("gui", "gi"), ("ce", "se"), ("ci", "si"), ("cy", "si"),
    ("aa", "O"), ("ee", "I"), ("ii", "I"), ("oo", "U"), ("uu", "U"),
    ("x", "ks"), ("c", "k"), ("p", "b"), ("v", "f"),
]  # fmt: skip
_LATIN_MAP = dict(_LATIN)
_LATIN_RE = re.compile("|".join(key for key, _ in _LATIN))
_ARABIC = str.maketrans(
    {"ا": "A", "ب": "b", "ت": "t", "ث": "P", "ج": "j", "ح": "h", "خ": "x", "د": "d", "ذ": "D",
     "ر": "r", "ز": "z", "س": "s", "ش": "S", "ص": "s", "ض": "V", "ط": "t", "ظ": "Z", "ع": "E",
     "غ": "X", "ف": "f", "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "W",
     "ي": "Y"}
)  # fmt: skip
_NOT_SOUND = re.compile("[^a-zA-Z]")
_DOUBLE = re.compile(r"(.)\1+")
_DOUBLE_VOWEL = re.compile("([AWY])\\1+")  # Arabic writes a doubled consonant once
_OU = re.compile("ou(?=[aeiO])")  # French: Oualid, Bouazza, Houari
_IE = re.compile("ie(?![aeiouy])")


@lru_cache(maxsize=65536)
def sounds(word: str) -> str:
    """The sound symbols of one plain word (see `text.plain`); empty for no letters."""
    return _arabic(word) if is_arabic(word) else _latin(word)


def _arabic(word: str) -> str:
    coded = word.translate(_ARABIC)
    if coded.endswith("h") and word.endswith("ه") and len(coded) > 2:
        coded = coded[:-1] + "T"
    return _DOUBLE_VOWEL.sub(r"\1", _NOT_SOUND.sub("", coded))


def _latin(word: str) -> str:
    if any(c.isdigit() for c in word):
        for digit, letters in _CHAT.items():
            word = word.replace(digit, letters)
    word = word.replace("'", "")
    word = _OU.sub("w", word)
    if word.startswith("chris"):
        word = "k" + word[2:]  # Christine, but not Chraibi
    if word.endswith("oine"):
        word = word[:-4] + "wan"  # Antoine
    if word.endswith("ei"):
        word = word[:-1] + "Ei"  # Shafei, Refaei: the ayn is heard
    word = _IE.sub("I", word.replace("ou", "U"))
    coded = _LATIN_RE.sub(lambda found: _LATIN_MAP[found.group()], word)
    coded = re.sub("y(?![aeiouOIU])", "i", coded)  # Aly, Aymen: a vowel unless one follows
    coded = _DOUBLE.sub(r"\1", _NOT_SOUND.sub("", coded))
    if len(coded) > 2 and coded[-1] == "h" and coded[-2] in "aeiouOIU":
        coded = coded[:-1] + "H"
    return coded


_CLASSES = str.maketrans(
    {"q": "k", "g": "k", "X": "k", "j": "k", "P": "t", "D": "d", "V": "d", "Z": "d", "z": "d",
     **dict.fromkeys("aeiouOIUAWYETywEH", "")}
)  # fmt: skip


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """Classes of the consonants in order of the alphabet, each once: an equality key.

    Sorting makes a key survive exchanged and doubled letters. Final h goes (ة, Salah/Saleh); a
    first w or y stays. Sounds that spellings mix share a class (g j q k gh; d dh z).
    """
    coded = sounds(word)
    first = {"w": "w", "W": "w", "y": "y", "Y": "y"}.get(coded[:1], "")
    if coded[-1:] == "h":
        coded = coded[:-1]
    return first + "".join(sorted(set(coded.translate(_CLASSES))))
