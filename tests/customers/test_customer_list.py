"""The customer list: who sees what, how it is found, how it is drawn."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import SavedView
from accounts.roles import Scope
from customers.models import Category, Customer, Tag
from tests.factories import make_customer

LIST = "/customers/"
SWAP = {"HTTP_HX_REQUEST": "true"}
MOST_ELEMENTS = (
    1_200  # of a page with fifty rows and the usual columns, so that phones scroll it well
)


def names_in(answer: Any) -> list[str]:
    return [row.name for row in answer.context["page"].rows]


def elements_in(page: str) -> int:
    """How many elements a browser makes; a <template> keeps its own to itself."""
    return len(
        re.findall(r"<[a-z]", re.sub(r"<template.*?</template>", "<template>", page, flags=re.S))
    )


def mask(user: Any, **modes: str) -> None:
    user.role.hidden_fields = {f"customers.{name}": mode for name, mode in modes.items()}
    user.role.save()


def test_a_plain_visit_gets_the_page_and_a_swap_gets_the_table(client_of, sales, riyadh):
    make_customer(riyadh, sales, name="نورة العتيبي")
    client = client_of(sales)

    page, swap = client.get(LIST), client.get(LIST, **SWAP)

    assert b"<html" in page.content
    assert b"<html" not in swap.content
    assert "نورة العتيبي" in page.content.decode()
    assert "نورة العتيبي" in swap.content.decode()
    assert "HX-Request" in swap["Vary"]


def test_a_restored_page_of_the_history_is_the_whole_page(client_of, sales):
    answer = client_of(sales).get(LIST, **SWAP, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert b"<html" in answer.content


def test_each_role_sees_the_customers_of_its_scope(
    client_of, sales, colleague, supervisor, manager, sales_b, riyadh, jeddah
):
    make_customer(riyadh, sales, name="mine")
    make_customer(riyadh, colleague, name="of my colleague")
    make_customer(jeddah, sales_b, name="of the other branch")

    seen = {user: set(names_in(client_of(user).get(LIST))) for user in (sales, supervisor, manager)}

    assert seen[sales] == {"mine"}
    assert seen[supervisor] == {"mine", "of my colleague"}
    assert seen[manager] == {"mine", "of my colleague", "of the other branch"}


def test_nobody_gets_the_list_without_signing_in_or_without_permission(client, client_of, sales):
    assert client.get(LIST).status_code == 302
    sales.role.grants = {}
    sales.role.save()
    assert client_of(sales).get(LIST).status_code == 403


@pytest.mark.parametrize(
    "words",
    [
        "أحمد إبراهيم",
        "احمد ابراهيم",
        "إبراهيم",
        "أَحْمَـــد",
        "احمد  الزهرانى",
        "٠٥٥ ١٢٣ ٤٥٦٧",
        "0551234567",
        "+966 55 123 4567",
        "00966551234567",
        "4567",
        "ahmad@example.com",
        "AHMAD@EXAMPLE",
    ],
)
def test_a_customer_is_found_in_any_writing(client_of, sales, riyadh, words):
    wanted = make_customer(
        riyadh,
        sales,
        name="أحمد إبراهيم الزهراني",
        phones=("+966551234567",),
        emails=("ahmad@example.com",),
    )
    make_customer(riyadh, sales, name="ليلى", phones=("+966509999999",))

    assert names_in(client_of(sales).get(LIST, {"q": words})) == [wanted.name]


def test_a_customer_is_found_by_its_number(client_of, sales, riyadh):
    wanted = make_customer(riyadh, sales, name="one")
    make_customer(riyadh, sales, name="two")
    assert names_in(client_of(sales).get(LIST, {"q": wanted.code.lower()})) == ["one"]


def test_filters_narrow_the_list_together(client_of, sales, riyadh):
    gold = Category.objects.create(name_ar="ذهبي", name_en="Gold")
    tag = Tag.objects.create(name="vip")
    wanted = make_customer(riyadh, sales, name="wanted", category=gold, city="جدة", tags=(tag,))
    make_customer(riyadh, sales, name="no tag", category=gold, city="جدة")
    make_customer(riyadh, sales, name="other city", category=gold, tags=(tag,))

    answer = client_of(sales).get(LIST, {"category": gold.pk, "city": "جدة", "tag": tag.pk})

    assert names_in(answer) == [wanted.name]
    assert "Gold" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"category": "999999"},
        {"category": "nonsense"},
        {"status": "unheard-of"},
        {"owner": "1 OR 1=1"},
        {"branch": "9" * 40},
        {"created_from": "yesterday"},
        {"tag": "-1"},
        {"q": "x" * 300},
    ],
)
def test_a_filter_that_is_no_choice_says_so_and_shows_nothing(client_of, sales, riyadh, query):
    make_customer(riyadh, sales)
    answer = client_of(sales).get(LIST, query)
    assert answer.status_code == 200
    assert names_in(answer) == []
    assert answer.context["filterset"].errors


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ED%A0%80",
        "after=garbage",
        "after=W10",
        "order=password",
        "cols=a,b,%3Cscript%3E",
        "created_from=0001-01-01",
        "created_to=9999-12-31",
        "q=%25_%5C",
        "q=%E2%80%AE",
        "archived=maybe",
    ],
)
def test_bad_input_is_no_server_error(client_of, sales, riyadh, query):
    make_customer(riyadh, sales)
    assert client_of(sales).get(f"{LIST}?{query}").status_code in (200, 400)


def test_another_branchs_category_owner_is_no_choice(client_of, sales, sales_b):
    answer = client_of(sales).get(LIST, {"owner": sales_b.pk})
    assert "owner" in answer.context["filterset"].errors


def test_names_from_outside_are_text_never_markup(client_of, sales, riyadh):
    make_customer(
        riyadh, sales, name='<script>alert(1)</script>"><img src=x>', company="<b>bold</b>",
        city='"><svg onload=x>',
    )  # fmt: skip
    page = client_of(sales).get(LIST).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>bold" not in page
    assert "<svg onload" not in page


def test_the_pages_follow_each_other_without_gaps_or_repeats(client_of, sales, riyadh):
    for number in range(103):
        make_customer(riyadh, sales, name=f"c{number}")
    client, seen, url = client_of(sales), [], LIST
    assert elements_in(client.get(LIST).content.decode()) <= MOST_ELEMENTS
    while url:
        answer = client.get(url, **SWAP)
        seen += names_in(answer)
        url = answer.context["page"].next_url
    assert sorted(seen) == sorted(f"c{number}" for number in range(103))


def test_one_row_costs_as_many_queries_as_fifty(client_of, manager, riyadh, sales):
    client = client_of(manager)
    counts = []
    for wanted in (1, 50):
        for number in range(wanted):
            make_customer(riyadh, sales, name=f"{wanted}/{number}", phones=("+966551234567",))
        client.get(LIST)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 8


def test_the_count_stops_at_its_limit(client_of, sales, riyadh, monkeypatch):
    monkeypatch.setattr("customers.views.list.COUNT_LIMIT", 3)
    for _number in range(5):
        make_customer(riyadh, sales)
    page = client_of(sales).get(LIST).context["page"]
    assert (page.count, page.has_more_than_count) == (3, True)


def test_masked_contacts_stay_masked_on_the_page(client_of, sales, riyadh):
    make_customer(riyadh, sales, phones=("+966551234567",), emails=("noura@example.com",))
    mask(sales, phone="masked", email="hidden")
    page = client_of(sales).get(LIST, {"cols": "phone,email"}).content.decode()
    assert "•••• 67" in page
    assert "55 123" not in page
    assert "551234567" not in page
    assert "noura@" not in page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("mohamed aly", "محمد علي"),
        ("نوره العتيبى", "Noura Alotaibi"),
        ("Fahad Alharbi", "فهد سعود الحربي"),  # first and last of three
        ("mohamed saad", None),
        ("Mohamed", "محمد علي"),  # one word, where nothing is written like it
        ("noura", "Noura Alotaibi"),  # its own hit is not buried under all the نورة
    ],
)
def test_a_name_is_found_in_the_other_script(
    client_of, api_of, sales, sales_b, riyadh, words, found
):
    for name in ("محمد علي", "Noura Alotaibi", "فهد سعود الحربي", "نورة السالم"):
        make_customer(riyadh, sales, name=name)
    expected = [found] if found else []
    assert names_in(client_of(sales).get(LIST, {"q": words}, **SWAP)) == expected
    answer = api_of(sales).get("/api/v1/customers/", {"search": words})
    assert [row["name"] for row in answer.json()["results"]] == expected
    assert names_in(client_of(sales_b).get(LIST, {"q": words}, **SWAP)) == []


def test_who_sees_no_phones_cannot_guess_them_by_searching(client_of, sales, riyadh):
    make_customer(riyadh, sales, name="نورة", phones=("+966551234567",), emails=("noura@x.com",))
    mask(sales, phone="masked", email="masked")
    client = client_of(sales)
    for part in ("55123", "0551", "noura@", "x.com"):
        assert names_in(client.get(LIST, {"q": part})) == []
    for known in ("نوره", "0551234567", "noura@x.com"):
        assert names_in(client.get(LIST, {"q": known})) == ["نورة"]
    mask(sales, phone="hidden", email="hidden")
    assert names_in(client.get(LIST, {"q": "0551234567"})) == []


def test_archived_customers_are_out_of_the_list_until_asked_for(client_of, sales, riyadh):
    client = client_of(sales)
    customer = make_customer(riyadh, sales, name="gone")
    client.post(reverse("customers:archive", args=[customer.pk]))
    assert names_in(client.get(LIST)) == []
    assert names_in(client.get(LIST, {"archived": "true"})) == ["gone"]
    Customer.objects.update(archived_at=timezone.now())
    page = client.get(LIST).content.decode()
    assert 'href="/customers/?archived=true"' in page
    assert "No customers yet" not in page


def test_own_columns_are_kept_and_a_views_columns_win(client_of, sales, riyadh):
    make_customer(riyadh, sales)
    client = client_of(sales)
    client.post(reverse("customers:columns"), {"columns": ["email", "created"], "query": ""})
    keys = [column.key for column in client.get(LIST).context["columns"]]
    assert keys == ["email", "created"]
    keys = [column.key for column in client.get(LIST, {"cols": "city,nonsense"}).context["columns"]]
    assert keys == ["city"]


def test_a_saved_view_is_a_tab_that_is_marked_when_shown(client_of, sales):
    SavedView.objects.create(user=sales, page="customers:list", name="Jeddah", query="city=jeddah")
    tabs = client_of(sales).get(LIST, {"city": "jeddah"}).context["tabs"]
    assert [tab["label"] for tab in tabs if tab["is_active"]] == ["Jeddah"]


def test_nothing_yet_and_nothing_found_are_told_apart(client_of, supervisor, sales, riyadh):
    client = client_of(supervisor)
    assert "No customers yet" in client.get(LIST).content.decode()
    make_customer(riyadh, sales)
    assert "No customer like this" in client.get(LIST, {"q": "zzzz"}).content.decode()


def test_the_filter_panel_offers_only_what_the_reader_may_reach(client_of, sales, jeddah, riyadh):
    form = client_of(sales).get(reverse("customers:filters")).context["form"]
    assert list(form.fields["branch"].queryset) == [riyadh]


def test_a_department_scope_reaches_colleagues_of_the_department(
    client_of, sales, colleague, riyadh
):
    make_customer(riyadh, colleague, name="of a colleague elsewhere")
    sales.role.grants = {"customers.view_customer": Scope.DEPARTMENT}
    sales.role.save()
    assert names_in(client_of(sales).get(LIST)) == []
