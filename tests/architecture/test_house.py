"""The shape of the house: sizes, names, translated templates, logical CSS."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODE = [
    "accounts",
    "exchange",
    "customers",
    "messaging",
    "inventory",
    "orders",
    "inspections",
    "leads",
    "reports",
    "operations",
    "crm_project",
]
LARGEST_FILE, LARGEST_TEST, LARGEST_FUNCTION = 400, 800, 60  # lines
LARGEST_TEMPLATE, LARGEST_PARTIAL = 120, 60
VAGUE = {"utils", "helpers", "common", "misc", "manager", "handler", "core"}
PHYSICAL = re.compile(
    r"(?<![-\w])(margin|padding|border)-(left|right)\s*:|(?<![-\w])(left|right)\s*:"
)


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


def test_files_are_small_enough_to_hold_in_the_head() -> None:
    big = {
        str(p.relative_to(ROOT)): lines(p) for p in python_files(*CODE) if lines(p) > LARGEST_FILE
    }
    big |= {
        str(p.relative_to(ROOT)): lines(p) for p in python_files("tests") if lines(p) > LARGEST_TEST
    }
    assert not big


def test_functions_fit_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{name}": count
        for path in python_files(*CODE, "tests")
        for name, count in functions(path)
        if count > LARGEST_FUNCTION
    }
    assert not long


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in python_files(*CODE) if path.stem in VAGUE]


def test_every_module_and_public_class_says_what_it_is_for() -> None:
    silent = []
    for path in python_files(*CODE):
        tree = parsed(path)
        if tree.body and not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
    assert not silent


def test_templates_and_partials_are_small() -> None:
    big = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        is_partial = {"partials", "components"} & set(path.parts)
        limit = LARGEST_PARTIAL if is_partial else LARGEST_TEMPLATE
        if lines(path) > limit:
            big[str(path.relative_to(ROOT))] = lines(path)
    assert not big


def test_a_partial_is_found_by_the_name_of_its_root() -> None:
    wrong = []
    for path in sorted((ROOT / "templates").rglob("partials/*_table.html")):
        if f'id="{path.stem.replace("_", "-")}"' not in path.read_text(encoding="utf-8"):
            wrong.append(str(path.relative_to(ROOT)))
    assert not wrong


def test_templates_have_no_inline_script_or_handlers() -> None:
    bad = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if re.search(
            r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|\son(click|change|load|submit|input|key\w+|mouse\w+|error|focus|blur)=|hx-on",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert not bad


@pytest.mark.parametrize(
    "path", sorted((ROOT / "static" / "css").rglob("*.css")), ids=lambda p: p.name
)
def test_css_knows_start_and_end_not_left_and_right(path: Path) -> None:
    found = [
        line.strip()
        for line in path.read_text(encoding="utf-8").splitlines()
        if PHYSICAL.search(line) and "physical" not in line
    ]
    assert not found


def test_no_signal_receivers_change_data_behind_the_services() -> None:
    bad = [
        str(path.relative_to(ROOT))
        for path in python_files(*CODE)
        if re.search(
            r"import receiver|@receiver|(save|delete)\.connect\(", path.read_text(encoding="utf-8")
        )
    ]
    assert not bad
