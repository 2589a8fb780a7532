"""Learning of the second opinion: logistic regression by adaptive gradient steps, reproducible.

The same examples in the same order give the same weights on every machine.
"""

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from leads.normalize import extract
from leads.normalize.document import read

from .marks import marks_of
from .opinion import BIAS, INTENTS, SCALE, Weights, features, shares
from .reading import Cues

_REGION = "EG"  # only phones without a country are read by it
_ROUNDS, _STEP, _DECAY = 24, 0.3, 2e-5
_SEEN_AT_LEAST = 2  # messages a feature must stand in to be learned from
_SMALLEST = 5  # kept weights, in fractions of 1 / SCALE

_Rows = dict[str, list[float]]
_Seen = list[tuple[str, float]]  # features with their part in the score


def seen(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words and the marks the opinion is formed on."""
    document, candidates = read(text), extract(text, region=_REGION)
    return (
        frozenset(features(document.folded.text)),
        marks_of(Cues(document, candidates), candidates),
    )


def _known(examples: Iterable[tuple[str, str]]) -> list[tuple[_Seen, int]]:
    found = [(*seen(text), INTENTS.index(intent)) for intent, text in examples]
    counts = Counter(name for words, marks, _intent in found for name in words | marks)
    often = {name for name, count in counts.items() if count >= _SEEN_AT_LEAST}
    return [
        (shares(sorted(words & often), sorted(marks & often)), intent)
        for words, marks, intent in found
    ]


def _errors(rows: _Rows, parts: _Seen, bias: Sequence[float], intent: int) -> list[float]:
    scores = list(bias)
    for name, share in parts:
        scores = [score + share * value for score, value in zip(scores, rows[name], strict=True)]
    powers = [math.exp(score - max(scores)) for score in scores]
    errors = [power / sum(powers) for power in powers]
    errors[intent] -= 1.0
    return errors


def learn(examples: Iterable[tuple[str, str]]) -> Weights:
    """Return the weights of every feature (and the bias) from pairs of intent and text."""
    data, order = _known(examples), random.Random(1)
    width = len(INTENTS)
    weights: _Rows = {name: [0.0] * width for parts, _ in data for name, _share in parts}
    steps: _Rows = {name: [0.1] * width for name in weights}
    bias = [0.0] * width
    for _round in range(_ROUNDS):
        order.shuffle(data)
        for parts, intent in data:
            errors = _errors(weights, parts, bias, intent)
            bias = [base - 0.02 * error for base, error in zip(bias, errors, strict=True)]
            for name, share in parts:
                _move(weights[name], steps[name], errors, share)
    return _rounded(weights, bias)


def _move(row: list[float], steps: list[float], errors: Sequence[float], share: float) -> None:
    for index, error in enumerate(errors):
        slope = error * share + _DECAY * row[index]
        steps[index] += slope * slope
        row[index] -= _STEP * slope / math.sqrt(steps[index])


def _rounded(weights: _Rows, bias: Sequence[float]) -> dict[str, tuple[int, ...]]:
    whole = {name: tuple(round(SCALE * value) for value in row) for name, row in weights.items()}
    kept = {name: row for name, row in whole.items() if max(map(abs, row)) >= _SMALLEST}
    return {BIAS: tuple(round(SCALE * base) for base in bias), **dict(sorted(kept.items()))}


def write_weights(weights: Mapping[str, Sequence[int]], path: Path) -> None:
    """Write the weights as the table `opinion.read_opinion` reads."""
    lines = ["# feature\tweights, in the order of the intents, written by train_opinion"]
    lines += [f"{name}\t{','.join(map(str, row))}" for name, row in weights.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
