"""Duplicates on the page, in the list and by API: compared, merged, taken back, dismissed."""

import io

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Activity
from customers.models import Customer, DuplicatePair, Merge, Note
from customers.services import add_note, look_for_pairs, merge_customers
from tests.customers.test_customer_list import mask
from tests.factories import make_customer

PAGE = "/customers/duplicates/"
API = "/api/v1"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def two(riyadh, sales):
    """The same woman twice."""
    phone = ("+966551110001",)
    kept = make_customer(riyadh, sales, name="نورة العتيبي", phones=phone)
    merged = make_customer(
        riyadh, sales, name="Noura Al-Otaibi", phones=phone, city="جدة", national_id="1098765432"
    )
    add_note(merged, "note of the second", author=sales)
    look_for_pairs([kept.pk, merged.pk])
    return kept, merged


@pytest.fixture
def pair(two):
    return DuplicatePair.objects.get()


def url_of(kept, merged):
    return f"/customers/{kept.pk}/merge/{merged.pk}/"


def test_the_page_shows_pairs_side_by_side_with_reasons(client_of, supervisor, pair):
    page = client_of(supervisor).get(PAGE).content.decode()
    for text in ("نورة العتيبي", "Noura Al-Otaibi", "Same phone", url_of(pair.first, pair.second)):
        assert text in page, text


def test_only_those_who_may_merge_both_see_a_pair(
    client_of, api_of, sales, sales_b, supervisor, pair, jeddah
):
    assert client_of(sales).get(PAGE).status_code == 403
    Customer.objects.filter(pk=pair.second_id).update(branch=jeddah)
    assert "نورة" not in client_of(supervisor).get(PAGE).content.decode()
    assert client_of(supervisor).get(url_of(pair.first, pair.second)).status_code == 404
    assert client_of(supervisor).post(url_of(pair.first, pair.second)).status_code == 404
    assert client_of(supervisor).post(f"{PAGE}{pair.pk}/dismiss/").status_code == 404
    api = api_of(supervisor)
    assert api.get(f"{API}/customer-duplicates/").json()["results"] == []
    body = {"merged": pair.second_id}
    assert api.post(f"{API}/customers/{pair.first_id}/merge/", body).status_code == 400
    assert api.post(f"{API}/customers/{pair.second_id}/merge/", body).status_code == 404
    assert api_of(sales).post(f"{API}/customers/{pair.first_id}/merge/", body).status_code == 403
    assert not Merge.objects.exists()


def test_pairs_come_surest_first_page_by_page(client_of, supervisor, riyadh):
    ids = [make_customer(riyadh).pk for _number in range(12)]
    made = [
        DuplicatePair(first_id=first, second_id=second, score=0.9 + number / 1000, reasons=[])
        for number, (first, second) in enumerate(
            (first, second) for first in ids for second in ids if first < second
        )
    ]
    DuplicatePair.objects.bulk_create(made)
    client, scores = client_of(supervisor), []
    url = PAGE
    while url:
        context = client.get(url, **HTMX).context
        scores += [line["pair"].score for line in context["pairs"]]
        url = context["next_url"]
    assert scores == sorted((one.score for one in made), reverse=True)
    for cursor in ("x", "9_9", "0.9_99999999999999999999", "nan_1", "\u0660.9_1"):
        assert client.get(PAGE, {"after": cursor}).status_code == 200


def test_the_page_costs_few_queries_however_many_pairs(client_of, supervisor, riyadh, two):
    client, counts = client_of(supervisor), []
    for more in (1, 20):
        for _number in range(more):
            first, second = make_customer(riyadh), make_customer(riyadh)
            DuplicatePair.objects.create(first=first, second=second, score=0.9, reasons=[])
        client.get(PAGE)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9


def test_a_dismissed_pair_is_gone_for_good(client_of, supervisor, pair, two):
    client = client_of(supervisor)
    for _time in range(2):
        assert client.post(f"{PAGE}{pair.pk}/dismiss/", **HTMX).status_code == 200
    look_for_pairs([one.pk for one in two])
    assert DuplicatePair.objects.get().status == "dismissed"
    assert "نورة" not in client.get(PAGE).content.decode()


def test_the_preview_shows_what_differs_and_what_goes_over(client_of, supervisor, two):
    page = client_of(supervisor).get(url_of(*two))
    rows = {row["name"]: row for row in page.context["differing"]}
    assert (rows["name"]["kept"], rows["name"]["merged"]) == ("نورة العتيبي", "Noura Al-Otaibi")
    assert rows["city"]["proposed"] == "merged"
    assert page.context["children"]["notes"] == 1
    assert "1098765432" not in page.content.decode()
    assert client_of(supervisor).get(url_of(two[0], two[0])).status_code == 404


def test_hidden_identifiers_are_not_shown_in_the_preview(client_of, supervisor, two):
    mask(supervisor, identifiers="hidden")
    assert "32" not in str(client_of(supervisor).get(url_of(*two)).context["differing"])


def test_a_merge_takes_the_chosen_fields_and_leads_to_the_kept_one(client_of, supervisor, two):
    kept, _merged = two
    client = client_of(supervisor)
    answer = client.post(url_of(*two), {"choice.city": "merged", "choice.name": "kept"})
    done = Merge.objects.get()
    assert answer["Location"] == f"/customers/{kept.pk}/?merge={done.pk}"
    kept.refresh_from_db()
    assert (kept.city, kept.name, Note.objects.get().customer) == ("جدة", "نورة العتيبي", kept)
    notice = client.get(f"/customers/merges/{done.pk}/notice/", **HTMX)
    assert f"/customers/merges/{done.pk}/undo/" in notice["HX-Trigger"]
    assert client.get(answer["Location"]).status_code == 200


def test_a_second_submit_of_the_same_merge_is_refused_and_changes_nothing(
    client_of, supervisor, two
):
    client = client_of(supervisor)
    client.post(url_of(*two), {})
    assert client.post(url_of(*two), {}).status_code == 409
    assert Merge.objects.count() == 1


def test_an_address_of_a_merged_customer_leads_to_the_kept_one(client_of, sales, supervisor, two):
    kept, merged = two
    merge_customers(kept, merged, choices={}, actor=supervisor)
    answer = client_of(sales).get(f"/customers/{merged.pk}/")
    assert answer["Location"] == f"/customers/{kept.pk}/?from={merged.pk}"
    assert merged.code in client_of(sales).get(answer["Location"]).content.decode()


def test_an_undo_brings_the_second_back_and_happens_once(client_of, supervisor, sales, two):
    _kept, merged = two
    client = client_of(supervisor)
    client.post(url_of(*two), {"choice.city": "merged"})
    done = Merge.objects.get()
    assert merged.code in client.get("/customers/merges/").content.decode()
    undo = f"/customers/merges/{done.pk}/undo/"
    assert client_of(sales).post(undo).status_code == 403
    answer = client.post(undo, **HTMX)
    assert answer["HX-Redirect"] == f"/customers/{merged.pk}/"
    assert Note.objects.get().customer == merged
    assert client.post(undo).status_code == 409
    assert client.get(f"/customers/{merged.pk}/").status_code == 200
    assert DuplicatePair.objects.get().status == "open"


def test_two_chosen_in_the_list_are_merged_and_not_one_or_three(
    client_of, sales, supervisor, two, riyadh
):
    client = client_of(supervisor)
    third = make_customer(riyadh)
    ids = [one.pk for one in (*two, third)]
    for chosen in (ids[:1], ids):
        answer = client.post("/customers/bulk/merge/", {"ids": ",".join(map(str, chosen))}, **HTMX)
        assert (answer.status_code, "HX-Redirect" in answer) == (204, False)
        assert "bad" in answer["HX-Trigger"]
    answer = client.post("/customers/bulk/merge/", {"ids": f"{ids[1]},{ids[0]}"}, **HTMX)
    assert answer["HX-Redirect"] == url_of(*two)
    assert client_of(sales).post("/customers/bulk/merge/", {"ids": "1,2"}).status_code == 403


def test_merge_undo_and_duplicates_by_api(api_of, supervisor, two):
    kept, merged = two
    api = api_of(supervisor)
    (known,) = api.get(f"{API}/customer-duplicates/").json()["results"]
    assert (known["first"], known["second"], known["score"] > 0.9) == (kept.pk, merged.pk, True)
    url = f"{API}/customers/{kept.pk}/merge/"
    for wrong in ({}, {"merged": 0}, {"merged": "x"}, {"merged": merged.pk, "choices": {"pk": "kept"}},
                  {"merged": merged.pk, "choices": {"city": "both"}}, {"merged": merged.pk, "x": 1},
                  {"merged": merged.pk, "choices": []}):  # fmt: skip
        assert api.post(url, wrong).status_code == 400, wrong
    assert api.post(url, {"merged": kept.pk}).status_code == 409
    key = {"HTTP_IDEMPOTENCY_KEY": "merge-1"}
    body = {"merged": merged.pk, "choices": {"city": "merged"}}
    first, again = (api.post(url, body, **key) for _time in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert api.get(f"{API}/customers/{merged.pk}/").json()["merged_into"] == kept.pk
    undo = f"{API}/customer-merges/{first.json()['id']}/undo/"
    assert api.post(undo).json()["undone_by"] == supervisor.pk
    assert api.post(undo).status_code == 409
    assert api.post(f"{API}/customer-duplicates/{known['id']}/dismiss/").status_code == 204
    assert api.get(f"{API}/customer-duplicates/").json()["results"] == []


def test_the_command_compares_all_or_those_named(riyadh):
    phone = ("+966551110001",)
    first, second = (make_customer(riyadh, name=name, phones=phone) for name in ("أمل", "Amal"))
    out = io.StringIO()
    call_command("find_duplicates", customers=first.code, stdout=out)
    assert "1 of 1 customers, 1 new pairs" in out.getvalue()
    call_command("find_duplicates", stdout=out)
    assert DuplicatePair.objects.get().second == second
    with pytest.raises(CommandError, match="C-99999"):
        call_command("find_duplicates", customers="C-99999")


def test_the_command_reads_names_anew_that_an_older_matcher_left(riyadh):
    first, second = (
        make_customer(riyadh, name=name, phones=()) for name in ("أمل زهران", "Amal Zahran")
    )
    Customer.objects.update(name_keys=["old"])
    out = io.StringIO()
    call_command("find_duplicates", stdout=out)
    assert "2 names read anew" in out.getvalue()
    assert (DuplicatePair.objects.get().first, DuplicatePair.objects.get().second) == (
        first,
        second,
    )


def test_a_switchboard_and_an_archived_customer_are_no_duplicates(client_of, supervisor, two):
    Customer.objects.filter(pk=two[1].pk).update(archived_at="2026-01-01T00:00:00Z")
    assert "نورة" not in client_of(supervisor).get(PAGE).content.decode()


def test_names_from_people_are_text_on_these_pages(client_of, supervisor, riyadh):
    evil = "<script>alert(1)</script>"
    kept, merged = (
        make_customer(riyadh, name=evil, city=evil, phones=("+966551110001",)) for _n in range(2)
    )
    look_for_pairs([kept.pk, merged.pk])
    client = client_of(supervisor)
    assert evil not in client.get(PAGE).content.decode()
    assert evil not in client.get(url_of(kept, merged)).content.decode()
    client.post(url_of(kept, merged), {})
    assert evil not in client.get("/customers/merges/").content.decode()


def test_a_merged_customer_is_neither_changed_nor_brought_back_alone(
    client_of, api_of, supervisor, two
):
    kept, merged = two
    client = client_of(supervisor)
    archived = client.post("/customers/bulk/archive/", {"ids": str(merged.pk)}, **HTMX)
    undo = Activity.objects.filter(verb="customer.bulk_changed").get()
    assert archived.status_code == 204
    merge_customers(kept, merged, choices={}, actor=supervisor)
    assert client.post(f"/customers/bulk/undo/{undo.pk}/", **HTMX).status_code == 204
    assert client.post(f"/customers/{merged.pk}/archive/", {"restore": "1"}).status_code == 409
    changed = api_of(supervisor).patch(f"{API}/customers/{merged.pk}/", {"name": "x"})
    assert (changed.status_code, changed.json()["code"]) == (409, "part_of_another")
    client.post("/customers/bulk/status/", {"ids": str(merged.pk), "status": "blocked",
                                            "confirmed": "1"}, **HTMX)  # fmt: skip
    merged.refresh_from_db()
    assert (merged.merged_into, merged.name, merged.status) == (kept, "Noura Al-Otaibi", "active")
    assert merged.archived_at is not None


def test_what_is_written_about_a_merged_customer_is_refused_not_lost(
    client_of, api_of, supervisor, two
):
    kept, merged = two
    merge_customers(kept, merged, choices={}, actor=supervisor)
    client, api = client_of(supervisor), api_of(supervisor)
    page, resource = f"/customers/{merged.pk}", f"{API}/customers/{merged.pk}"
    for path, data in (
        ("notes/add/", {"text": "call"}),
        ("contacts/add/", {"value": "+966559990000"}),
        ("addresses/add/", {"line": "King Rd"}),
    ):
        assert client.post(f"{page}/{path}", data, **HTMX).status_code == 409, path
    for path, data in (
        ("notes/", {"text": "call"}),
        ("points/", {"kind": "phone", "value": "+966559990000"}),
        ("addresses/", {"line": "King Rd"}),
    ):
        answer = api.post(f"{resource}/{path}", data)
        assert (answer.status_code, answer.json()["code"]) == (409, "part_of_another"), path
    assert not merged.notes.exists()


def test_an_address_tells_nothing_of_a_merge_into_another_customer(
    client_of, supervisor, sales, two, riyadh
):
    kept, merged = two
    merge_customers(kept, merged, choices={}, actor=supervisor)
    other = make_customer(riyadh, sales)
    page = client_of(sales).get(f"/customers/{other.pk}/?from={merged.pk}").content.decode()
    assert merged.code not in page
