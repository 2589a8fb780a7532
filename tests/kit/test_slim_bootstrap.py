"""Pages load the part of Bootstrap that they use, and all of that."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from crm_project.kit.management.commands.slim_bootstrap import FILES, slimmed, used_words

VENDOR = Path(settings.BASE_DIR) / "static" / "vendor"


@pytest.fixture(scope="module")
def words() -> set[str]:
    """What templates, scripts and Python name today."""
    return used_words(Path(settings.BASE_DIR))


@pytest.mark.parametrize("source", FILES)
def test_every_class_of_bootstrap_that_is_used_is_there(source: str, words: set[str]) -> None:
    whole = (VENDOR / source).read_text(encoding="utf-8")
    slim = (VENDOR / FILES[source]).read_text(encoding="utf-8")
    used = set(re.findall(r"\.([A-Za-z][\w-]*)", slimmed(whole, words)))
    there = set(re.findall(r"\.([A-Za-z][\w-]*)", slim))
    assert used - there == set(), "run manage.py slim_bootstrap"


@pytest.mark.parametrize("source", FILES)
def test_the_rest_is_left_out_and_the_licence_is_not(source: str) -> None:
    slim = (VENDOR / FILES[source]).read_text(encoding="utf-8")
    assert len(slim) < len((VENDOR / source).read_text(encoding="utf-8")) / 3
    assert "Licensed under MIT" in slim[:400]


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("a{b:c}", "a{b:c}"),
        (".in{b:c}.out{b:c}", ".in{b:c}"),
        (".in,.out{b:c}", ".in{b:c}"),
        (".in .out{b:c}", ""),
        (".in:not(.out,.in){b:c}", ".in:not(.out,.in){b:c}"),
        (".in>:not(.out:nth-child(2))+i{b:c}", ".in>:not(.out:nth-child(2))+i{b:c}"),
        (".in:not(p,a) i,.out{b:c}", ".in:not(p,a) i{b:c}"),
        ("@media print{.out{b:c}}", ""),
        ("@media print{.out{b:c}.in{b:c}}", "@media print{.in{b:c}}"),
        ("@keyframes x{0%{b:c}}", "@keyframes x{0%{b:c}}"),
    ],
)
def test_a_rule_stays_when_all_its_classes_are_used(css: str, expected: str) -> None:
    assert slimmed(css, {"in"}).partition("*/\n")[2] == expected
