"""People's word on a detail: kept as the ground truth, taken over by the lead, never garbage."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Activity
from leads.errors import ValueDoesNotFit
from leads.models import ExtractedField, Lead
from leads.services.corrections import (
    COLUMNS,
    accept_certain_fields,
    accept_field,
    add_field,
    correct_field,
)
from tests import factories

TEXT = "معكم أبو راكان، أحتاج ٤ مكيفات سبليت في الرياض، الميزانية ٢٠ ألف ريال"


@pytest.fixture
def lead(whatsapp: Any, team: Any) -> Lead:
    return factories.make_lead(whatsapp, TEXT, phone="+966507712245")


def field_of(lead: Lead, name: str) -> ExtractedField:
    found = lead.fields.filter(name=name).first()
    assert found is not None
    return found


def fresh(lead: Lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def test_a_confirmed_detail_is_the_machine_s_word_with_a_person_s_name_on_it(
    lead: Lead, sales: Any
) -> None:
    field = accept_field(field_of(lead, "city"), actor=sales)
    field.refresh_from_db()
    assert (field.state, field.decided_by, field.corrected) == ("accepted", sales, None)
    assert field.decided_at is not None
    assert fresh(lead).city == "Riyadh"


def test_a_corrected_detail_keeps_both_words_and_the_lead_takes_the_person_s(
    lead: Lead, sales: Any
) -> None:
    correct_field(field_of(lead, "city"), text="Jeddah", actor=sales)
    field = field_of(lead, "city")
    assert (field.value, field.corrected, field.state) == ("Riyadh", "Jeddah", "corrected")
    assert fresh(lead).city == "Jeddah"
    entry = Activity.objects.get(verb="lead.field_corrected")
    assert entry.actor == sales
    assert entry.changes == {"field": "city", "city": ["Riyadh", "Jeddah"]}


def test_a_correction_moves_the_version_so_that_an_older_look_is_refused(
    lead: Lead, sales: Any
) -> None:
    correct_field(field_of(lead, "city"), text="Jeddah", actor=sales)
    assert fresh(lead).version == lead.version + 1


def test_a_corrected_name_is_found_by_its_new_spelling(
    lead: Lead, sales: Any, whatsapp: Any
) -> None:
    add_field(lead, name="person_name", text="عبدالله الحربي", actor=sales)
    other = factories.make_lead(whatsapp, name="Abdullah Al-Harbi")
    assert other.duplicates.get().other_lead == lead


@pytest.mark.parametrize(
    ("name", "text", "column", "value"),
    [
        ("phone", "٠٥٥ ١١١ ٠٠٠٠", "phone", "+966551110000"),
        ("email", "Rakan@Home.example", "email", "rakan@home.example"),
        ("country", "eg", "country", "EG"),
        ("country", "السعودية", "country", "SA"),
        ("country", "Saudi Arabia", "country", "SA"),
        ("product_category", "flooring", "product", "flooring"),
        ("quantity", "6", "quantity", Decimal(6)),
        ("budget", "٢٠٬٠٠٠", "budget", Decimal(20_000)),
        ("budget", "5000 EGP", "budget", Decimal(5000)),
        ("company", "  مؤسسة الأفق\u202e ", "company", "مؤسسة الأفق"),
    ],
)
def test_a_person_s_writing_is_read_in_the_field_s_own_way(
    lead: Lead, sales: Any, name: str, text: str, column: str, value: Any
) -> None:
    add_field(lead, name=name, text=text, actor=sales)
    assert getattr(fresh(lead), column) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("phone", "12"), ("phone", "later"), ("email", "x"), ("email", "a" * 250 + "@b.example"),
        ("country", "Atlantis"), ("product_category", "rockets"), ("quantity", "many"),
        ("quantity", "-4"), ("quantity", "1" * 30), ("budget", "a lot"), ("budget", "9" * 18),
        ("city", ""), ("city", " \u202e\x00 "), ("city", "x" * 81), ("region", "x" * 121),
        ("person_name", "x" * 201), ("specs", "x" * 501), ("weather", "sunny"), ("x" * 30, "y"),
        ("status", "converted"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_half_saved(
    lead: Lead, sales: Any, name: str, text: str
) -> None:
    fields, before = lead.fields.count(), fresh(lead)
    with pytest.raises(ValueDoesNotFit):
        add_field(lead, name=name, text=text, actor=sales)
    assert lead.fields.count() == fields
    assert fresh(lead).version == before.version
    assert [getattr(fresh(lead), one) for one in COLUMNS.values()] == [
        getattr(before, one) for one in COLUMNS.values()
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quantity", {"value": 1e30, "unit": "m2"}),
        ("quantity", {"value": "NaN"}),
        ("quantity", {"value": None}),
        ("quantity", "many"),
        ("budget", {"amount": "much", "currency": "SAR"}),
        ("budget", {"amount": -5, "currency": "SAR"}),
        ("city", "x" * 200),
    ],
)
def test_a_machine_s_value_that_no_column_holds_cannot_be_confirmed(
    lead: Lead, sales: Any, name: str, value: Any
) -> None:
    field = ExtractedField.objects.create(
        lead=lead, name=name, value=value, confidence=0.9, extractor="model", version="1"
    )
    with pytest.raises(ValueDoesNotFit):
        accept_field(field, actor=sales)
    field.refresh_from_db()
    assert field.state == ExtractedField.State.SUGGESTED


def test_all_that_is_certain_is_confirmed_at_once_and_the_rest_stays_open(
    lead: Lead, sales: Any
) -> None:
    lead.fields.update(confidence=0.5)
    lead.fields.filter(name__in=["city", "phone"]).update(confidence=0.9)
    assert accept_certain_fields(lead, actor=sales) == 2
    assert accept_certain_fields(lead, actor=sales) == 0
    accepted = lead.fields.filter(state="accepted").values_list("name", flat=True)
    assert set(accepted) == {"city", "phone"}


def test_one_that_no_column_holds_does_not_keep_the_others_from_being_confirmed(
    lead: Lead, sales: Any
) -> None:
    lead.fields.update(confidence=0.5)
    lead.fields.filter(name="city").update(confidence=0.9)
    ExtractedField.objects.create(
        lead=lead,
        name="quantity",
        value={"value": 1e30},
        confidence=0.95,
        extractor="m",
        version="1",
    )
    assert accept_certain_fields(lead, actor=sales) == 1
    assert field_of(lead, "city").state == ExtractedField.State.ACCEPTED


def test_a_further_message_does_not_undo_a_person_s_word(
    lead: Lead, sales: Any, whatsapp: Any
) -> None:
    correct_field(field_of(lead, "city"), text="Jeddah", actor=sales)
    factories.make_lead(whatsapp, "الموقع في الدمام", phone="+966507712245")
    assert fresh(lead).city == "Jeddah"
