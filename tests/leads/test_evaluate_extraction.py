"""The command that measures understanding, and the floors that must hold."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import SHARED

OWN = Path(__file__).parent / "enquiries.jsonl"
PUBLIC = SHARED / "data" / "intake" / "leads_labelled.jsonl"
_LABELS: dict[str, Any] = {
    "language": "ar", "dialect": "egyptian", "person_name": None, "company": None, "emails": [],
    "phones_e164": ["+201001234567"], "country": None, "region": None, "city": None,
    "product_category": "doors_locks", "quantity": None, "budget_amount": None,
    "budget_currency": None, "budget_currency_stated": None, "urgency": "normal",
    "intent": "quote_request", "is_spam": False,
}  # fmt: skip


def measured(path: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate_extraction", str(path), "--json", stdout=out)
    figures: dict[str, Any] = json.loads(out.getvalue())
    return figures


def written(tmp_path: Path, **row: Any) -> Path:
    base = {"id": "1", "default_region": "EG", "text": "عايز اعرف سعر باب 01001234567"}
    path = tmp_path / "rows.jsonl"
    labels = {**_LABELS, **row.pop("labels", {})}
    path.write_text(json.dumps({**base, "labels": labels, **row}), encoding="utf-8")
    return path


def assert_floors(figures: dict[str, Any]) -> None:
    assert figures["fields"]["phones_e164"]["f1"] >= 0.98
    assert figures["fields"]["emails"]["f1"] >= 0.98
    assert figures["fields"]["budget"]["f1"] >= 0.85
    assert figures["spam"]["f1"] >= 0.93
    assert figures["accuracy"]["language"] >= 0.98
    assert figures["accuracy"]["intent"] >= 0.85
    assert figures["accuracy"]["category"] >= 0.85


def test_the_floors_hold_on_our_own_labelled_messages() -> None:
    assert_floors(measured(OWN))


@pytest.mark.skipif(not PUBLIC.exists(), reason="../shared/data absent")
def test_the_floors_hold_on_the_public_labelled_messages() -> None:
    assert_floors(measured(PUBLIC))


def test_the_figures_have_the_agreed_shape(tmp_path: Path) -> None:
    figures = measured(written(tmp_path))

    assert figures["fields"]["phones_e164"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert figures["accuracy"]["intent"] == 1.0
    assert set(figures["spam"]) == {"precision", "recall", "f1"}
    assert figures["ms_per_message"] > 0


def test_a_wrong_answer_lowers_precision_and_recall(tmp_path: Path) -> None:
    figures = measured(written(tmp_path, labels={"phones_e164": ["+201009999999"]}))

    assert figures["fields"]["phones_e164"]["f1"] == 0.0


def test_a_further_accepted_value_counts_as_right(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        labels={"intent": "purchase", "phones_e164": []},
        also_ok={"intent": ["quote_request"], "phones_e164": [["+201001234567"]]},
    )
    figures = measured(path)

    assert figures["accuracy"]["intent"] == 1.0
    assert figures["fields"]["phones_e164"]["f1"] == 1.0


def test_without_json_a_table_is_printed(tmp_path: Path) -> None:
    out = StringIO()
    call_command("evaluate_extraction", str(written(tmp_path)), "--differences", stdout=out)

    assert "phones_e164" in out.getvalue()
    assert "ms per message" in out.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "{}",
        '{"text": 5, "labels": {}}',
        '{"text": "x", "labels": []}',
        '{"text": "x", "labels": {}, "also_ok": 3}',
        '{"text": "x", "labels": {}, "default_region": 7}',
        '{"text": "x", "labels": {"emails": 5}}',
        '{"text": "x", "labels": {"quantity": 5}}',
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "\n" + line, encoding="utf-8")

    with pytest.raises(CommandError, match="line 2"):
        call_command("evaluate_extraction", str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent\.jsonl"):
        call_command("evaluate_extraction", str(tmp_path / "absent.jsonl"))
