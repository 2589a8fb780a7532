"""A second opinion on the intent, learned from labelled messages: words, pairs and word parts.

A linear model (multinomial logistic regression) over words and over marks, that is what a message
does whatever its words (`marks.py`). It leans the scale where the rules hesitate; the rules remain
the first reader. Weights: `data/opinion.tsv`, written by `manage.py train_opinion`.
"""

import math
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from leads.normalize.lexicon import read_rows

INTENTS = (
    "quote_request", "purchase", "support", "complaint", "job", "partnership", "spam", "other",
)  # fmt: skip
WEIGHTS = Path(__file__).parent / "data" / "opinion.tsv"
BIAS = "<bias>"
Weights = Mapping[str, tuple[int, ...]]
SCALE = 20  # weights are kept as whole numbers of this fraction
MARK_SHARE = 0.2  # what a mark weighs; the words of a message share 1 / square root of their number
_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_PHONE = re.compile(r"\+?\d[\d ().-]{7,28}\d")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!]+")
_LONGEST, _MOST_WORDS = 1500, 160  # what is read: characters, then words
_PART_LENGTHS = (4, 5)
_SYLLABIC, _SYLLABIC_LENGTHS = "\u2e80", (2, 3)  # from here on a letter is a syllable or a word


def features(folded: str) -> set[str]:
    """Return what the model sees of a folded text; numbers and addresses only by their kind."""
    text = _ADDRESS.sub(lambda m: " emailx " if "@" in m[0] else " urlx ", folded[:_LONGEST])
    text = _NUMBER.sub("0", _PHONE.sub(" phonex ", text))
    words = _TOKEN.findall(text)[:_MOST_WORDS]
    found = {word for word in words if len(word) > 1}
    found.update(f"{left} {right}" for left, right in pairwise(words))
    for word in words:
        if len(word) >= _PART_LENGTHS[0] or word[0] >= _SYLLABIC:
            found.update(_parts(word))
    return found


@lru_cache(maxsize=20_000)
def _parts(word: str) -> tuple[str, ...]:
    padded = f"_{word}_"
    return tuple(
        f"~{padded[start : start + length]}"
        for length in (_SYLLABIC_LENGTHS if word[0] >= _SYLLABIC else _PART_LENGTHS)
        for start in range(len(padded) - length + 1)
    )


@lru_cache(maxsize=1)
def _weights() -> Weights:
    return {row[0]: tuple(map(int, row[1].split(","))) for row in read_rows(WEIGHTS)}


def shares(words: Collection[str], marks: Collection[str]) -> list[tuple[str, float]]:
    """Return each feature with its part in the score; words share what marks have in full."""
    share = 1 / math.sqrt(len(words)) if words else 0.0
    return [(name, share) for name in words] + [(name, MARK_SHARE) for name in marks]


def read_opinion(
    folded: str, marks: Collection[str] = (), weights: Weights | None = None
) -> Mapping[str, float]:
    """Return the log-probability of each intent, from a folded text and its marks.

    `weights` are those of `learning.learn`; those that ship unless given.
    """
    table = _weights() if weights is None else weights
    words = [table[name] for name in features(folded) if name in table]
    marked = [table[name] for name in marks if name in table]
    share = 1 / (SCALE * math.sqrt(len(words))) if words else 0.0
    scores = [base / SCALE for base in table[BIAS]]
    for rows, part in ((words, share), (marked, MARK_SHARE / SCALE)):
        for index, column in enumerate(zip(*rows, strict=True)):
            scores[index] += part * sum(column)
    top = max(scores)
    total = top + math.log(sum(math.exp(score - top) for score in scores))
    return {name: score - total for name, score in zip(INTENTS, scores, strict=True)}


def odds(log_probability: float) -> float:
    """Return the log-odds of what a log-probability says."""
    return log_probability - math.log(max(1e-9, -math.expm1(min(log_probability, -1e-9))))
