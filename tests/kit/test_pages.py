"""Keyset pages: joined they are the whole list; a cursor that is not of the list is refused."""

import base64
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Activity, Branch, Role, User
from crm_project.kit.pages import BadCursor, count_up_to, read_page
from customers.models import Customer
from leads.models import Lead
from tests import factories

anything = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
START = datetime(2026, 1, 1, tzinfo=UTC)


def walk(rows: Any, order: tuple[str, ...], size: int) -> list[Any]:
    """All rows, page by page."""
    found: list[Any] = []
    after = ""
    for _turn in itertools.count():
        assert _turn < 200, "the pages do not end"
        page = read_page(rows, order=order, after=after, size=size)
        assert len(page.rows) <= size
        found += page.rows
        after = page.next_cursor
        if not after:
            return found
    raise AssertionError


def cursor_of(*values: Any) -> str:
    raw = json.dumps(values).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.django_db
@anything
@given(
    names=st.lists(st.sampled_from(["", "a", "أ", "ب", "b", 'x"y', "ى", "\u202e"]), max_size=14),
    size=st.integers(1, 6),
    is_descending=st.booleans(),
)
def test_pages_joined_are_the_whole_ordered_list_by_text_and_number(
    names: list[str], size: int, is_descending: bool
) -> None:
    Branch.objects.all().delete()
    Branch.objects.bulk_create(
        [Branch(code=f"c{n}", name_ar=name, name_en=name) for n, name in enumerate(names)]
    )
    sign = "-" if is_descending else ""
    order = (f"{sign}name_en", f"{sign}id")
    assert walk(Branch.objects.all(), order, size) == list(Branch.objects.order_by(*order))


@pytest.mark.django_db
@anything
@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=14),
    size=st.integers(1, 5),
    is_descending=st.booleans(),
)
def test_pages_joined_are_the_whole_list_by_time_number_and_key(
    rows: list[tuple[int, int]], size: int, is_descending: bool
) -> None:
    Branch.objects.all().delete()
    branch = factories.make_branch("page")
    Lead.objects.bulk_create(
        [
            Lead(
                branch=branch, code=f"L{n}", score=score, channel="manual",
                received_at=START + timedelta(microseconds=moment),
                last_message_at=START,
            )
            for n, (moment, score) in enumerate(rows)
        ]
    )  # fmt: skip
    sign = "-" if is_descending else ""
    order = (f"{sign}received_at", f"{sign}score", f"{sign}pk")
    assert walk(Lead.objects.all(), order, size) == list(Lead.objects.order_by(*order))
    Lead.objects.all().delete()


@pytest.mark.django_db
@anything
@given(
    scores=st.lists(
        st.sampled_from([0.0, 0.1, 1 / 3, 0.1 + 0.2, 5e-324, 1e-7, 1e300, -2.5]), max_size=9
    ),
    size=st.integers(1, 4),
    is_descending=st.booleans(),
)
def test_pages_joined_are_the_whole_list_by_a_number_with_a_fraction(
    scores: list[float], size: int, is_descending: bool
) -> None:
    Branch.objects.all().delete()
    branch = factories.make_branch("page")
    Lead.objects.bulk_create(
        [
            Lead(
                branch=branch, code=f"L{n}", spam_score=score, channel="manual",
                received_at=START, last_message_at=START,
            )
            for n, score in enumerate(scores)
        ]
    )  # fmt: skip
    sign = "-" if is_descending else ""
    order = (f"{sign}spam_score", f"{sign}id")
    assert walk(Lead.objects.all(), order, size) == list(Lead.objects.order_by(*order))
    Lead.objects.all().delete()


@pytest.mark.django_db
def test_a_row_that_comes_in_between_neither_hides_nor_repeats_another() -> None:
    for number in range(4):
        factories.make_branch(f"b{number}")
    first = read_page(Branch.objects.all(), order=("code", "id"), after="", size=2)
    factories.make_branch("a-new")
    second = read_page(Branch.objects.all(), order=("code", "id"), after=first.next_cursor, size=9)
    assert [row.code for row in first.rows + second.rows] == ["b0", "b1", "b2", "b3"]


ORDERS: list[tuple[Any, tuple[str, ...]]] = [
    (Branch, ("code", "id")),
    (User, ("name", "id")),
    (Role, ("-pk",)),
    (Activity, ("-at", "-id")),
    (Lead, ("-score", "-pk")),
    (Lead, ("spam_score", "pk")),
    (Customer, ("name", "id")),
]
WRONG_VALUES: list[Any] = [
    None, True, 1, -1, 0, 2**31, 2**63, -(2**63), 2**62 + 1, 10**400, 1.5, "", "x", "\x00", "\ud800",
    "9" * 5000, "9" * 40, "1e999999", "NaN", "Infinity", "٣", [], {}, [1], {"a": 1},
    "2026-01-01", "2026-13-45T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T25:61:61+00:00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "10000-01-01T00:00:00Z",
    "2026-01-01T00:00:00+99:99", "infinity", "now", "x" * 100_000,
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "order"), ORDERS)
@pytest.mark.parametrize("wrong", WRONG_VALUES, ids=lambda value: repr(value)[:24])
def test_a_made_up_cursor_gives_a_page_or_is_refused(
    model: Any, order: tuple[str, ...], wrong: Any
) -> None:
    made_up = [[wrong] * len(order), ["x", wrong], [wrong, 1], [0, wrong]]
    for values in made_up:
        try:
            read_page(model.objects.all(), order=order, after=cursor_of(*values), size=2)
        except BadCursor:
            continue


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    [
        "x", "=", "%%%", "ا", "\x00", "\ud800", "AAAA", " ", "-" * 100_000,
        cursor_of(), cursor_of(1, 2, 3), cursor_of([1], 2), base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b'{"a": 1}').decode(), base64.b64encode(b"[" * 5000).decode(),
        base64.b64encode(b"[NaN, 1]").decode(), base64.b64encode(b"[1e400, 1]").decode(),
        base64.b64encode(b"[1, " + b"9" * 5000 + b"]").decode(), base64.b64encode(b"null").decode(),
    ],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_page(Branch.objects.all(), order=("code", "id"), after=cursor, size=2)


@pytest.mark.django_db
@anything
@given(cursor=st.text(max_size=60))
def test_any_text_as_a_cursor_gives_a_page_or_is_refused(cursor: str) -> None:
    try:
        read_page(Lead.objects.all(), order=("-received_at", "-pk"), after=cursor, size=2)
    except BadCursor:
        return


@pytest.mark.django_db
def test_the_cursor_of_another_list_is_refused() -> None:
    for number in range(3):
        factories.make_branch(f"b{number}")
    by_code = read_page(Branch.objects.all(), order=("code", "id"), after="", size=1).next_cursor
    with pytest.raises(BadCursor):
        read_page(Lead.objects.all(), order=("-received_at", "-pk"), after=by_code, size=1)
    with pytest.raises(BadCursor):
        read_page(Branch.objects.all(), order=("id",), after=by_code, size=1)


@pytest.mark.django_db
def test_a_count_stops_at_its_limit() -> None:
    for number in range(4):
        factories.make_branch(f"b{number}")
    assert count_up_to(Branch.objects.all(), limit=3) == (3, True)
    assert count_up_to(Branch.objects.all(), limit=4) == (4, False)
    assert count_up_to(Branch.objects.none()) == (0, False)
