"""Learning of the second opinion: logistic regression by adaptive gradient steps, reproducible.

The same examples in the same order give the same weights on every machine.
"""

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from leads.normalize.folding import fold

from .opinion import INTENTS, SCALE, features

_ROUNDS, _STEP, _DECAY = 25, 0.3, 1e-4
_SEEN_AT_LEAST = 2  # messages a feature must stand in to be learned from
_SMALLEST = 5  # kept weights, in fractions of 1 / SCALE

_Rows = dict[str, list[float]]


def _known(examples: Iterable[tuple[str, str]]) -> list[tuple[list[str], int]]:
    read = [(features(fold(text)), INTENTS.index(intent)) for intent, text in examples]
    counts = Counter(name for names, _intent in read for name in names)
    return [
        (sorted(name for name in names if counts[name] >= _SEEN_AT_LEAST), intent)
        for names, intent in read
    ]


def _errors(rows: Sequence[Sequence[float]], bias: Sequence[float], intent: int) -> list[float]:
    share = 1 / math.sqrt(len(rows)) if rows else 0.0
    scores = [base + share * sum(row[i] for row in rows) for i, base in enumerate(bias)]
    powers = [math.exp(score - max(scores)) for score in scores]
    errors = [power / sum(powers) for power in powers]
    errors[intent] -= 1.0
    return errors


def learn(examples: Iterable[tuple[str, str]]) -> Mapping[str, tuple[int, ...]]:
    """Return the weights of every feature (and `<bias>`) from pairs of intent and text."""
    data, order = _known(examples), random.Random(1)
    width = len(INTENTS)
    weights: _Rows = {name: [0.0] * width for names, _ in data for name in names}
    steps: _Rows = {name: [0.1] * width for name in weights}
    bias = [0.0] * width
    for _round in range(_ROUNDS):
        order.shuffle(data)
        for names, intent in data:
            errors = _errors([weights[name] for name in names], bias, intent)
            share = 1 / math.sqrt(len(names)) if names else 0.0
            bias = [base - 0.02 * error for base, error in zip(bias, errors, strict=True)]
            for name in names:
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
    return {"<bias>": tuple(round(SCALE * base) for base in bias), **dict(sorted(kept.items()))}


def write_weights(weights: Mapping[str, Sequence[int]], path: Path) -> None:
    """Write the weights as the table `opinion.read_opinion` reads."""
    lines = ["# feature\tweights, in the order of the intents, written by train_opinion"]
    lines += [f"{name}\t{','.join(map(str, row))}" for name, row in weights.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
