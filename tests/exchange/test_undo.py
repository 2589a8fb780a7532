"""An import is taken back: what nobody touched goes, what somebody touched stays and is counted."""

import pytest

from accounts.models import Activity
from customers.models import Address, Consent, ContactPoint, Customer, Note, Tag
from customers.services import (
    AddressDraft,
    BulkChange,
    NewPoint,
    add_note,
    add_point,
    archive_customer,
    bulk_change,
    change_address,
    edit_note,
    update_customer,
)
from exchange.errors import CannotUndo
from exchange.models import Batch
from exchange.services import undoing
from tests.factories import make_customer

HEAD = "Name,Phone,Email,Street,Tags,Notes,Marketing consent"
ROWS = [f"P{n},05512340{n:02d},p{n}@x.example,{n} King Rd,VIP,note {n},yes" for n in range(6)]
CONTENT = "\n".join([HEAD, *ROWS]).encode()


def columns(customer):
    skipped = {"version", "search", "last_contact_at", "name_keys"}
    return {
        field.attname: getattr(customer, field.attname)
        for field in Customer._meta.concrete_fields
        if field.attname not in skipped
    }


def test_everything_of_an_untouched_import_goes(bring_in, take_back, manager, monkeypatch):
    monkeypatch.setattr("exchange.services.undoing.CHUNK", 4)
    batch = take_back(bring_in(manager, CONTENT))
    assert (batch.status, batch.kept_count) == (Batch.Status.UNDONE, 0)
    for model in (Customer, ContactPoint, Address, Note, Consent):
        assert model.objects.count() == 0
    assert Activity.objects.filter(verb="import.undone").count() == 1


@pytest.mark.parametrize("what", ["changed", "noted", "reached", "archived child"])
def test_what_somebody_touched_stays(what, bring_in, take_back, manager):
    batch = bring_in(manager, CONTENT)
    one = Customer.objects.order_by("pk")[2]
    if what == "changed":
        update_customer(one, {"city": "Abha"}, actor=manager)
    elif what == "noted":
        add_note(one, "hello", author=manager)
    elif what == "reached":
        add_point(one, NewPoint(kind="email", value="new@x.example"), actor=manager)
    else:
        one.points.filter(kind="email").update(removed_at=one.created_at, is_primary=False)
    batch = take_back(batch)
    assert batch.kept_count == 1
    assert [left.pk for left in Customer.objects.all()] == [one.pk]


def address_changed(one, actor):
    change_address(one.addresses.get(), AddressDraft(line="9 New Rd"), actor=actor)


def note_changed(one, actor):
    edit_note(one.notes.get(), "other words", editor=actor)


def tagged_with_others(one, actor):
    rows = Customer.objects.filter(pk=one.pk)
    bulk_change(rows, BulkChange(tag=Tag.objects.create(name="by hand")), actor=actor)


def archived(one, actor):
    archive_customer(one, actor=actor)


@pytest.mark.parametrize("touch", [address_changed, note_changed, tagged_with_others, archived])
def test_what_somebody_changed_of_that_which_came_in_stays(touch, bring_in, take_back, manager):
    batch = bring_in(manager, CONTENT)
    one = Customer.objects.order_by("pk")[2]
    touch(one, manager)
    batch = take_back(batch)
    assert batch.kept_count == 1
    assert [left.pk for left in Customer.objects.all()] == [one.pk]


def test_an_address_that_was_filled_in_and_changed_since_stays(
    bring_in, take_back, manager, riyadh
):
    one = make_customer(riyadh, None, name="Noura", phones=("+966551234000",))
    content = f"{HEAD}\nNoura,0551234000,,1 King Rd,,,\n".encode()
    batch = bring_in(manager, content, on_duplicate=Batch.OnDuplicate.UPDATE)
    address_changed(one, manager)
    batch = take_back(batch)
    one.refresh_from_db()
    assert (batch.kept_count, one.address, one.addresses.get().line) == (1, "9 New Rd", "9 New Rd")


def test_what_happened_before_an_import_does_not_keep_it(bring_in, take_back, manager, riyadh):
    one = make_customer(riyadh, None, name="Noura", phones=("+966551234000",))
    add_point(one, NewPoint(kind="email", value="n@x.example"), actor=manager)
    content = f"{HEAD}\nNoura,0551234000,,1 King Rd,,,\n".encode()
    batch = take_back(bring_in(manager, content, on_duplicate=Batch.OnDuplicate.UPDATE))
    one.refresh_from_db()
    assert (batch.kept_count, one.address) == (0, "")


def test_filled_in_customers_are_as_before(bring_in, take_back, manager, riyadh):
    one = make_customer(
        riyadh, None, name="Noura", city="Jeddah", national_id="123", phones=("+966551234000",)
    )
    before = columns(one)
    head = f"{HEAD},National ID"
    rows = "Noura A.,0551234000,n@x.example,1 King Rd,VIP,hi,yes,1099887766"
    content = f"{head}\n{rows}\n".encode()
    batch = bring_in(manager, content, on_duplicate=Batch.OnDuplicate.UPDATE)
    one.refresh_from_db()
    assert (one.name, one.national_id) == ("Noura A.", "1099887766")
    assert "1099887766" not in str(list(batch.changes.values()))
    assert '"123"' not in str(list(batch.changes.values()))
    batch = take_back(batch)
    one.refresh_from_db()
    assert columns(one) == before
    assert batch.kept_count == 0
    assert [point.value for point in one.points.all()] == ["+966551234000"]
    assert not one.tags.exists()
    assert not one.notes.exists()
    assert not one.addresses.exists()


def test_a_consent_that_was_brought_in_counts_no_more(bring_in, take_back, manager, riyadh):
    one = make_customer(riyadh, None, name="Noura", phones=("+966551234000",))
    content = b"Name,Phone,Marketing consent\nNoura,0551234000,yes\n"
    batch = bring_in(manager, content, on_duplicate=Batch.OnDuplicate.UPDATE)
    take_back(batch)
    ledger = [entry.is_granted for entry in one.consents.order_by("pk")]
    assert ledger == [True, False]


def test_a_customer_filled_in_and_changed_since_stays(bring_in, take_back, manager, riyadh):
    one = make_customer(riyadh, None, name="Noura", phones=("+966551234000",))
    content = b"Name,Phone,City\nNoura,0551234000,Riyadh\n"
    batch = bring_in(manager, content, on_duplicate=Batch.OnDuplicate.UPDATE)
    update_customer(Customer.objects.get(pk=one.pk), {"company": "Ofuq"}, actor=manager)
    batch = take_back(batch)
    one.refresh_from_db()
    assert (one.city, one.company, batch.kept_count) == ("Riyadh", "Ofuq", 1)


@pytest.mark.parametrize("chunk", [1, 1000])
def test_made_and_filled_in_by_one_import_goes_as_a_whole(
    chunk, bring_in, take_back, manager, monkeypatch
):
    monkeypatch.setattr("exchange.services.undoing.CHUNK", chunk)
    content = b"Name,Phone,City\nNoura,0551234000,Jeddah\nNoura A,0551234000,Riyadh\n"
    batch = bring_in(manager, content, on_duplicate=Batch.OnDuplicate.UPDATE)
    assert (batch.created_count, batch.updated_count) == (1, 1)
    batch = take_back(batch)
    assert (Customer.objects.count(), batch.kept_count) == (0, 0)


def test_an_import_is_taken_back_once(bring_in, take_back, manager):
    batch = take_back(bring_in(manager, CONTENT))
    with pytest.raises(CannotUndo):
        take_back(batch)


def test_an_undo_that_stopped_and_goes_on_counts_what_it_kept_before(
    bring_in, take_back, manager, monkeypatch
):
    monkeypatch.setattr("exchange.services.undoing.CHUNK", 4)
    batch = bring_in(manager, CONTENT)
    add_note(Customer.objects.order_by("pk").last(), "hello", author=manager)
    whole, chunks = undoing._undo_chunk, iter([True, False])

    def breaks_at_the_second(*args):
        if not next(chunks, True):
            raise ValueError("a fault")
        return whole(*args)

    monkeypatch.setattr(undoing, "_undo_chunk", breaks_at_the_second)
    batch = take_back(batch)
    assert (batch.status, batch.kept_count) == (Batch.Status.FAILED, 1)
    batch = take_back(batch)
    assert (batch.status, batch.kept_count) == (Batch.Status.UNDONE, 1)
    assert Customer.objects.count() == 1
