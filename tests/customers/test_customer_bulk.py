"""Changing many customers at once, taking it back, and taking the list away as a file."""

import csv
import io
import json
import re

import pytest
from django.urls import reverse

from accounts.models import Activity
from customers.export import harmless
from customers.models import Category, Customer, Tag
from tests.customers.conftest import all_of_the_list
from tests.customers.test_customer_list import mask
from tests.factories import make_customer


@pytest.fixture
def rows(riyadh, sales):
    return [make_customer(riyadh, sales, name=f"c{number}", city="A") for number in range(3)]


def change(client, action, **data):
    return client.post(reverse("customers:bulk", args=[action]), data)


def ids(rows):
    return ",".join(str(row.pk) for row in rows)


def undo_url(answer):
    return json.loads(answer["HX-Trigger"])["toast"]["undo"]


def test_the_choice_is_handed_to_a_colleague_and_taken_back(
    client_of, supervisor, sales, colleague, rows
):
    client = client_of(supervisor)
    asked = change(client, "assign", ids=ids(rows[:2]), scope="ids")
    assert asked.status_code == 200
    assert asked.context["form"].fields.keys() == {"owner"}

    done = change(client, "assign", ids=ids(rows[:2]), scope="ids", confirmed=1, owner=colleague.pk)
    assert list(Customer.objects.order_by("name").values_list("owner", flat=True)) == [
        colleague.pk, colleague.pk, sales.pk,
    ]  # fmt: skip
    entry = Activity.objects.about(rows[0]).first()
    assert entry.changes == {"owner": [sales.name, colleague.name]}

    client.post(undo_url(done))
    assert set(Customer.objects.values_list("owner", flat=True)) == {sales.pk}


def test_undo_leaves_alone_what_was_changed_since_and_works_once(client_of, supervisor, rows):
    gold, silver = (Category.objects.create(name_ar=name, name_en=name) for name in ("g", "s"))
    client = client_of(supervisor)
    done = change(client, "category", ids=ids(rows), scope="ids", confirmed=1, category=gold.pk)
    Customer.objects.filter(pk=rows[0].pk).update(category=silver)

    client.post(undo_url(done))

    found = dict(Customer.objects.values_list("name", "category"))
    assert found == {"c0": silver.pk, "c1": None, "c2": None}
    assert client.post(undo_url(done)).status_code == 409


def test_only_the_one_who_did_it_takes_it_back(client_of, supervisor, manager, rows):
    done = change(client_of(supervisor), "archive", ids=ids(rows), scope="ids")
    assert client_of(manager).post(undo_url(done)).status_code == 409
    assert Customer.objects.filter(archived_at=None).count() == 0


def test_archiving_is_undone(client_of, sales, rows):
    client = client_of(sales)
    done = change(client, "archive", ids=ids(rows), scope="ids")
    assert Customer.objects.filter(archived_at=None).count() == 0
    client.post(undo_url(done))
    assert Customer.objects.filter(archived_at=None).count() == 3


def test_a_tag_is_taken_back_only_from_those_who_got_it(client_of, sales, rows):
    vip = Tag.objects.create(name="vip")
    rows[0].tags.add(vip)
    client = client_of(sales)
    done = change(client, "tag", ids=ids(rows), scope="ids", confirmed=1, tag="VIP")
    assert vip.customers.count() == 3
    client.post(undo_url(done))
    assert list(vip.customers.all()) == [rows[0]]


def test_all_matching_means_the_filters_not_the_page(client_of, sales, riyadh, rows):
    make_customer(riyadh, sales, name="elsewhere", city="B")
    client = client_of(sales)
    asked = change(client, "tag", **all_of_the_list(client, city="A", q="c"))
    kept = dict(asked.context["kept"])
    change(client, "tag", confirmed=1, tag="x", **kept)
    assert set(Customer.objects.filter(tags__name="x")) == set(rows)
    assert Activity.objects.filter(verb="tag.added", object_label="x").count() == 1


def test_a_filter_of_the_same_name_as_the_answer_still_filters(
    client_of, supervisor, sales, colleague, riyadh, rows
):
    make_customer(riyadh, colleague, name="not mine")
    client = client_of(supervisor)
    mine = all_of_the_list(client, owner=sales.pk)
    kept = dict(change(client, "assign", **mine).context["kept"])
    change(client, "assign", confirmed=1, owner=supervisor.pk, **kept)
    assert Customer.objects.filter(owner=supervisor).count() == 3
    assert Customer.objects.filter(owner=colleague).count() == 1


def test_other_branches_are_out_of_reach_of_a_bulk_change(client_of, sales_b, rows):
    change(client_of(sales_b), "archive", ids=ids(rows), scope="ids")
    change(client_of(sales_b), "archive", **all_of_the_list(client_of(sales_b)))
    assert Customer.objects.filter(archived_at=None).count() == 3


def test_all_that_match_are_changed_only_with_the_filters_of_the_list_that_was_shown(
    client_of, sales, colleague, riyadh, rows
):
    away = make_customer(riyadh, sales, name="away")
    Customer.objects.filter(pk=away.pk).update(status="inactive")
    client = client_of(sales)
    shown = all_of_the_list(client, status="inactive")
    altered = (
        {"scope": "all"},
        {**shown, "confirmed": 1},  # a confirming form calls its filters filter_…
        {**shown, "status": ""},
        {**shown, "status": "active"},
        {**shown, "q": "c"},
        {**shown, "filters_seal": ""},
        {**shown, "filters_seal": "é"},
        {**shown, **all_of_the_list(client_of(colleague), status="inactive")},
    )
    for body in altered:
        refused = change(client, "archive", **body)
        assert (refused.status_code, "choose again" in refused.content.decode()) == (409, True)
    assert not Customer.objects.exclude(archived_at=None).exists()
    change(client, "archive", **{**shown, "order": "name"})
    assert list(Customer.objects.exclude(archived_at=None)) == [away]


def test_who_may_not_assign_is_refused(client_of, sales, colleague, rows):
    answer = change(client_of(sales), "assign", ids=ids(rows), confirmed=1, owner=colleague.pk)
    assert answer.status_code == 403
    assert not Customer.objects.filter(owner=colleague).exists()


@pytest.mark.parametrize("bad", ["", "x,y", "9" * 30, "1,,2;DROP", "-1", ",".join("1" * 9000)])
def test_a_nonsense_choice_changes_nothing(client_of, sales, rows, bad):
    assert change(client_of(sales), "archive", ids=bad, scope="ids").status_code == 204
    assert Customer.objects.filter(pk__gt=1, archived_at=None).count() == 3


def test_too_many_by_hand_are_refused_as_a_whole(client_of, sales, rows, monkeypatch):
    monkeypatch.setattr("customers.services.bulk.MOST_AT_ONCE", 2)
    assert change(client_of(sales), "archive", ids=ids(rows), scope="ids").status_code == 409
    assert Customer.objects.filter(archived_at=None).count() == 3


def exported(client, **query):
    answer = client.get(reverse("customers:export"), query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_the_file_is_the_list_rows_order_and_columns(client_of, supervisor, sales, riyadh, rows):
    make_customer(riyadh, sales, name="نورة", city="B", phones=("+966551234567",))
    client = client_of(supervisor)
    query = {"city": "A", "order": "name", "cols": "city,email"}

    written = list(csv.reader(io.StringIO(exported(client, **query).lstrip("\ufeff"))))
    shown = client.get("/customers/", query).context["page"].rows

    assert written[0] == ["code", "name", "company", "city", "email"]
    assert [row[0] for row in written[1:]] == [row.code for row in shown]
    listed = json.loads(exported(client, format="json", q="نوره", cols="phone"))
    assert listed[0]["phone"] == "+966551234567"
    assert Activity.objects.filter(verb="customers.exported", actor=supervisor).count() == 2


def test_the_file_is_masked_like_the_page(client_of, supervisor, sales, riyadh):
    make_customer(riyadh, sales, phones=("+966551234567",), emails=("noura@example.com",))
    mask(supervisor, phone="masked", email="hidden")
    for kind in ("csv", "json"):
        text = exported(client_of(supervisor), format=kind, cols="phone,email")
        assert "1234567" not in text
        assert "noura" not in text
        assert "•••• 67" in text


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\u200b=1", "＝1+1", "\u00a0@x", "\u200e-2"],
)
def test_no_cell_is_a_formula(name):
    assert harmless(name) == f"'{name}"
    assert harmless("نورة 5") == "نورة 5"


def test_exporting_needs_its_permission_and_ends_at_ten_an_hour(client_of, sales, supervisor):
    url = reverse("customers:export")
    assert client_of(sales).get(url).status_code == 403
    client = client_of(supervisor)
    codes = [client.get(url).status_code for _time in range(11)]
    assert codes == [200] * 10 + [429]


def test_the_file_holds_no_other_branch(client_of, supervisor, sales_b, jeddah):
    make_customer(jeddah, sales_b, name="canary")
    text = exported(client_of(supervisor), format="json")
    assert re.search("canary", text) is None


def test_a_format_or_filter_that_does_not_exist_is_a_bad_request(client_of, supervisor):
    client = client_of(supervisor)
    for query in ({"format": "exe"}, {"category": "x"}):
        assert client.get(reverse("customers:export"), query).status_code == 400
