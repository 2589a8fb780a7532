"""How far apart two words sound: 0 the same, about 1 for one other consonant."""

from functools import lru_cache

from .sounds import sounds
from .text import data_lines, is_arabic

VOWELS = frozenset("aeiouOIU")
FAR = 9.0  # never the same sound
_PAIRS = {"S": "sh", "P": "th", "D": "dh", "x": "kh", "X": "gh"}  # Fathi: t and h, not th


def _table() -> dict[tuple[str, str], float]:
    """Cost of reading one symbol as another; both directions, absent means 1 or more."""
    rows = " ".join(data_lines("sounds.txt")).split()
    found: dict[tuple[str, str], float] = {}
    for pair, cost in zip(rows[::2], rows[1::2], strict=True):
        found[pair[0], pair[1]] = found[pair[1], pair[0]] = float(cost)
    return found


_COST = _table()
_DROP_LATIN = {"a": 0.3, "e": 0.15, "i": 0.2, "o": 0.25, "u": 0.25, "O": 0.7, "I": 0.6, "U": 0.6,
               "y": 0.6, "w": 0.7, "E": 0.05, "h": 0.8, "H": 0.02}  # fmt: skip
# Against unvocalised Arabic a short vowel of the Latin side has no letter.
_DROP_BESIDE_ARABIC = {"a": 0.01, "e": 0.01, "i": 0.02, "o": 0.03, "u": 0.03, "O": 0.2, "I": 0.4,
                       "U": 0.2, "y": 0.5, "w": 0.6, "E": 0.05, "h": 0.8, "H": 0.02}  # fmt: skip
_DROP_ARABIC = {"A": 0.6, "W": 0.6, "Y": 0.6, "E": 0.06, "T": 0.9}
_FINAL_ARABIC = {"A": 0.8, "W": 0.5, "Y": 0.9, "E": 0.06, "T": 0.9}


def _drops(word: str, other_arabic: bool) -> list[float]:
    """Cost of leaving out each symbol of a word; its last and first vowels weigh more."""
    base = _DROP_BESIDE_ARABIC if other_arabic else _DROP_LATIN
    last = len(word) - (2 if word[-1] == "H" else 1)
    costs = [_DROP_ARABIC.get(c, base.get(c, 1.0)) for c in word]
    for i, symbol in enumerate(word):
        if symbol in "aeiouIU" and i and word[i - 1] in "aei":
            costs[i] = min(costs[i], 0.15)  # a glide written twice: Hussein, Hussin
        if symbol in "ae" and word[i + 1 : i + 2] in ("w", "y", "i", "u", "U"):
            costs[i] = min(costs[i], 0.05)  # a diphthong written as one vowel: Dawsari, Dosari
        if symbol in "eiu" and word[i - 1 : i] == "O":
            costs[i] = 0.4  # Said is no Saad
        if symbol == "Y" and i == 1 and word[0] == "A":
            costs[i] = 0.1  # إيهاب: the two letters are one vowel
    if word[-2:] == "eH":
        costs[-1] = 0.15  # Ghazaleh is no Ghazal
    if last > 0:
        final = word[last]
        if final in "aiIOuU":
            costs[last] = 1.0
        elif final in "eo":
            costs[last] = 0.45 if final == "o" else 0.1 if word[-1] == "e" else 0.35
        elif final in _FINAL_ARABIC:
            costs[last] = _FINAL_ARABIC[final]
        if word[0] in VOWELS or word[0] == "A":
            costs[0] = 0.4 if word[0] in "eiIA" else 0.6
    return costs


@lru_cache(maxsize=131072)
def distance(a: str, b: str) -> float:
    """Least cost of reading one plain word as the other (symmetric); `FAR` without letters."""
    x, y = sounds(a), sounds(b)
    if x == y:
        return 0.0 if x else FAR
    if not x or not y:
        return FAR
    return _align(x, y, _drops(x, is_arabic(b)), _drops(y, is_arabic(a)))


def _align(a: str, b: str, drop_a: list[float], drop_b: list[float]) -> float:
    """Edit distance with the costs above; a digraph may stand for its two letters."""
    cost = _COST
    before: list[float] = []
    row = [0.0]
    for d in drop_b:
        row.append(row[-1] + d)
    for i, x in enumerate(a):
        above, row = row, [row[0] + drop_a[i]]
        pair_x = _PAIRS.get(x)
        for j, y in enumerate(b):
            if x == y:
                best = above[j]
            else:
                best = above[j] + cost.get((x, y), 1.2)
                if i == 0 and j == 0 and x in "AaeiouOIU" and y in "AaeiouOIU" and "A" in (x, y):
                    best = above[j]  # a first alef carries any vowel
                elif i == 0 and j == 0 and x in "eiI" and y in "eiI":
                    best = 0.05  # Eman, Iman
            best = min(best, above[j + 1] + drop_a[i], row[j] + drop_b[j])
            if pair_x and j and b[j - 1 : j + 1] == pair_x:
                best = min(best, above[j - 1] + 0.05)
            if i and y in _PAIRS and a[i - 1 : i + 1] == _PAIRS[y]:
                best = min(best, before[j] + 0.05)
            row.append(best)
        before = above
    return row[-1]
