"""The company's own fields: defined on a page, then in forms, list, files, API and bulk changes."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Activity
from customers.errors import ChoiceInUse, CustomFieldExists, CustomFieldInUse, TooManyCustomFields
from customers.filters import CustomerFilter
from customers.models import Customer, CustomField
from customers.services import (
    FieldDraft,
    change_field,
    define_field,
    move_field,
    retire_field,
    update_customer,
)
from customers.services.field_indexes import index_name
from customers.tasks import index_custom_field
from tests.customers.conftest import all_of_the_list
from tests.factories import make_customer

FIELDS, NEW = "/customers/settings/fields/", "/customers/settings/fields/new/"
ALL = "/api/v1/customers/"
HTMX = {"HTTP_HX_REQUEST": "true"}
HOMES = (
    {"code": "villa", "ar": "فيلا", "en": "Villa"},
    {"code": "flat", "ar": "شقة", "en": "Flat"},
)


@pytest.fixture
def fields(manager):
    """One field of every kind, by code."""
    kinds = {
        "nick": "text", "area": "number", "ends": "date", "vip": "yes_no",
        "home": "choice", "wants": "choices",
    }  # fmt: skip
    return {
        code: define_field(
            FieldDraft(
                code=code,
                kind=kind,
                name_ar=f"حقل {code}",
                name_en=f"The {code}",
                choices=HOMES if kind.startswith("choice") else (),
            ),
            actor=manager,
        )
        for code, kind in kinds.items()
    }


@pytest.fixture
def customer(riyadh, sales, fields):
    return make_customer(riyadh, sales, name="نورة", custom={"area": "320", "home": "villa"})


def draft(**columns):
    return FieldDraft(**{"code": "x", "kind": "text", "name_ar": "س", "name_en": "X", **columns})


def test_a_manager_defines_a_field_on_the_page_and_others_are_refused(
    client_of, manager, supervisor
):
    body = {
        "name_ar": "نوع المنزل", "name_en": "Home type", "kind": "choice", "is_filterable": "on",
        "choice_code": ["", "", ""], "choice_ar": ["فيلا", "شقة", ""],
        "choice_en": ["Villa", "Flat", ""],
    }  # fmt: skip
    assert client_of(supervisor).post(NEW, body).status_code == 403
    assert client_of(supervisor).get(FIELDS).status_code == 403
    assert not CustomField.objects.exists()

    answer = client_of(manager).post(NEW, body, **HTMX)

    assert (answer.status_code, "close-dialog" in answer["HX-Trigger"]) == (204, True)
    made = CustomField.objects.get()
    assert (made.code, made.kind, made.is_required) == ("home_type", "choice", False)
    assert made.choices == [
        {"code": "villa", "ar": "فيلا", "en": "Villa"},
        {"code": "flat", "ar": "شقة", "en": "Flat"},
    ]
    assert "Home type" in client_of(manager).get(FIELDS).content.decode()
    assert Activity.objects.filter(verb="custom_field.defined").exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name_ar": ""}, "name_ar"),
        ({"name_en": "x" * 121}, "name_en"),
        ({"kind": "castle"}, "kind"),
        ({"kind": "choice"}, "kind"),
        ({"code": "1st"}, "code"),
        ({"code": "a b"}, "code"),
        ({"code": "مرحبا"}, "code"),
        ({"kind": "number", "lowest": "9", "highest": "1"}, "highest"),
        ({"kind": "number", "lowest": "NaN"}, "lowest"),
        ({"kind": "number", "lowest": "1e99"}, "lowest"),
    ],
)
def test_a_bad_definition_is_refused_beside_its_field(client_of, manager, change, problem):
    body = {"name_ar": "س", "name_en": "X", "kind": "text", **change}
    answer = client_of(manager).post(NEW, body, **HTMX)
    assert answer.status_code == 422
    assert problem in answer.context["form"].errors
    assert not CustomField.objects.exists()


def test_a_code_is_taken_for_ever(client_of, manager, fields):
    retire_field(fields["nick"], actor=manager)
    body = {"name_ar": "س", "name_en": "X", "kind": "text", "code": "nick"}
    answer = client_of(manager).post(NEW, body, **HTMX)
    assert (answer.status_code, "code" in answer.context["form"].errors) == (422, True)
    with pytest.raises(CustomFieldExists):
        define_field(draft(code="nick"), actor=manager)


def test_the_kind_and_used_choices_stay_once_values_exist(manager, fields, customer):
    home = fields["home"]
    with pytest.raises(CustomFieldInUse):
        change_field(fields["area"], draft(code="area", kind="text"), actor=manager)
    with pytest.raises(ChoiceInUse):
        change_field(home, draft(kind="choice", choices=HOMES[1:]), actor=manager)
    changed = change_field(
        home, draft(kind="choice", choices=({**HOMES[0], "en": "House"},)), actor=manager
    )
    assert [choice["en"] for choice in changed.choices] == ["House"]
    free = change_field(fields["nick"], draft(kind="number"), actor=manager)
    assert (free.kind, free.code) == ("number", "nick")


def test_a_stale_form_is_told_and_saves_on_the_next_try(client_of, manager, fields):
    url = f"{FIELDS}{fields['nick'].pk}/"
    client = client_of(manager)
    body = {"name_ar": "لقب", "name_en": "Nickname", "kind": "text", "version": "1"}
    change_field(fields["nick"], draft(name_en="Other"), actor=manager)
    stale = client.post(url, body, **HTMX)
    assert stale.status_code == 422
    assert CustomField.objects.get(code="nick").name_en == "Other"
    body["version"] = stale.context["form"]["version"].value()
    assert client.post(url, body, **HTMX).status_code == 204
    assert CustomField.objects.get(code="nick").name_en == "Nickname"


def test_fields_are_moved_retired_and_used_again(client_of, manager, fields):
    client = client_of(manager)
    client.post(f"{FIELDS}{fields['area'].pk}/move/", {"up": "1"}, **HTMX)
    assert list(CustomField.objects.values_list("code", flat=True))[:2] == ["area", "nick"]
    move_field(fields["area"], step=-1, actor=manager)
    assert CustomField.objects.first().code == "area"
    client.post(f"{FIELDS}{fields['area'].pk}/retire/", {}, **HTMX)
    page = client.get("/customers/new/").content.decode()
    assert ("custom.area" in page, "custom.nick" in page) == (False, True)
    client.post(f"{FIELDS}{fields['area'].pk}/retire/", {"restore": "1"}, **HTMX)
    assert "custom.area" in client.get("/customers/new/").content.decode()


def test_the_number_of_fields_is_bounded(manager, monkeypatch, fields):
    monkeypatch.setattr("customers.services.custom_fields.MOST_FIELDS", len(fields))
    with pytest.raises(TooManyCustomFields):
        define_field(draft(code="more"), actor=manager)


def test_a_new_customer_has_the_values_of_the_form(client_of, sales, fields):
    body = {
        "name": "ليلى", "kind": "person", "source": "other", "language": "ar",
        "request_id": "11111111-1111-1111-1111-111111111111",
        "custom.area": "١٢٠٫٥", "custom.ends": "31/3/2027", "custom.home": "villa",
        "custom.wants": ["villa", "flat"], "custom.vip": "true", "custom.nick": " لولو ",
    }  # fmt: skip
    assert client_of(sales).post("/customers/new/", body).status_code == 302
    assert Customer.objects.get().custom == {
        "area": "120.5", "ends": "2027-03-31", "home": "villa", "wants": ["villa", "flat"],
        "vip": True, "nick": "لولو",
    }  # fmt: skip


def test_forms_insist_on_required_fields_and_programs_need_not(
    client_of, api_of, sales, manager, fields
):
    change_field(fields["nick"], draft(code="nick", is_required=True), actor=manager)
    body = {"name": "x", "kind": "person", "source": "other", "language": "ar",
            "request_id": "11111111-1111-1111-1111-111111111111"}  # fmt: skip
    answer = client_of(sales).post("/customers/new/", body)
    assert (answer.status_code, "custom.nick" in answer.context["form"].errors) == (422, True)
    assert not Customer.objects.exists()
    assert api_of(sales).post(ALL, {"name": "x"}).status_code == 201


@pytest.mark.parametrize(
    ("name", "written"),
    [("area", "many"), ("ends", "2027-02-30"), ("home", "castle"), ("wants", "castle"),
     ("vip", "perhaps"), ("nick", "x" * 1001)],
)  # fmt: skip
def test_a_bad_value_stands_beside_its_field_and_changes_nothing(
    client_of, sales, customer, name, written
):
    body = {"name": "other", "kind": "person", "source": "other", "language": "ar",
            "status": "active", "version": "1", f"custom.{name}": written}  # fmt: skip
    answer = client_of(sales).post(f"/customers/{customer.pk}/edit/", body)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"custom.{name}"])
    customer.refresh_from_db()
    assert (customer.name, customer.version) == ("نورة", 1)


def test_an_edit_is_logged_before_and_after_and_shown_with_the_fields_name(
    client_of, sales, manager, customer
):
    update_customer(customer, {"custom": {"area": "400", "home": None}}, actor=sales)
    customer.refresh_from_db()
    assert customer.custom == {"area": "400"}
    entry = Activity.objects.about(customer).filter(verb="customer.changed").get()
    assert entry.changes["custom.area"] == ["320", "400"]
    assert entry.changes["custom.home"] == ["villa", None]
    panel = client_of(manager).get(f"/customers/{customer.pk}/activity/").content.decode()
    assert "The area" in panel
    same = update_customer(customer, {"custom": {"area": "400"}}, actor=sales)
    assert same.version == customer.version


@pytest.fixture
def three(riyadh, sales, fields):
    """Customers that differ in every kind."""
    for name, custom in {
        "small": {"area": "90", "ends": "2026-12-31", "home": "flat", "wants": ["flat"], "vip": False},
        "large": {"area": "1000.5", "ends": "2027-06-30", "home": "villa", "wants": ["villa", "flat"],
                  "vip": True, "nick": "أبو سعود"},
        "plain": {},
    }.items():  # fmt: skip
        make_customer(riyadh, sales, name=name, custom=custom)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"custom.home": "villa"}, {"large"}),
        ({"custom.home": "شقة"}, {"small"}),
        ({"custom.wants": "flat"}, {"small", "large"}),
        ({"custom.wants": "flat,villa"}, {"large"}),
        ({"custom.vip": "false"}, {"small"}),
        ({"custom.nick": "أبو سعود"}, {"large"}),
        ({"custom.area": "١٬٠٠٠٫٥"}, {"large"}),
        ({"custom.area.from": "90"}, {"small", "large"}),
        ({"custom.area.from": "91"}, {"large"}),
        ({"custom.area.to": "500"}, {"small"}),
        ({"custom.ends.from": "2027-01-01", "custom.ends.to": "30/6/2027"}, {"large"}),
        ({"custom.area.from": "1", "custom.home": "flat"}, {"small"}),
        ({"custom.area.from": ""}, {"small", "large", "plain"}),
    ],
)
def test_list_and_api_filter_by_every_kind(client_of, api_of, sales, three, query, found):
    page = client_of(sales).get("/customers/", query)
    assert {row.name for row in page.context["page"].rows} == found
    answer = api_of(sales).get(ALL, query)
    assert {row["name"] for row in answer.json()["results"]} == found


@pytest.mark.parametrize(
    "query",
    [{"custom.area": "many"}, {"custom.home": "castle"}, {"custom.gone": "1"},
     {"custom.": "1"}, {"custom.ends.from": "2027-13-01"}, {"custom.area.from": "9" * 4000}],
)  # fmt: skip
def test_a_filter_that_means_nothing_shows_nothing_instead_of_everything(
    client_of, api_of, sales, three, query
):
    page = client_of(sales).get("/customers/", query)
    assert (page.status_code, page.context["page"].rows) == (200, [])
    answer = api_of(sales).get(ALL, query)
    assert (answer.status_code, next(iter(query)) in answer.json()["errors"]) == (400, True)


def test_a_field_that_is_no_filter_is_not_offered(client_of, sales, manager, fields, three):
    change_field(fields["nick"], draft(code="nick", is_filterable=False), actor=manager)
    panel = client_of(sales).get("/customers/filters/").content.decode()
    assert ("custom.nick" in panel, "custom.area.from" in panel) == (False, True)


def test_columns_and_file_show_the_values_in_words(client_of, manager, three):
    client = client_of(manager)
    columns = "custom.home,custom.wants,custom.vip,custom.area,custom.gone"
    page = client.get("/customers/", {"cols": columns}).content.decode()
    assert "The home" in page
    assert "Villa, Flat" in page
    answer = client.get("/customers/export/", {"cols": columns, "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["large"]["custom.wants"] == "Villa, Flat"
    assert (rows["small"]["custom.vip"], rows["plain"]["custom.area"]) == ("No", "")
    assert "custom.gone" not in rows["small"]


def test_columns_are_chosen_in_the_panel_and_remembered(client_of, sales, three):
    client = client_of(sales)
    assert "custom.area" in client.get("/customers/columns/").content.decode()
    client.post("/customers/columns/", {"columns": ["phone", "custom.area"], "query": ""})
    assert "1000.5" in client.get("/customers/").content.decode()


def test_a_list_with_such_columns_and_filters_stays_cheap(client_of, manager, three):
    client = client_of(manager)
    query = {"cols": "phone,custom.home,custom.area", "custom.area.from": "1", "custom.vip": "true"}
    client.get("/customers/", query)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/customers/", query).status_code == 200
    assert len(queries) <= 8


def test_equality_uses_the_index(three):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = Customer.objects.filter(custom__contains={"home": "villa"})
        plan = found.order_by().values("pk").explain()
    assert "customer_custom" in plan


def test_the_api_reads_writes_and_refuses_values(api_of, sales, fields):
    api = api_of(sales)
    made = api.post(ALL, {"name": "n", "custom": {"area": 12.5, "home": "فيلا", "vip": True}})
    assert made.status_code == 201, made.json()
    url = f"{ALL}{made.json()['id']}/"
    assert api.get(url).json()["custom"] == {"area": "12.5", "home": "villa", "vip": True}
    assert api.patch(url, {"custom": {"vip": None}}).json()["custom"] == {
        "area": "12.5", "home": "villa",
    }  # fmt: skip
    bad = api.patch(url, {"name": "other", "custom": {"area": "x", "gone": 1, "home": "villa"}})
    assert bad.status_code == 400
    assert set(bad.json()["errors"]) == {"custom.area", "custom.gone"}
    assert api.get(url).json()["name"] == "n"
    for wrong in ([1], "x", 5, {"area": {"deep": 1}}, {"wants": [[1]]}):
        assert api.patch(url, {"custom": wrong}).status_code == 400, wrong
    codes = [one["code"] for one in api.get("/api/v1/customer-fields/").json()["results"]]
    assert set(codes) == set(fields)


def test_many_customers_get_a_value_and_give_it_back(client_of, sales, customer, three):
    client = client_of(sales)
    ids = ",".join(str(pk) for pk in Customer.objects.values_list("pk", flat=True))
    asked = client.post("/customers/bulk/field/", {"ids": ids}, **HTMX)
    assert "custom_field" in asked.content.decode()
    asked = client.post("/customers/bulk/field/", {"ids": ids, "custom_field": "area"}, **HTMX)
    assert 'name="value"' in asked.content.decode()
    body = {"ids": ids, "custom_field": "area", "value": "x", "confirmed": "1"}
    assert client.post("/customers/bulk/field/", body, **HTMX).status_code == 422
    done = client.post("/customers/bulk/field/", {**body, "value": "77"}, **HTMX)
    assert set(Customer.objects.values_list("custom__area", flat=True)) == {"77"}
    undo = Activity.objects.filter(verb="customer.bulk_changed").get()
    assert done.status_code == 204
    client.post(f"/customers/bulk/undo/{undo.pk}/", **HTMX)
    areas = dict(Customer.objects.values_list("name", "custom__area"))
    assert areas == {"نورة": "320", "small": "90", "large": "1000.5", "plain": None}


def test_many_customers_get_a_status_within_a_filtered_list(client_of, sales, three):
    client = client_of(sales)
    shown = all_of_the_list(client, **{"custom.home": "villa"})
    body = {**shown, "status": "blocked", "confirmed": "1"}
    client.post("/customers/bulk/status/", body, **HTMX)
    blocked = Customer.objects.filter(status="blocked").values_list("name", flat=True)
    assert list(blocked) == ["large"]


def test_hints_and_names_from_people_are_text(client_of, sales, manager, riyadh):
    evil = "<script>alert(1)</script>"
    define_field(
        draft(name_ar=evil, name_en=evil, help_en=evil, help_ar=evil, code="evil"), actor=manager
    )
    customer = make_customer(riyadh, sales, custom={"evil": evil})
    for path in (
        "new/",
        "filters/",
        f"{customer.pk}/",
        f"{customer.pk}/edit/",
        "?cols=custom.evil",
    ):
        assert evil not in client_of(sales).get(f"/customers/{path}").content.decode(), path
    assert evil not in client_of(manager).get(FIELDS).content.decode()


def test_a_range_gets_an_index_that_follows_the_field(three, fields, manager):
    area, ends = fields["area"], fields["ends"]
    connection.check_constraints()  # no index is made while deferred ones wait
    for field in (area, ends):
        for _time in range(2):
            index_custom_field(field_id=field.pk)
    query = {"custom.area.from": "91", "custom.ends.to": "2027-06-30"}
    request = SimpleNamespace(user=manager)
    rows = CustomerFilter(query, Customer.objects.all(), request=request).qs
    assert [row.name for row in rows] == ["large"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for name, value, field in (
        ("custom.area.from", "91", area),
        ("custom.ends.to", "2027-06-30", ends),
    ):
        found = CustomerFilter({name: value}, Customer.objects.all(), request=request).qs
        assert index_name(field, field.kind) in found.order_by().values("pk").explain(), name

    retire_field(area, actor=manager)
    connection.check_constraints()
    index_custom_field(field_id=area.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [index_name(area, "number")])
        assert cursor.fetchone() == (None,)
    index_custom_field(field_id=fields["home"].pk)
    index_custom_field(field_id=0)


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_customers_stay_writable_meanwhile(company):
    field = CustomField.objects.create(code="area", kind="number", name_ar="م", name_en="Area")
    with CaptureQueriesContext(connection) as queries:
        index_custom_field(field_id=field.pk)
        index_custom_field(field_id=field.pk)
        CustomField.objects.update(is_filterable=False)
        index_custom_field(field_id=field.pk)
    done = [str(query["sql"]) for query in queries.captured_queries]
    assert sum("CREATE INDEX CONCURRENTLY" in sql for sql in done) == 1
    assert sum("DROP INDEX CONCURRENTLY" in sql for sql in done) == 1


def test_what_an_earlier_kind_left_behind_breaks_no_range(three, fields, client_of, sales):
    Customer.objects.filter(name="small").update(custom={"area": "about ninety", "ends": "soon"})
    for query in ({"custom.area.from": "1"}, {"custom.ends.from": "2027-01-01"}):
        page = client_of(sales).get("/customers/", query)
        assert "large" in {row.name for row in page.context["page"].rows}
