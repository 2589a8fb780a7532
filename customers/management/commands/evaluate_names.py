"""Measure the name matcher on labelled pairs."""

import json
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.matching import THRESHOLD, Kind, match_names, name_keys


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two names and whether a person judged them the same."""

    a: str
    b: str
    kind: Kind
    same: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the matcher said of one pair."""

    pair: LabelledPair
    matched: bool
    shares_key: bool


class Command(BaseCommand):
    """`manage.py evaluate_names FILE.jsonl [--json]`; needs no database."""

    help = (
        "Compare the name matcher with labelled pairs: JSON lines with a, b, kind "
        "(person or company) and same."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and the form of the answer."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures. Raises CommandError for an unreadable file or a bad line."""
        pairs = read_pairs(options["file"])
        started = time.perf_counter()
        matched = [match_names(p.a, p.b, kind=p.kind).score >= THRESHOLD for p in pairs]
        seconds = time.perf_counter() - started
        outcomes = [
            Outcome(pair, hit, _share_key(pair)) for pair, hit in zip(pairs, matched, strict=True)
        ]
        figures = measure(outcomes) | {"us_per_pair": round(seconds / len(pairs) * 1e6, 1)}
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name:16} {value}")


def read_pairs(path: Path) -> list[LabelledPair]:
    """The pairs of a JSON-lines file. Raises CommandError naming the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise CommandError(f"Cannot read {path}: {error}") from error
    pairs = [_read_line(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    if not pairs:
        raise CommandError(f"{path} holds no pairs")
    return pairs


def _read_line(line: str, number: int) -> LabelledPair:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"Line {number} is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise CommandError(f"Line {number} is not an object")
    for field in ("a", "b"):
        if not isinstance(row.get(field), str):
            raise CommandError(f'Line {number}: "{field}" must be text')
    kind, same = row.get("kind"), row.get("same")
    if kind not in ("person", "company"):
        raise CommandError(f'Line {number}: "kind" must be "person" or "company"')
    if not isinstance(same, bool):
        raise CommandError(f'Line {number}: "same" must be true or false')
    return LabelledPair(row["a"], row["b"], kind, same)


def _share_key(pair: LabelledPair) -> bool:
    keys = name_keys(pair.a, kind=pair.kind)
    return not set(keys).isdisjoint(name_keys(pair.b, kind=pair.kind))


def measure(outcomes: list[Outcome]) -> dict[str, float]:
    """Precision, recall and f1 at the product's threshold, and recall of the blocking keys."""
    same = [o for o in outcomes if o.pair.same]
    hits = sum(o.matched for o in same)
    claimed = sum(o.matched for o in outcomes)
    precision = hits / claimed if claimed else 1.0
    recall = hits / len(same) if same else 1.0
    total = precision + recall
    return {
        "pairs": len(outcomes),
        "threshold": THRESHOLD,
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / total, 4) if total else 0.0,
        "blocking_recall": round(sum(o.shares_key for o in same) / max(len(same), 1), 4),
    }
