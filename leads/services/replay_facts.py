"""Stage results as plain facts, so that two runs can be laid side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 300  # characters of one fact
Results = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Difference:
    """One fact that changed. Empty texts mean that a side had none."""

    stage: str
    fact: str
    before: str
    after: str


def differences(before: Results, after: Results) -> list[Difference]:
    """Return what differs between two runs, in the order of the stages. Pure; never fails."""
    found = []
    for stage in dict.fromkeys([*before, *after]):
        old, new = facts(stage, before.get(stage, {})), facts(stage, after.get(stage, {}))
        for fact in dict.fromkeys([*old, *new]):
            if old.get(fact, "") != new.get(fact, ""):
                found.append(Difference(stage, fact, old.get(fact, ""), new.get(fact, "")))
    return found


def facts(stage: str, result: Mapping[str, Any]) -> dict[str, str]:
    """Return a stage's result as fact → text; confidences and wording of reasons are no facts."""
    match stage:
        case "normalise":
            return _candidates(result.get("candidates"))
        case "interpret":
            return {name: _value(one) for name, one in result.items() if isinstance(one, dict)}
        case "deduplicate":
            near = ", ".join(str(one.get("of")) for one in _dicts(result.get("near")))
            named = {name: _text(result.get(name)) for name in ("open_lead", "customer")}
            return _filled({**named, "near": near})
        case "route":
            return _filled({name: _text(result.get(name)) for name in ("rule", "person")})
    return {}


def _candidates(rows: Any) -> dict[str, str]:
    """Per field every value, the most certain first."""
    found: dict[str, list[str]] = {}
    for row in sorted(_dicts(rows), key=lambda row: -_number(row.get("confidence"))):
        found.setdefault(_text(row.get("field")), []).append(_text(row.get("value")))
    return {name: "; ".join(values)[:LONGEST] for name, values in found.items()}


def _value(reading: Mapping[str, Any]) -> str:
    value = reading.get("value")
    return f"{value:.2f}" if isinstance(value, float) else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        known = [(key, inner) for key, inner in sorted(value.items()) if inner not in (None, "")]
        return " ".join(f"{key} {_text(inner)}" for key, inner in known)[:LONGEST]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # stored as JSON, 5.0 may come back as 5
    return str(value)[:LONGEST]


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _filled(found: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if value}
