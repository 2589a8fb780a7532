"""The outward signs of unsolicited messages: links, handles, posted prices, keyboard noise."""

import re
from collections.abc import Sequence

from leads.normalize.words import Word

LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![@\w.-])[a-z0-9][\w-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\S+|"
    r"(?<![@\w.-])[a-z0-9]*-[\w-]*\.[a-z]{2,}\b"
)
HANDLE = re.compile(r"(?<![\w.])@[a-z]\w{3,}\b(?!\.)")
PERCENT = re.compile(r"\d\s?%")
POSTED_PRICE = re.compile(
    r"(?:\d\s?(?:ريال|جنيه|درهم|دينار|دولار|usd|aed|sar|egp|\$|€)|[$€£]\s?\d)"
)
NEEDS = re.compile(
    r"\b[وف]?(?:محتاج\w*|عايز\w*|عاوز\w*|نحتاج|احتاج|بحاجه|نبي|ابي|ابا|نبا|ابغ\w*|نبغ\w*|بدي|بدنا|"
    r"نريد|اريد|نرغب|ارغب|نود|اود|مطلوب|بغيت|بغينا|نحب|ودي|حابب|حابين|ناوي\w*|"
    r"need|we require|requirement|looking for|kindly quote|please quote|could you quote|rfq|"
    r"want|interested in|3a[yw]e?z\w*|me7tag\w*|m7tag\w*|baddi|badna|abi|abgha)\b"
)
_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "ضصثقفغعهخحجد", "شسيبلاتنمكط")
_TYPED_TO_TEST = {"test", "testing", "qwe", "asd", "zxc", "تست", "lorem", "ipsum", "dolor"}
_LAUGHTER = {"ه", "h", "5", "x", "خ"}  # "هههه" laughs, "xxx" kisses
_UNHEARD = re.compile(
    "q[wpkqbz]|[wpjkbz]q|zx|xz|xc|cx|vx|xv|xj|jx|[kfvz]j|j[kfvz]|[mz]xn|lsk|zm[xn]"
)
_SYLLABLE = re.compile(r"(\w{2,3})\1+$")


def _runs_along_the_keyboard(word: str) -> bool:
    """Whether most of a word is neighbouring keys: "asdkjh", "lkjlkj"."""
    runs, index = 0, 0
    while index <= len(word) - 3:
        part = word[index : index + 3]
        is_run = any(part in row or part in row[::-1] for row in _KEYBOARD_ROWS)
        runs, index = (runs + 3, index + 3) if is_run else (runs, index + 1)
    is_spoken = any(char in "aeiouyاوي" for char in word)
    return runs >= 0.75 * len(word) and (len(word) >= 4 or (len(word) >= 3 and not is_spoken))


def _is_noise(text: str) -> bool:
    if _runs_along_the_keyboard(text):
        return True
    if not text.isascii() or not text.isalpha() or len(text) < 4:
        return False
    vowels = sum(char in "aeiouy" for char in text)
    return (
        (vowels == 0 and len(text) > 4)
        or bool(_UNHEARD.search(text))
        or vowels / len(text) < 0.12
        or bool(re.search(r"[bcdfghjklmnpqrstvwxz]{6}", text))
        or (len(text) >= 6 and bool(_SYLLABLE.match(text)))
    )


def _is_held_key(word: Word) -> bool:
    """Whether one key was held: "kkkk", of which one letter is kept as the word's text."""
    return len(word.text) == 1 and word.end - word.start > 2 and word.text not in _LAUGHTER


def is_nonsense(words: Sequence[Word]) -> bool:
    """Whether most words are typed at random: keyboard runs, one letter, no vowels."""
    spoken = [word for word in words if not word.is_number]
    noise = {word for word in spoken if _is_held_key(word) or _is_noise(word.text)}
    typed = {word for word in spoken if word.text in _TYPED_TO_TEST or len(word.text) == 1} - noise
    is_only_typed = len(typed) > 1 and any(len(word.text) > 1 for word in typed)
    return (bool(noise) or is_only_typed) and len(noise) + len(typed) >= 0.6 * len(spoken)
