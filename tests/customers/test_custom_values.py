"""What people and programs write into the company's own fields, and what becomes of it."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from customers.custom_values import parse_custom, read_custom, shown_custom
from customers.errors import BadCustomValue, UnknownCustomField
from customers.models import CustomField

HOMES = [
    {"code": "villa", "ar": "فيلا", "en": "Villa"},
    {"code": "flat", "ar": "شقّة", "en": "Flat, rented"},
    {"code": "shop", "ar": "محل", "en": "Shop"},
]


def field(kind: str, **columns: object) -> CustomField:
    choices = HOMES if kind in ("choice", "choices") else []
    columns = {"choices": choices, **columns}
    return CustomField(code="it", kind=kind, name_ar="حقل", name_en="Field", **columns)


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        ("text", "  حيّ الروضة \u202e", "حيّ الروضة"),
        ("text", 5, "5"),
        ("number", "١٢٫٥", "12.5"),
        ("number", "١٬٢٥٠٫٥٠", "1250.5"),
        ("number", "1,250", "1250"),
        ("number", "1,250,000.25", "1250000.25"),
        ("number", "12,5", "12.5"),
        ("number", "-0.0", "0"),
        ("number", "+007", "7"),
        ("number", "\u22123", "-3"),
        ("number", " 1 250 ", "1250"),
        ("number", 0.1, "0.1"),
        ("number", Decimal("10.5000"), "10.5"),
        ("date", "2027-03-31", "2027-03-31"),
        ("date", "٣١/٣/٢٠٢٧", "2027-03-31"),
        ("date", "1.2.2027", "2027-02-01"),
        ("date", "2027-03-31T00:00:00", "2027-03-31"),
        ("date", date(2027, 3, 31), "2027-03-31"),
        ("date", datetime(2027, 3, 31, 12, 0), "2027-03-31"),
        ("yes_no", "نعم", True),
        ("yes_no", "NO", False),
        ("yes_no", "لا", False),
        ("yes_no", False, False),
        ("yes_no", 1, True),
        ("choice", "villa", "villa"),
        ("choice", "فيلا", "villa"),
        ("choice", "شقة", "flat"),
        ("choice", "SHOP", "shop"),
        ("choices", "محل، فيلا", ["villa", "shop"]),
        ("choices", "Flat, rented", ["flat"]),
        ("choices", ["shop", "shop", ""], ["shop"]),
        ("choices", "villa|شقة", ["villa", "flat"]),
    ],
)
def test_a_value_is_stored_one_way_however_it_was_written(kind, written, stored):
    assert parse_custom(field(kind), written) == stored
    assert type(parse_custom(field(kind), written)) is type(stored)


@pytest.mark.parametrize("kind", CustomField.Kind.values)
@pytest.mark.parametrize("nothing", [None, "", "   ", []])
def test_nothing_is_nothing_in_every_kind(kind, nothing):
    assert parse_custom(field(kind), nothing) is None


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("text", "x" * 1001),
        ("text", ["a"]),
        ("text", {"a": 1}),
        ("number", "twelve"),
        ("number", "1,25,0"),
        ("number", "1e5"),
        ("number", "NaN"),
        ("number", float("nan")),
        ("number", float("inf")),
        ("number", "9" * 30),
        ("number", 10**5000),
        ("number", "1.23456"),
        ("number", True),
        ("number", "1\x002x"),
        ("date", "31/02/2027"),
        ("date", "1447-09-01"),
        ("date", "2027"),
        ("date", "2027-03-31T10:00:00"),
        ("date", 45000),
        ("yes_no", "maybe"),
        ("yes_no", 2),
        ("choice", "castle"),
        ("choice", ["villa", "shop"]),
        ("choices", "villa, castle"),
        ("choices", [["villa"]]),
        ("choices", ["villa"] * 51),
        ("text", "z" * 20_000_000),
        ("choices", "villa," * 1_000_000),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else type(value).__name__,
)
def test_what_means_nothing_is_refused_with_a_sentence_and_the_field(kind, written):
    with pytest.raises(BadCustomValue) as refusal:
        parse_custom(field(kind), written)
    assert refusal.value.field == "custom.it"
    assert 10 < len(str(refusal.value.message)) < 200


def test_a_number_stays_within_its_bounds():
    age = field("number", lowest=Decimal("0"), highest=Decimal("120.5000"))
    assert parse_custom(age, "120.5") == "120.5"
    for outside in ("-1", "121"):
        with pytest.raises(BadCustomValue):
            parse_custom(age, outside)


def test_only_known_fields_are_read():
    with pytest.raises(UnknownCustomField) as refusal:
        read_custom([field("text")], {"it": "x", "other": "y"})
    assert refusal.value.field == "custom.other"
    assert read_custom([field("number")], {"it": ""}) == {"it": None}


def test_values_are_shown_in_the_readers_language():
    with translation.override("ar"):
        assert shown_custom(field("choices"), ["villa", "flat"]) == "فيلا، شقّة"
        assert shown_custom(field("yes_no"), False) == "لا"
    with translation.override("en"):
        assert shown_custom(field("choice"), "villa") == "Villa"
        assert shown_custom(field("choice"), "gone") == "gone"
