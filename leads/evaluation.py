"""How well messages are understood, measured on a file of labelled ones.

One JSON object a line: `text`, `default_region`, `labels`, and where a label is honestly
ambiguous `also_ok`, a map of field → further accepted values.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .interpret import doubted, interpret
from .normalize import Candidate, extract
from .normalize.folding import fold

SURE = 0.5  # a candidate below this is a suggestion, not an answer
SINGLE_FIELDS = (
    "person_name", "company", "country", "region", "city", "product_category", "quantity",
    "budget_amount", "budget_currency", "budget",
)  # fmt: skip
LIST_FIELDS = {"phones_e164": "phone", "emails": "email"}
ACCURACIES = ("language", "dialect", "intent", "urgency", "category")
_FREE_TEXT = {"person_name", "company", "region"}


class BadLabelledFile(ValueError):
    """The file or one of its lines cannot be used; the message names the line."""


@dataclass(slots=True)
class Tally:
    """True positives, false positives and false negatives of one field."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    def figures(self) -> dict[str, float]:
        """Return precision, recall and F1 (1.0 where there was nothing to find or say)."""
        precision = self.hits / (self.hits + self.wrong) if self.hits + self.wrong else 1.0
        recall = self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        return {
            "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4),
        }  # fmt: skip


@dataclass(slots=True)
class Evaluation:
    """Everything measured over a file, and where the answers differ from the labels."""

    rows: int = 0
    seconds: float = 0.0
    fields: dict[str, Tally] = field(default_factory=dict)
    spam: Tally = field(default_factory=Tally)
    right: dict[str, int] = field(default_factory=dict)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures: `fields`, `spam`, `accuracy`, `ms_per_message`, `rows`."""
        return {
            "rows": self.rows,
            "fields": {name: tally.figures() for name, tally in self.fields.items()},
            "spam": self.spam.figures(),
            "accuracy": {
                name: round(self.right.get(name, 0) / self.rows, 4) if self.rows else 0.0
                for name in ACCURACIES
            },
            "ms_per_message": round(self.seconds * 1000 / self.rows, 3) if self.rows else 0.0,
        }


def read_labelled(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a labelled file; raises BadLabelledFile naming the line at fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadLabelledFile(f"{path}: {error}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _checked(line, number)


def _checked(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLabelledFile(f"line {number}: not JSON: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadLabelledFile(f"line {number}: an object with a text is expected")
    if not isinstance(row.get("labels"), dict) or not isinstance(row.get("also_ok") or {}, dict):
        raise BadLabelledFile(f"line {number}: labels and also_ok must be objects")
    labels = row["labels"]
    quantity, lists = labels.get("quantity"), [labels.get(name) or [] for name in LIST_FIELDS]
    if not all(isinstance(values, list) for values in lists):
        raise BadLabelledFile(f"line {number}: emails and phones_e164 must be lists")
    if quantity is not None and not (
        isinstance(quantity, dict) and {"value", "unit"} <= set(quantity)
    ):
        raise BadLabelledFile(f"line {number}: quantity must have a value and a unit")
    if not isinstance(row.get("default_region") or "", str):
        raise BadLabelledFile(f"line {number}: default_region must be a country code")
    return row


def evaluate(rows: Iterator[dict[str, Any]]) -> Evaluation:
    """Understand every row's text and compare with its labels."""
    result = Evaluation(fields={name: Tally() for name in (*LIST_FIELDS, *SINGLE_FIELDS)})
    interpret("مرحبا", extract("مرحبا", region="EG"))  # tables are read outside the clock
    for row in rows:
        labels, also_ok = row["labels"], row.get("also_ok") or {}
        region, channel = row.get("default_region") or "EG", str(row.get("channel") or "")
        started = time.perf_counter()
        candidates = extract(row["text"], region=region, channel=channel)
        reading = interpret(row["text"], candidates, channel=channel, region=region)
        candidates = list(doubted(candidates, reading))
        result.seconds += time.perf_counter() - started
        result.rows += 1
        answers = answers_of(candidates)
        answers |= {
            "dialect": reading.dialect.value, "intent": reading.intent.value,
            "urgency": reading.urgency.value, "language": reading.language.value,
            "category": answers["product_category"],
        }  # fmt: skip
        _compare(result, row, answers, labels, also_ok)
        _compare_spam(result, row, reading.is_spam, bool(labels.get("is_spam")), also_ok)
    return result


def answers_of(candidates: list[Candidate]) -> dict[str, Any]:
    """Return one answer per labelled field: the most certain candidate, if it is sure."""
    best: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {"phone": [], "email": []}
    for candidate in candidates:
        if candidate.confidence >= SURE:
            best.setdefault(candidate.field, candidate.value)
            if candidate.field in lists:
                lists[candidate.field].append(candidate.value)
    budget = best.get("budget") or {}
    return {
        **{name: best.get(name) for name in SINGLE_FIELDS},
        **{name: lists[source] for name, source in LIST_FIELDS.items()},
        "budget_amount": budget.get("amount"),
        "budget_currency": budget.get("currency"),
        "budget": (budget.get("amount"), budget.get("currency")) if budget else None,
    }


def _compare(
    result: Evaluation,
    row: dict[str, Any],
    answers: dict[str, Any],
    labels: Mapping[str, Any],
    also_ok: Mapping[str, Any],
) -> None:
    for name in SINGLE_FIELDS:
        accepted = _accepted(name, labels, also_ok)
        _count(result, row, name, _comparable(name, answers[name], labels), accepted)
    for name in LIST_FIELDS:
        _count_list(
            result, row, name, answers[name], [labels.get(name) or [], *also_ok.get(name, [])]
        )
    for name in ACCURACIES:
        label = "product_category" if name == "category" else name
        if answers[name] in [labels.get(label), *also_ok.get(label, [])]:
            result.right[name] = result.right.get(name, 0) + 1
        else:
            _note(result, row, name, answers[name], labels.get(label))


def _comparable(name: str, value: Any, labels: Mapping[str, Any]) -> Any:
    if value is None:
        return None
    if name in _FREE_TEXT:
        return " ".join(fold(str(value)).split())
    if name == "quantity":
        return round(float(value["value"]), 3), value["unit"]
    if name == "budget":
        amount, currency = value
        return amount, currency if labels.get("budget_currency_stated") else None
    return value


def _accepted(name: str, labels: Mapping[str, Any], also_ok: Mapping[str, Any]) -> list[Any]:
    """Return the accepted answers, the label itself first."""
    if name == "budget":
        amount, currency = labels.get("budget_amount"), labels.get("budget_currency")
        values: list[Any] = [None if amount is None else (amount, currency)]
        values += [None if a is None else (a, currency) for a in also_ok.get("budget_amount", [])]
    else:
        values = [labels.get(name), *also_ok.get(name, [])]
    if name == "quantity" and labels.get("quantity"):
        label = labels["quantity"]
        units = [label["unit"], *also_ok.get("quantity.unit", [])]
        numbers = [label["value"], *also_ok.get("quantity.value", [])]
        values += [{"value": n, "unit": u} for n in numbers for u in units]
    return [_comparable(name, value, labels) for value in values]


def _count(
    result: Evaluation, row: dict[str, Any], name: str, answer: Any, accepted: list[Any]
) -> None:
    tally = result.fields[name]
    if answer in accepted:
        tally.hits += answer is not None
        return
    tally.wrong += answer is not None
    tally.missed += accepted[0] is not None
    _note(result, row, name, answer, accepted[0])


def _count_list(
    result: Evaluation, row: dict[str, Any], name: str, answer: list[Any], accepted: list[list[Any]]
) -> None:
    label = max(
        accepted, key=lambda values: len(set(values) & set(answer)) - len(set(values) ^ set(answer))
    )
    tally = result.fields[name]
    tally.hits += len(set(label) & set(answer))
    tally.wrong += len(set(answer) - set(label))
    tally.missed += len(set(label) - set(answer))
    if set(answer) != set(label):
        _note(result, row, name, answer, label)


def _compare_spam(
    result: Evaluation, row: dict[str, Any], answer: bool, label: bool, also_ok: Mapping[str, Any]
) -> None:
    intents = also_ok.get("intent", [])
    is_open = "spam" in intents or answer in also_ok.get("is_spam", [])
    if answer and label:
        result.spam.hits += 1
    elif answer != label and not is_open:
        result.spam.wrong += answer
        result.spam.missed += label
        _note(result, row, "spam", answer, label)


def _note(result: Evaluation, row: dict[str, Any], name: str, answer: Any, label: Any) -> None:
    result.differences.append(
        {"id": row.get("id"), "field": name, "answer": answer, "label": label}
    )
