"""Making and editing customers by the forms."""

import uuid
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import Activity
from customers.models import Customer
from tests.factories import make_customer

NEW = "/customers/new/"


def filled(**values):
    return {"kind": "person", "name": "نورة العتيبي", "source": "other", "language": "ar",
            "request_id": str(uuid.uuid4()), **values}  # fmt: skip


def edited(customer, **values):
    known = {name: getattr(customer, name) for name in ("kind", "name", "company", "status",
             "source", "city", "address", "language", "version")}  # fmt: skip
    return {**known, **values}


def test_a_branch_that_must_be_chosen_stands_before_the_fold(client_of, manager):
    page = client_of(manager).get(NEW).content.decode()
    assert page.index('name="branch"') < page.index("<details")


def test_a_customer_is_made_with_contacts_in_any_writing(client_of, sales, riyadh):
    data = filled(
        phones="٠٥٥١٢٣٤٥٦٧، +20 100 123 4567", emails="Noura@Example.com", city=" الرياض "
    )
    answer = client_of(sales).post(NEW, data, HTTP_HX_REQUEST="true")

    customer = Customer.objects.get()
    assert answer["HX-Redirect"] == customer.get_absolute_url()
    assert (customer.branch, customer.owner, customer.created_by) == (riyadh, sales, sales)
    assert sorted(customer.points.values_list("value", flat=True)) == [
        "+201001234567", "+966551234567", "noura@example.com",
    ]  # fmt: skip
    assert customer.phone == "+966551234567"
    assert Activity.objects.about(customer).get().verb == "customer.created"


def test_a_submit_sent_twice_makes_one_customer(client_of, sales):
    client, data = client_of(sales), filled()
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert Customer.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "\u202e\u200f"),
        ("phones", "not a phone"),
        ("phones", "05512"),
        ("phones", ",".join(f"055123456{n}" for n in range(6))),
        ("emails", "a@"),
        ("emails", "one@example.com, two"),
        ("kind", "alien"),
        ("category", "99999"),
        ("category", "9" * 50),
        ("tags", "1; DROP TABLE"),
        ("request_id", "not-a-uuid"),
        ("language", "xx"),
    ],
)
def test_a_problem_stands_beside_its_field_and_nothing_is_saved(client_of, sales, field, written):
    answer = client_of(sales).post(NEW, filled(**{field: written}), HTTP_HX_REQUEST="true")
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Customer.objects.exists()


def test_marks_that_reorder_a_line_are_not_stored(client_of, sales):
    client_of(sales).post(NEW, filled(name="abc\u202egnp.exe", city="a\x0bb"))
    customer = Customer.objects.get()
    assert (customer.name, customer.city) == ("abcgnp.exe", "ab")


def test_a_nul_byte_is_refused(client_of, sales):
    body, form = urlencode(filled(name="a\x00b")), "application/x-www-form-urlencoded"
    assert client_of(sales).post(NEW, body, content_type=form).status_code == 400
    assert not Customer.objects.exists()


def test_sales_cannot_choose_another_owner_or_branch(client_of, sales, colleague, jeddah, riyadh):
    client_of(sales).post(NEW, filled(owner=colleague.pk, branch=jeddah.pk))
    customer = Customer.objects.get()
    assert (customer.owner, customer.branch) == (sales, riyadh)


def test_a_manager_says_the_branch_and_phones_belong_to_it(client_of, manager, jeddah):
    egypt = type(jeddah).objects.create(code="cai", name_ar="القاهرة", name_en="Cairo",
                                        phone_region="EG")  # fmt: skip
    client_of(manager).post(NEW, filled(branch=egypt.pk, phones="01001234567", owner=""))
    assert Customer.objects.get().phone == "+201001234567"


def test_who_may_not_add_is_refused(client_of, auditor):
    client = client_of(auditor)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, filled()).status_code == 403
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [{"phones": "00966 55 123 4567"}, {"emails": "MO@example.com"}, {"name": "Mohamed Aly Hassan"}],
)
def test_a_known_customer_is_offered_while_typing(client_of, sales, riyadh, typed):
    known = make_customer(
        riyadh, sales, name="محمد علي حسن", phones=("+966551234567",), emails=("mo@example.com",)
    )
    data = {**filled(name="فلان"), **typed}
    answer = client_of(sales).post(reverse("customers:duplicate_check"), data)
    assert [one.customer for one in answer.context["candidates"]] == [known]
    assert known.code in answer.content.decode()


def test_the_duplicate_check_tells_nothing_of_other_branches(client_of, sales, sales_b, jeddah):
    make_customer(jeddah, sales_b, name="canary", phones=("+966551234567",))
    answer = client_of(sales).post(
        reverse("customers:duplicate_check"), filled(phones="0551234567")
    )
    assert answer.context["candidates"] == []
    assert "canary" not in answer.content.decode()


def test_a_change_is_saved_and_logged_before_and_after(client_of, sales, riyadh):
    customer = make_customer(riyadh, sales, name="Nora", city="Jeddah")
    url = reverse("customers:edit", args=[customer.pk])
    client_of(sales).post(url, edited(customer, name="Noura", city="Riyadh"))

    customer.refresh_from_db()
    assert (customer.name, customer.city, customer.version) == ("Noura", "Riyadh", 2)
    changes = Activity.objects.about(customer).first().changes
    assert changes["name"] == ["Nora", "Noura"]
    assert changes["city"] == ["Jeddah", "Riyadh"]


def test_saving_without_a_change_changes_and_logs_nothing(client_of, sales, riyadh):
    customer = make_customer(riyadh, sales)
    client_of(sales).post(reverse("customers:edit", args=[customer.pk]), edited(customer))
    customer.refresh_from_db()
    assert customer.version == 1
    assert Activity.objects.about(customer).count() == 1  # its making


def test_an_edit_over_somebody_elses_is_shown_what_changed_and_can_be_saved_then(
    client_of, sales, supervisor, riyadh
):
    customer = make_customer(riyadh, sales, name="Nora", city="Jeddah")
    url, mine = reverse("customers:edit", args=[customer.pk]), client_of(sales)
    client_of(supervisor).post(url, edited(customer, city="Mecca", owner=sales.pk))

    refused = mine.post(url, edited(customer, name="Noura", city="Mecca"), HTTP_HX_REQUEST="true")

    assert refused.status_code == 422
    page = refused.content.decode()
    assert supervisor.name in page
    assert "Mecca" in page
    assert "arrow-narrow-right" in page  # from before to after, turned by the page's direction
    assert 'value="Noura"' in page
    customer.refresh_from_db()
    assert customer.name == "Nora"

    mine.post(url, edited(customer, name="Noura"))
    customer.refresh_from_db()
    assert (customer.name, customer.city) == ("Noura", "Mecca")


def test_an_identifier_is_kept_when_left_empty_and_removed_by_a_dash(client_of, manager, riyadh):
    customer = make_customer(riyadh, None, name="x", national_id="1098765432")
    url, client = reverse("customers:edit", args=[customer.pk]), client_of(manager)
    data = edited(customer, branch=riyadh.pk, national_id="")
    client.post(url, data)
    customer.refresh_from_db()
    assert customer.national_id == "1098765432"
    client.post(url, {**data, "national_id": "-"})
    customer.refresh_from_db()
    assert customer.national_id is None
    assert "1098765432" not in str(Activity.objects.about(customer).first().changes)


def test_a_new_name_is_found_by_search_and_duplicate_check(client_of, sales, riyadh):
    customer = make_customer(riyadh, sales, name="Old")
    client = client_of(sales)
    client.post(
        reverse("customers:edit", args=[customer.pk]), edited(customer, name="محمد علي حسن")
    )
    found = client.get("/customers/", {"q": "محمد"})
    assert [row.pk if hasattr(row, "pk") else row.id for row in found.context["page"].rows]
    answer = client.post(reverse("customers:duplicate_check"), filled(name="Mohamed Ali Hassan"))
    assert [one.customer for one in answer.context["candidates"]] == [customer]


def test_an_archived_customer_can_be_brought_back(client_of, sales, riyadh):
    customer = make_customer(riyadh, sales)
    url, client = reverse("customers:archive", args=[customer.pk]), client_of(sales)
    client.post(url)
    customer.refresh_from_db()
    assert customer.archived_at
    client.post(url, {"restore": "1"})
    customer.refresh_from_db()
    assert customer.archived_at is None
