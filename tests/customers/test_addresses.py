"""Addresses: several, one of them primary, which the customer's row repeats."""

import pytest

from accounts.models import Activity
from customers.errors import TooManyAddresses
from customers.models import Address, Customer
from customers.services import (
    AddressDraft,
    NewCustomer,
    add_address,
    create_customer,
    make_primary_address,
    merge_customers,
    undo_merge,
    update_customer,
)
from tests.factories import make_customer

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def customer(riyadh, sales):
    return make_customer(riyadh, sales, name="نورة")


def place(customer):
    customer.refresh_from_db()
    return (customer.address, customer.city)


def test_the_first_address_is_primary_and_on_the_customers_row(client_of, sales, customer):
    url = f"/customers/{customer.pk}/addresses/add/"
    body = {"line": "شارع العليا 5", "district": "العليا", "city": "الرياض", "country": "SA",
            "postal_code": "١٢٢١١", "map_url": "maps.example.com/x"}  # fmt: skip
    answer = client_of(sales).post(url, body, **HTMX)
    assert answer.status_code == 204, answer.content
    address = Address.objects.get()
    assert (address.is_primary, address.postal_code) == (True, "12211")
    assert address.map_url == "https://maps.example.com/x"
    assert place(customer) == ("شارع العليا 5, العليا", "الرياض")
    assert Activity.objects.about(customer).filter(verb="customer.address_added").exists()
    panel = client_of(sales).get(f"/customers/{customer.pk}/addresses/").content.decode()
    assert "شارع العليا 5" in panel


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"line": ""}, "line"),
        ({"line": "x" * 301}, "line"),
        ({"country": "XX"}, "country"),
        ({"map_url": "javascript:alert(1)"}, "map_url"),
        ({"map_url": "data:text/html,x"}, "map_url"),
        ({"postal_code": "1" * 13}, "postal_code"),
    ],
)
def test_a_bad_address_stands_beside_its_field(client_of, sales, customer, change, problem):
    url = f"/customers/{customer.pk}/addresses/add/"
    answer = client_of(sales).post(url, {"line": "x", "country": "SA", **change}, **HTMX)
    assert (answer.status_code, problem in answer.context["form"].errors) == (422, True)
    assert not Address.objects.exists()


def test_a_double_click_is_one_address(sales, customer):
    draft = AddressDraft(line="x", city="y")
    assert add_address(customer, draft, actor=sales) == add_address(customer, draft, actor=sales)
    assert Address.objects.count() == 1


def test_an_address_that_stood_on_the_row_stays_the_primary_one(sales, riyadh):
    customer = make_customer(riyadh, sales, address="old street", city="جدة")
    add_address(customer, AddressDraft(line="new street"), actor=sales)
    lines = list(customer.addresses.values_list("line", "city", "is_primary"))
    assert lines == [("old street", "جدة", True), ("new street", "", False)]
    assert place(customer) == ("old street", "جدة")


def test_primary_moves_edits_and_removal_are_followed(client_of, sales, customer):
    first = add_address(customer, AddressDraft(line="first", city="A"), actor=sales)
    second = add_address(customer, AddressDraft(line="second", city="B"), actor=sales)
    client, base = client_of(sales), f"/customers/{customer.pk}/addresses/"
    client.post(f"{base}{second.pk}/primary/", **HTMX)
    assert place(customer) == ("second", "B")
    client.post(f"{base}{second.pk}/", {"line": "changed", "city": "C", "country": "SA"}, **HTMX)
    assert place(customer) == ("changed", "C")
    client.post(f"{base}{second.pk}/remove/", **HTMX)
    assert place(customer) == ("first", "A")
    first.refresh_from_db()
    assert first.is_primary
    client.post(f"{base}{first.pk}/remove/", **HTMX)
    assert place(customer) == ("", "")


def test_what_is_written_on_the_row_reaches_the_primary_address(sales, customer):
    address = add_address(customer, AddressDraft(line="first", city="A"), actor=sales)
    update_customer(customer, {"city": "Z", "address": "moved"}, actor=sales)
    address.refresh_from_db()
    assert (address.line, address.city) == ("moved", "Z")


def test_the_number_of_addresses_is_bounded(sales, customer, monkeypatch):
    monkeypatch.setattr("customers.services.addresses.MOST_ADDRESSES", 2)
    for line in ("a", "b"):
        add_address(customer, AddressDraft(line=line), actor=sales)
    with pytest.raises(TooManyAddresses):
        add_address(customer, AddressDraft(line="c"), actor=sales)


def test_strangers_and_readers_are_refused(client_of, api_of, sales_b, auditor, sales, customer):
    address = add_address(customer, AddressDraft(line="canary"), actor=sales)
    base = f"/customers/{customer.pk}/addresses/"
    for path in (base, f"{base}add/", f"{base}{address.pk}/"):
        assert client_of(sales_b).get(path).status_code == 404, path
    assert client_of(auditor).get(base).status_code == 200
    assert client_of(auditor).post(f"{base}{address.pk}/remove/").status_code == 403
    assert api_of(sales_b).get(f"/api/v1{base}").status_code == 404
    assert api_of(auditor).delete(f"/api/v1{base}{address.pk}/").status_code == 403
    assert Address.objects.get() == address


def test_another_customers_address_is_not_there(client_of, sales, riyadh, customer):
    other = make_customer(riyadh, sales)
    address = add_address(other, AddressDraft(line="x"), actor=sales)
    url = f"/customers/{customer.pk}/addresses/{address.pk}/remove/"
    assert client_of(sales).post(url).status_code == 404
    assert Address.objects.exists()


def test_addresses_by_api(api_of, sales, customer):
    api, url = api_of(sales), f"/api/v1/customers/{customer.pk}/addresses/"
    made = api.post(url, {"line": "شارع", "city": "جدة"})
    assert (made.status_code, made.json()["is_primary"]) == (201, True)
    one = f"{url}{made.json()['id']}/"
    assert api.patch(one, {"label": "villa"}).json()["label"] == "villa"
    assert place(customer) == ("شارع", "جدة")
    for wrong in ({}, {"line": ""}, {"line": "x", "country": "sa"}, {"line": "x", "gone": 1},
                  {"line": "x", "map_url": "ftp://x"}, {"line": ["x"]}):  # fmt: skip
        assert api.post(url, wrong).status_code == 400, wrong
    assert api.delete(one).status_code == 204
    assert api.get(url).json()["results"] == []


def test_a_merge_follows_the_chosen_address_and_gives_both_back(manager, riyadh):
    kept, merged = (
        create_customer(NewCustomer(name=name, branch=riyadh), actor=manager) for name in "ab"
    )
    mine = add_address(kept, AddressDraft(line="mine"), actor=manager)
    theirs = add_address(merged, AddressDraft(line="theirs"), actor=manager)
    extra = add_address(merged, AddressDraft(line="extra"), actor=manager)
    merge = merge_customers(
        Customer.objects.get(pk=kept.pk),
        Customer.objects.get(pk=merged.pk),
        choices={"address": "merged"},
        actor=manager,
    )
    assert place(kept) == ("theirs", "")
    assert kept.addresses.get(is_primary=True) == theirs
    extra.refresh_from_db()
    make_primary_address(extra, actor=manager)
    undo_merge(merge, actor=manager)
    assert kept.addresses.get(is_primary=True) == mine
    assert merged.addresses.get(is_primary=True) == extra
