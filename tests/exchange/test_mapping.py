"""Which field is proposed for a column, by its name in any language and by what it holds."""

import pytest
from django.utils.translation import override

from customers.resources.fields import FIELDS
from exchange.mapping import SURE, guess_mapping, header_hash
from exchange.models import SavedMapping
from exchange.readers import Reading


def proposed(*columns, samples=(), saved=None):
    rows = samples or tuple(() for _column in columns)
    reading = Reading(format="csv", columns=columns, samples=rows)
    return guess_mapping(reading, FIELDS, saved)


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Customer name", "name"),
        ("اسم العميل", "name"),
        ("إسم العميل", "name"),
        ("GIVEN NAME", "first_name"),
        ("اسم العائلة", "last_name"),
        ("رقم الجوال", "phone"),
        ("Phone 2 - Value", "phone"),
        ("WhatsApp Number", "phone"),
        ("E-mail 3 - Value", "email"),
        ("البريد الإلكتروني", "email"),
        ("Company / Account", "company"),
        ("Mailing City", "city"),
        ("الحي", "district"),
        ("Contact owner", "owner"),
        ("المندوب", "owner"),
        ("HasOptedOutOfEmail", ""),
        ("Has opted out of email", "opt_out"),
        ("Business Fax", ""),
        ("E-mail 1 - Type", ""),
        ("Yomi Name", ""),
        ("Annual Revenue", ""),
        ("Birthday", ""),
        ("", ""),
    ],
)
def test_a_column_is_known_by_what_programs_and_people_call_it(column, field):
    assert proposed(column)[0].field == field


@pytest.mark.parametrize("language", ["ar", "en"])
def test_labels_of_both_languages_are_known_in_either(language):
    with override("en"):
        english = [str(field.label) for field in FIELDS]
    with override("ar"):
        arabic = [str(field.label) for field in FIELDS]
    with override(language):
        for labels in (english, arabic):
            assert [guess.field for guess in proposed(*labels)] == [one.code for one in FIELDS]


def test_columns_without_names_are_known_by_what_they_hold():
    samples = (("نورة", "سارة"), ("0551234567",), ("a@b.example",), ("12",))
    guesses = proposed("#1", "#2", "#3", "#4", samples=samples)
    assert [guess.field for guess in guesses] == ["name", "phone", "email", ""]
    assert all(guess.wants_review for guess in guesses[:3])


def test_a_name_that_only_sounds_like_it_wants_a_look():
    (guess,) = proposed("Main phone line", samples=(("0551234567",),))
    assert guess.field == "phone"
    assert guess.confidence < 0.99


def test_one_field_takes_one_column_and_the_surest_wins():
    guesses = proposed("Name", "Full name", "City", "Town")
    assert [guess.field for guess in guesses] == ["name", "", "city", ""]


def test_a_remembered_mapping_counts_more_than_a_guess():
    saved = SavedMapping(fields={"mobile": "", "code x": "phone"})
    guesses = proposed("Mobile", "Code X", saved=saved)
    assert [(one.field, one.is_remembered) for one in guesses] == [("", True), ("phone", True)]
    assert guesses[1].confidence >= SURE


def test_mappings_are_remembered_by_names_whatever_their_order():
    assert header_hash(["Name", "City"]) == header_hash(["CITY ", "name"])
    assert header_hash(["Name", "City"]) != header_hash(["Name", "Town"])
