"""Choosing: the first rule whose conditions hold and that has somebody to give the lead to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .conditions import Facts, holds

VERSION = "1"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A colleague as routing sees them."""

    id: int
    name: str
    is_available: bool
    open_leads: int
    capacity: int


@dataclass(frozen=True, kw_only=True)
class RuleSpec:
    """A rule as routing sees it; `people` are those of its team, or its one person."""

    id: int | None
    name: str
    version: int
    conditions: Sequence[Mapping[str, Any]]
    method: str
    people: Sequence[Person]
    team_id: int | None = None
    branch_id: int | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    last_person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Who gets the lead. Without a person it waits in the fallback queue of its branch."""

    rule: RuleSpec | None
    person: Person | None
    candidates: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    confidence: float


def choose(facts: Facts, rules: Sequence[RuleSpec]) -> Choice:
    """Try the rules in order; a rule without a free person is passed over, and that is said."""
    passed: list[dict[str, Any]] = []
    for rule in rules:
        if not _fits(rule, facts):
            continue
        free = [person for person in rule.people if _is_free(person)]
        if free:
            return _chosen(rule, free, facts, passed)
        passed.append(_reason("nobody_free", weight=0, rule=rule.name))
    return Choice(
        rule=None,
        person=None,
        candidates=[],
        reasons=[*passed, _reason("fallback")],
        confidence=0.0,
    )


def _fits(rule: RuleSpec, facts: Facts) -> bool:
    """Return True when every condition holds; a rule with broken conditions fits nothing."""
    conditions: Any = rule.conditions
    is_readable = isinstance(conditions, list | tuple)
    return is_readable and all(holds(condition, facts) for condition in conditions)


def _is_free(person: Person) -> bool:
    return person.is_available and person.open_leads < person.capacity


def _chosen(
    rule: RuleSpec, free: list[Person], facts: Facts, passed: list[dict[str, Any]]
) -> Choice:
    ordered = sorted(free, key=lambda person: (_burden(rule, person, free), person.id))
    scored = [(_score(rule, person, free), person) for person in ordered]
    best, person = scored[0]
    return Choice(
        rule=rule,
        person=person,
        candidates=[_candidate(score, other) for score, other in scored[:10]],
        reasons=[*_condition_reasons(rule, facts), *_method_reasons(rule, person, free), *passed],
        confidence=_confidence(best, scored),
    )


def _score(rule: RuleSpec, person: Person, free: list[Person]) -> float:
    """Between 0 and 100, the more the better; two whose burdens hardly differ may share a score."""
    return round(100.0 * max(0.0, 1 - _burden(rule, person, free)), 2)


def _burden(rule: RuleSpec, person: Person, free: list[Person]) -> float:
    """From 0 on, the least gets the lead: work at hand by the person's weight, or their turn."""
    if rule.method == "person":
        return 0.0
    if rule.method == "round_robin":
        last = rule.last_person_id or 0
        turn = sorted((other.id <= last, other.id) for other in free)
        return turn.index((person.id <= last, person.id)) / len(turn)
    return person.open_leads / max(1, person.capacity) / _weight(rule, person)


def _weight(rule: RuleSpec, person: Person) -> float:
    """The person's share against the others', 1 where none (or no number) is given."""
    weights: Any = rule.weights
    given = weights.get(str(person.id)) if isinstance(weights, Mapping) else None
    try:
        weight = float(1 if given is None else given)
    except (TypeError, ValueError, OverflowError):
        return 1.0
    return min(max(weight, 0.01), 100.0) if weight == weight else 1.0  # NaN differs from itself


def _candidate(score: float, person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "score": score,
        "open_leads": person.open_leads,
        "capacity": person.capacity,
    }


def _confidence(best: float, scored: list[tuple[float, Person]]) -> float:
    """How clear the choice is: certain for one candidate, less the closer the runner-up is."""
    if len(scored) == 1:
        return 0.95
    lead = best - scored[1][0]
    return round(min(0.95, 0.6 + lead / 100), 2)


def _condition_reasons(rule: RuleSpec, facts: Facts) -> list[dict[str, Any]]:
    if not rule.conditions:
        return [_reason("catch_all", weight=5)]
    share = round(60 / len(rule.conditions))
    return [
        _reason(
            "matched",
            weight=share,
            field=condition["field"],
            value=str(getattr(facts, str(condition["field"]))),
        )
        for condition in rule.conditions
    ]


def _method_reasons(rule: RuleSpec, person: Person, free: list[Person]) -> list[dict[str, Any]]:
    if rule.method == "person":
        return [_reason("named", weight=30)]
    if rule.method == "round_robin":
        return [_reason("in_turn", weight=20, count=len(free))]
    return [
        _reason("load", weight=20, open_leads=person.open_leads, capacity=person.capacity),
        _reason("of_free", weight=10, count=len(free)),
    ]


def _reason(code: str, *, weight: int = 0, **params: Any) -> dict[str, Any]:
    return {"code": code, "weight": weight, "params": params}
