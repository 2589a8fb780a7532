"""Two customers become one, and two again: nothing is lost on either way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Activity
from customers.errors import CannotMerge, CannotUndoMerge
from customers.models import Consent, Customer, DuplicatePair, Note, TimelineEntry
from customers.services import (
    NewCustomer,
    NewPoint,
    Statement,
    add_note,
    add_point,
    create_customer,
    look_for_pairs,
    merge_customers,
    preview_merge,
    record_consent,
    undo_merge,
    update_customer,
)
from customers.services.merging import children
from tests.factories import make_customer


@pytest.fixture
def two(riyadh: Any, sales: Any, manager: Any) -> tuple[Customer, Customer]:
    """The same man twice: in Arabic with a phone, in Latin letters with more of everything."""
    kept = create_customer(
        NewCustomer(name="محمد علي", branch=riyadh, owner=sales, phones=("+966551110001",)),
        actor=sales,
    )
    merged = create_customer(
        NewCustomer(
            name="Mohamed Aly",
            branch=riyadh,
            owner=sales,
            phones=("+966551110001", "+966551110002"),
            emails=("m.aly@example.com",),
            city="جدة",
            national_id="1010101010",
        ),
        actor=sales,
    )
    return kept, merged


def owned(customer: Customer) -> dict[str, list[int]]:
    return {
        f"{model._meta.label}.{field}": sorted(
            model._base_manager.filter(**{field: customer}).values_list("pk", flat=True)
        )
        for model, field in children()
    }


def test_every_row_goes_over_and_comes_back_even_after_later_edits(two, manager, sales):
    kept, merged = two
    note = add_note(merged, text="أول ملاحظة", author=sales)
    before = owned(merged)
    merge = merge_customers(kept, merged, choices={"city": "merged"}, actor=manager)

    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (merged.merged_into, merged.archived_at is not None) == (kept, True)
    assert Note.objects.get(pk=note.pk).customer == kept
    assert (kept.city, kept.email, kept.phone) == ("جدة", "m.aly@example.com", "+966551110001")
    assert "+966551110002" in kept.contact_text
    assert sum(kept.points.values_list("is_primary", flat=True)) == 2

    Note.objects.filter(pk=note.pk).update(text="عُدّلت بعد الدمج")
    add_note(kept, text="ملاحظة جديدة", author=sales)
    undo_merge(merge, actor=manager)

    merged.refresh_from_db()
    kept.refresh_from_db()
    assert owned(merged) == before
    assert (merged.merged_into, merged.archived_at) == (None, None)
    assert (merged.phone, merged.email) == ("+966551110001", "m.aly@example.com")
    assert Note.objects.get(pk=note.pk).text == "عُدّلت بعد الدمج"
    assert (kept.city, kept.email) == ("", "")
    assert kept.notes.count() == 1
    with pytest.raises(CannotUndoMerge):
        undo_merge(merge, actor=manager)


def test_a_field_that_was_changed_after_the_merge_keeps_its_newer_value(two, manager):
    kept, merged = two
    choices = {"city": "merged", "national_id": "merged"}
    merge = merge_customers(kept, merged, choices=choices, actor=manager)
    kept.refresh_from_db()
    assert kept.national_id == "1010101010"
    update_customer(kept, {"city": "الدمام"}, actor=manager)
    undo_merge(merge, actor=manager)
    kept.refresh_from_db()
    assert (kept.city, kept.national_id) == ("الدمام", None)


def test_identifiers_are_readable_neither_in_the_merge_nor_in_the_log(two, manager):
    kept, merged = two
    merge = merge_customers(kept, merged, choices={"national_id": "merged"}, actor=manager)
    assert "1010101010" not in str(merge.before)
    assert "1010101010" not in str([entry.changes for entry in Activity.objects.all()])


def test_what_was_withdrawn_for_a_phone_that_both_have_stays_withdrawn(two, manager):
    kept, merged = two
    yes = Statement(purpose="marketing", is_granted=True, source="form")
    no = Statement(purpose="marketing", is_granted=False, source="call")
    record_consent(kept.points.get(kind="phone"), yes, actor=manager)
    record_consent(merged.points.get(value="+966551110001"), no, actor=manager)
    merge = merge_customers(kept, merged, choices={}, actor=manager)
    newest = Consent.objects.filter(point__customer=kept, point__value="+966551110001").first()
    assert newest.is_granted is False
    undo_merge(merge, actor=manager)
    assert Consent.objects.filter(point__customer=kept).get().is_granted is True
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.update(is_granted=True)


def test_the_older_of_two_merges_is_not_undone_first(two, manager, riyadh):
    kept, merged = two
    third = create_customer(NewCustomer(name="M. Ali", branch=riyadh), actor=manager)
    first = merge_customers(kept, merged, choices={}, actor=manager)
    second = merge_customers(third, kept, choices={}, actor=manager)
    with pytest.raises(CannotUndoMerge):
        undo_merge(first, actor=manager)
    with pytest.raises(CannotMerge):
        merge_customers(third, merged, choices={}, actor=manager)
    undo_merge(second, actor=manager)
    undo_merge(first, actor=manager)
    assert TimelineEntry.objects.filter(customer=third).count() == 0
    assert Customer.objects.open().count() == 3


def test_a_preview_proposes_what_is_filled_in(two):
    kept, merged = two
    proposed = {choice.name: choice.proposed for choice in preview_merge(kept, merged)}
    assert (proposed["city"], proposed["name"], proposed["national_id"]) == (
        "merged",
        "kept",
        "merged",
    )


def test_pairs_are_found_by_phone_and_by_name_across_scripts_once(two, manager, riyadh):
    kept, merged = two
    stranger = create_customer(NewCustomer(name="سعاد حسن", branch=riyadh), actor=manager)
    look_for_pairs([kept.pk, merged.pk, stranger.pk])
    look_for_pairs([merged.pk])
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second) == (kept, merged)
    assert pair.score > 0.97
    assert len(pair.reasons) >= 2


def test_a_switchboard_says_nothing(riyadh, manager):
    ids = [
        create_customer(
            NewCustomer(
                name=f"شخص {'أبجدهوزحطيكلمنسعفصقرشت'[number]}",
                branch=riyadh,
                phones=("+966112223344",),
            ),
            actor=manager,
        ).pk
        for number in range(22)
    ]
    look_for_pairs(ids[:1])
    assert not DuplicatePair.objects.filter(reasons__contains=["Same phone"]).exists()


def test_a_removed_contact_comes_back_with_its_consents(two, manager):
    from customers.services import remove_point

    _kept, merged = two
    point = merged.points.get(value="+966551110001")
    record_consent(
        point, Statement(purpose="marketing", is_granted=False, source="call"), actor=manager
    )
    remove_point(point, actor=manager)
    merged.refresh_from_db()
    assert merged.phone == "+966551110002"
    again = add_point(merged, NewPoint(kind="phone", value="+966551110001"), actor=manager)
    assert again.pk == point.pk
    assert again.consents.get().is_granted is False


def test_contacts_that_changed_between_merge_and_undo_break_nothing(two, manager):
    from customers.services import make_primary, remove_point

    kept, merged = two
    merge = merge_customers(kept, merged, choices={}, actor=manager)
    moved = kept.points.get(value="+966551110002")
    make_primary(moved, actor=manager)
    remove_point(kept.points.get(kind="email"), actor=manager)
    undo_merge(merge, actor=manager)
    for customer in two:
        customer.refresh_from_db()
        phones = customer.points.in_use().filter(kind="phone")
        assert phones.filter(is_primary=True).count() == 1
        assert customer.phone == phones.get(is_primary=True).value
    assert merged.email == ""


def test_a_removed_phone_that_the_other_one_uses_is_in_use_until_the_undo(two, manager):
    from customers.services import remove_point

    kept, merged = two
    remove_point(kept.points.get(value="+966551110001"), actor=manager)
    merge = merge_customers(kept, merged, choices={}, actor=manager)
    kept.refresh_from_db()
    assert "+966551110001" in kept.contact_text
    undo_merge(merge, actor=manager)
    kept.refresh_from_db()
    assert (kept.phone, kept.contact_text) == ("", "")
    merged.refresh_from_db()
    assert merged.phone == "+966551110001"


def test_the_companys_own_fields_are_chosen_and_given_back(two, manager):
    kept, merged = two
    update_customer(kept, {"custom": {"size": "10"}}, actor=manager)
    update_customer(merged, {"custom": {"size": "20", "home": "villa"}}, actor=manager)
    for customer in two:
        customer.refresh_from_db()
    proposed = {choice.name: choice.proposed for choice in preview_merge(kept, merged)}
    assert (proposed["custom.size"], proposed["custom.home"]) == ("kept", "merged")
    choices = {"custom.size": "merged", "custom.home": "merged"}
    merge = merge_customers(kept, merged, choices=choices, actor=manager)
    kept.refresh_from_db()
    assert kept.custom == {"size": "20", "home": "villa"}
    undo_merge(merge, actor=manager)
    kept.refresh_from_db()
    assert kept.custom == {"size": "10"}


def test_a_merge_asks_no_more_of_the_database_for_a_long_history(two, manager, sales, riyadh):
    kept, merged = two
    add_note(merged, text="ملاحظة", author=sales)
    with CaptureQueriesContext(connection) as few:
        merge_customers(kept, merged, choices={}, actor=manager)
    other = create_customer(NewCustomer(name="Mohammed Ali", branch=riyadh), actor=manager)
    TimelineEntry.objects.bulk_create(
        TimelineEntry(customer=other, kind="call", source=f"call:{number}") for number in range(30)
    )
    with CaptureQueriesContext(connection) as many:
        merge_customers(kept, other, choices={}, actor=manager)
    assert len(many) <= len(few)


def test_the_later_of_both_contacts_is_the_last_until_the_undo(riyadh, supervisor):
    early, late, now = (timezone.now() - timedelta(days=days) for days in (9, 2, 0))
    kept, merged = make_customer(riyadh), make_customer(riyadh)
    Customer.objects.filter(pk=kept.pk).update(last_contact_at=early)
    Customer.objects.filter(pk=merged.pk).update(last_contact_at=late)
    done = merge_customers(kept, merged, choices={}, actor=supervisor)
    kept.refresh_from_db()
    assert kept.last_contact_at == late
    undo_merge(done, actor=supervisor)
    kept.refresh_from_db()
    assert kept.last_contact_at == early

    done = merge_customers(kept, merged, choices={}, actor=supervisor)
    Customer.objects.filter(pk=kept.pk).update(last_contact_at=now)
    undo_merge(done, actor=supervisor)
    kept.refresh_from_db()
    assert kept.last_contact_at == now
