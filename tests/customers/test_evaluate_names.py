"""`manage.py evaluate_names` measures the matcher and names a line it cannot read."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

ROWS = [
    {"a": "محمد علي", "b": "Mohamed Aly", "kind": "person", "same": True},
    {"a": "فارس عوض", "b": "فارس عياد", "kind": "person", "same": False},
    {"a": "Manar Trading", "b": "المنار للتجارة", "kind": "company", "same": True},
    {"a": "قمر سالم", "b": "Moon Salem", "kind": "person", "same": True},
]


@pytest.fixture
def pairs(tmp_path):
    def write(*lines):
        path = tmp_path / "pairs.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def run(path, *options):
    out = StringIO()
    call_command("evaluate_names", str(path), *options, stdout=out)
    return out.getvalue()


def test_json_gives_precision_recall_and_f1(pairs):
    figures = json.loads(run(pairs(*map(json.dumps, ROWS)), "--json"))
    assert figures["precision"] == 1
    assert figures["recall"] == pytest.approx(2 / 3, abs=1e-3)
    assert figures["f1"] == pytest.approx(0.8, abs=1e-3)
    assert figures["blocking_recall"] == pytest.approx(2 / 3, abs=1e-3)
    assert figures["us_per_pair"] > 0


def test_text_names_every_figure(pairs):
    text = run(pairs(*map(json.dumps, ROWS)))
    for figure in ("precision", "recall", "f1", "blocking_recall", "us_per_pair"):
        assert figure in text


def test_blank_lines_are_passed_over(pairs):
    figures = json.loads(run(pairs("", json.dumps(ROWS[0]), ""), "--json"))
    assert figures["pairs"] == 1


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"text"',
        json.dumps(ROWS[0] | {"a": 5}),
        json.dumps(ROWS[0] | {"kind": "pet"}),
        json.dumps(ROWS[0] | {"kind": ["person"]}),
        json.dumps(ROWS[0] | {"same": "yes"}),
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_named(pairs, line):
    with pytest.raises(CommandError, match="Line 2"):
        run(pairs(json.dumps(ROWS[0]), line))


def test_a_file_without_pairs_is_refused(pairs):
    with pytest.raises(CommandError, match="no pairs"):
        run(pairs(""))


def test_a_missing_or_binary_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match="Cannot read"):
        run(tmp_path / "absent.jsonl")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="Cannot read"):
        run(tmp_path / "binary")
