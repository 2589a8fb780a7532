"""Messages that no weights are learned from: rules were developed against batch C, not against D.

Labelled are language, dialect, intent, urgency, category, contacts, company, name and budget.
"""

from pathlib import Path

import pytest

from leads.evaluation import Evaluation, evaluate, read_labelled

HELD_OUT = Path(__file__).parent / "enquiries_held_out.jsonl"


@pytest.fixture(scope="module")
def measured() -> Evaluation:
    return evaluate(read_labelled(HELD_OUT))


def test_spam_of_new_messages_is_told(measured: Evaluation) -> None:
    figures = measured.spam.figures()
    assert figures["f1"] >= 0.95
    assert figures["precision"] >= 0.98


@pytest.mark.parametrize(
    ("name", "floor"),
    [("language", 0.98), ("dialect", 0.9), ("intent", 0.92), ("urgency", 0.95), ("category", 0.88)],
)
def test_new_messages_are_read_well_above_the_floors(
    measured: Evaluation, name: str, floor: float
) -> None:
    assert measured.as_dict()["accuracy"][name] >= floor


@pytest.mark.parametrize(("name", "floor"), [("emails", 0.98), ("budget", 0.85), ("company", 0.8)])
def test_fields_of_new_messages_are_found(measured: Evaluation, name: str, floor: float) -> None:
    assert measured.fields[name].figures()["f1"] >= floor
