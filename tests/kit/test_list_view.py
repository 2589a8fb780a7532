"""One list view for every list: the page or its table, its order, its pages, its count."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import RoleCode
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def people(riyadh: Any, monkeypatch: pytest.MonkeyPatch) -> list[User]:
    """Seven colleagues, two of one name, on pages of three."""
    monkeypatch.setattr("accounts.views.users.UserListView.page_size", 3)
    names = ["أحمد", "بدر", "بدر", "جابر", "دانة", "هند", "وليد"]
    return [factories.make_user(RoleCode.SALES, riyadh, name=name) for name in names]


@pytest.fixture
def browser(client_of: Any, manager: User) -> Client:
    return client_of(manager)


@pytest.fixture
def url(people: Any) -> str:
    return reverse("accounts:users")


def names_in(answer: Any) -> list[str]:
    return [user.name for user in answer.context["page"].rows]


def test_a_visit_gets_the_page_and_a_swap_only_the_table(browser: Client, url: str) -> None:
    page, table = browser.get(url), browser.get(url, headers=HTMX)
    assert b"<!doctype html" in page.content.lower()
    assert b"<!doctype html" not in table.content.lower()
    assert b'id="user-table"' in table.content
    assert "HX-Request" in page.headers["Vary"]


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_boosted_visits_and_restored_history_get_the_page(
    browser: Client, url: str, header: str
) -> None:
    answer = browser.get(url, headers={**HTMX, header: "true"})
    assert b"<!doctype html" in answer.content.lower()


def test_pages_follow_each_other_to_the_end_without_gap_or_repeat(
    browser: Client, url: str
) -> None:
    everybody = list(User.objects.order_by("name", "id").values_list("name", flat=True))
    found: list[str] = []
    address = url
    for _turn in range(9):
        answer = browser.get(address, headers=HTMX)
        found += names_in(answer)
        address = answer.context["page"].next_url
        if not address:
            break
    assert found == everybody


def test_the_next_page_keeps_filter_and_order(browser: Client, url: str) -> None:
    answer = browser.get(url, {"order": "newest", "is_active": "true"})
    query = parse_qs(urlsplit(answer.context["page"].next_url).query)
    assert query["order"] == ["newest"]
    assert query["is_active"] == ["true"]
    assert query["after"][0]


def test_further_pages_are_rows_alone_and_are_not_counted(
    browser: Client, url: str, django_assert_max_num_queries: Any
) -> None:
    first = browser.get(url)
    assert (first.context["page"].count, first.context["page"].is_first) == (8, True)
    second = browser.get(first.context["page"].next_url, headers=HTMX)
    assert b'id="user-table"' not in second.content
    assert (second.context["page"].count, second.context["page"].is_first) == (0, False)


@pytest.mark.parametrize("after", ["x", "%%", "W10", "\ud83d", "-" * 5000, "WzEsMiwzXQ"])
def test_a_made_up_cursor_shows_the_first_rows(browser: Client, url: str, after: str) -> None:
    answer = browser.get(url, {"after": after.encode(errors="replace")})
    assert answer.status_code == 200
    assert names_in(answer) == names_in(browser.get(url))


@pytest.mark.parametrize("order", ["", "no-such", "-name", "name;drop", "pk", "\u202e"])
def test_an_unknown_order_is_the_default_one(browser: Client, url: str, order: str) -> None:
    answer = browser.get(url, {"order": order})
    assert answer.context["page"].order == "name"


def test_a_filter_that_makes_no_sense_shows_nothing(browser: Client, url: str) -> None:
    answer = browser.get(url, {"branch": "no-such-branch"})
    assert answer.status_code == 200
    assert names_in(answer) == []


def test_a_large_list_is_counted_up_to_the_limit(
    browser: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_project.kit.views.count_up_to", lambda rows: (5, rows.count() > 5))
    page = browser.get(url).context["page"]
    assert (page.count, page.has_more_than_count) == (5, True)


def test_without_the_permission_it_is_refused(client_of: Any, riyadh: Any, url: str) -> None:
    role = factories.make_role(RoleCode.SALES)
    role.grants = {}
    role.save()
    nobody = factories.make_user(RoleCode.SALES, riyadh)
    assert client_of(nobody).get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_a_reader_sees_the_rows_of_the_own_reach(
    client_of: Any, supervisor: User, sales_b: User, url: str
) -> None:
    answer = client_of(supervisor).get(url, {"search": sales_b.email})
    assert names_in(answer) == []
