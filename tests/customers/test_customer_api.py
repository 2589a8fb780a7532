"""Customers by API: access, strict input, filters and pages shared with the list."""

import pytest

from accounts.models import Activity
from customers.models import Consent, Customer, Note
from customers.search import find_customers
from tests.customers.test_customer_list import mask
from tests.factories import make_customer

ALL = "/api/v1/customers/"


def test_a_customer_is_added_and_read_back(api_of, sales, riyadh):
    api = api_of(sales)
    made = api.post(ALL, {"name": "نورة", "phones": ["٠٥٥١٢٣٤٥٦٧"], "emails": ["N@x.com"]})
    assert made.status_code == 201, made.json()
    read = api.get(f"{ALL}{made.json()['id']}/").json()
    assert (read["phone"], read["email"]) == ("+966551234567", "n@x.com")
    assert (read["branch"], read["owner"]) == (riyadh.pk, sales.pk)


def test_an_integration_adds_customers_of_its_branch(api_with_key, riyadh):
    made = api_with_key.post(ALL, {"name": "From the shop"})
    assert made.status_code == 201
    assert (made.json()["branch"], made.json()["owner"]) == (riyadh.pk, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 5, "phones": "x"}, "phones"),
        ({"name": "x", "phones": ["12"]}, "phones"),
        ({"name": "x", "emails": ["no"]}, "emails"),
        ({"name": "x", "kind": "alien"}, "kind"),
        ({"name": "x", "category": 99999}, "category"),
        ({"name": "x", "category": 2**62}, "category"),
        ({"name": "x", "category": "x"}, "category"),
        ({"name": "x", "is_admin": True}, "is_admin"),
        ({"name": "x", "created_by": 1}, "created_by"),
        ({"name": "x", "status": "active"}, "status"),
        ({"name": "x" * 201}, "name"),
        ({"name": "x", "tags": [1, 2]}, "tags"),
    ],
)
def test_bad_input_names_its_field_and_saves_nothing(api_of, sales, body, field):
    answer = api_of(sales).post(ALL, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"]
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "body", ['{"name": "a\\u0000b"}', '{"name": "\\ud800"}', "[1]", "x", "NaN"]
)
def test_what_cannot_be_stored_is_a_bad_request(api_of, sales, body):
    answer = api_of(sales).post(ALL, body, content_type="application/json")
    assert answer.status_code == 400
    assert not Customer.objects.exists()


def test_another_branchs_customer_does_not_exist(api_of, sales_b, sales, riyadh):
    customer = make_customer(riyadh, sales, name="canary")
    api = api_of(sales_b)
    url = f"{ALL}{customer.pk}/"
    for path in (url, f"{url}notes/", f"{url}points/", f"{url}consents/", f"{url}timeline/"):
        assert api.get(path).status_code == 404, path
    assert api.patch(url, {"name": "x"}).status_code == 404
    assert api.post(f"{url}notes/", {"text": "x"}).status_code == 404
    assert b"canary" not in api.get(ALL, {"search": "canary"}).content
    assert find_customers(sales_b, "canary") == []


def test_related_records_out_of_reach_do_not_exist(api_of, supervisor, sales_b, jeddah):
    api = api_of(supervisor)
    for field, value in (("owner", sales_b.pk), ("branch", jeddah.pk)):
        answer = api.post(ALL, {"name": "x", field: value})
        assert field in answer.json()["errors"]


def test_sales_cannot_give_a_customer_away(api_of, sales, colleague):
    answer = api_of(sales).post(ALL, {"name": "x", "owner": colleague.pk})
    assert "owner" in answer.json()["errors"]


def test_the_same_key_and_body_make_one_customer(api_of, sales):
    api, key = api_of(sales), {"HTTP_IDEMPOTENCY_KEY": "order-17"}
    first, second = (api.post(ALL, {"name": "once"}, **key) for _time in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Customer.objects.count() == 1
    assert api.post(ALL, {"name": "other"}, **key).status_code == 409
    assert Customer.objects.count() == 1


def test_a_refused_call_can_be_corrected_under_its_key(api_of, sales):
    api, key = api_of(sales), {"HTTP_IDEMPOTENCY_KEY": "k1"}
    assert api.post(ALL, {"name": ""}, **key).status_code == 400
    assert api.post(ALL, {"name": "right"}, **key).status_code == 201


def test_a_key_is_the_callers_own(api_of, sales, colleague):
    key = {"HTTP_IDEMPOTENCY_KEY": "same"}
    for user in (sales, colleague):
        assert api_of(user).post(ALL, {"name": "x"}, **key).status_code == 201
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("key", ["", "k" * 201, "مفتاح"])
def test_a_key_that_is_none_is_refused(api_of, sales, key):
    answer = api_of(sales).post(ALL, {"name": "x"}, HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400
    assert not Customer.objects.exists()


def test_search_filters_and_pages_are_those_of_the_list(api_of, sales, riyadh):
    for number in range(5):
        make_customer(
            riyadh, sales, name=f"أحمد {number}", city="جدة", phones=(f"+96655000000{number}",)
        )
    make_customer(riyadh, sales, name="ليلى")
    api = api_of(sales)
    first = api.get(
        ALL, {"search": "احمد", "city": "جدة", "page_size": 3, "ordering": "name"}
    ).json()
    second = api.get(first["next"]).json()
    names = [row["name"] for row in first["results"] + second["results"]]
    assert names == [f"أحمد {number}" for number in range(5)]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query", [{"category": "x"}, {"ordering": "password"}, {"page_size": "1000"}, {"cursor": "x"},
              {"status": "x"}, {"created_from": "x"}],
)  # fmt: skip
def test_a_query_that_means_nothing_is_a_bad_request_with_its_field(api_of, sales, query):
    answer = api_of(sales).get(ALL, query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()["errors"]


def test_masked_fields_are_masked_in_every_answer(api_of, sales, riyadh):
    customer = make_customer(
        riyadh, sales, name="نورة", phones=("+966551234567",), emails=("noura@example.com",),
        national_id="1098765432",
    )  # fmt: skip
    mask(sales, phone="masked", email="hidden", identifiers="hidden")
    api, url = api_of(sales), f"{ALL}{customer.pk}/"
    for path in (ALL, url, f"{url}points/"):
        text = api.get(path).content.decode()
        assert not [secret for secret in ("1234567", "noura", "98765432") if secret in text], path
    assert "1234567" not in str(find_customers(sales, "نورة"))
    assert api.patch(url, {"national_id": "1"}).status_code == 400


def test_who_has_the_newest_version_gets_304(api_of, sales, riyadh):
    customer = make_customer(riyadh, sales)
    api, url = api_of(sales), f"{ALL}{customer.pk}/"
    tag = api.get(url)["ETag"]
    assert api.get(url, HTTP_IF_NONE_MATCH=tag).status_code == 304
    api.patch(url, {"city": "Jeddah"})
    assert api.get(url, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_a_change_with_an_old_version_is_refused(api_of, sales, riyadh):
    customer = make_customer(riyadh, sales, name="a")
    api, url = api_of(sales), f"{ALL}{customer.pk}/"
    assert api.patch(url, {"name": "b", "version": 1}).json()["version"] == 2
    refused = api.patch(url, {"name": "c", "version": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "edit_conflict")
    assert Activity.objects.about(customer).filter(verb="customer.changed").count() == 1


def test_notes_points_consents_and_timeline_of_a_customer(api_of, sales, riyadh):
    customer = make_customer(riyadh, sales)
    api, url = api_of(sales), f"{ALL}{customer.pk}/"
    assert api.post(f"{url}notes/", {"text": "hello"}).status_code == 201
    point = api.post(f"{url}points/", {"kind": "phone", "value": "0551234567"}).json()
    assert (point["value"], point["is_primary"]) == ("+966551234567", True)
    entry = {"point": point["id"], "purpose": "marketing", "is_granted": True, "source": "shop"}
    assert api.post(f"{url}consents/", entry).status_code == 201
    assert api.delete(f"{url}points/{point['id']}/").status_code == 204
    assert api.get(f"{url}points/").json()["results"] == []
    for name in ("notes", "consents", "timeline"):
        assert len(api.get(f"{url}{name}/").json()["results"]) == 1, name
    assert (Note.objects.count(), Consent.objects.count()) == (1, 1)


def test_readers_cannot_write(api_of, auditor, sales, riyadh):
    customer = make_customer(riyadh, sales)
    api, url = api_of(auditor), f"{ALL}{customer.pk}/"
    assert api.get(url).status_code == 200
    assert api.post(ALL, {"name": "x"}).status_code == 403
    assert api.patch(url, {"name": "x"}).status_code == 403
    assert api.post(f"{url}notes/", {"text": "x"}).status_code == 403


def test_the_palette_finds_customers_with_where_they_lead(sales, riyadh):
    customer = make_customer(riyadh, sales, name="نورة العتيبي", phones=("+966551234567",))
    (hit,) = find_customers(sales, "العتيبى")
    assert (hit.label, hit.url) == ("نورة العتيبي", customer.get_absolute_url())
    assert customer.code in hit.detail
    assert find_customers(sales, "   ") == []
