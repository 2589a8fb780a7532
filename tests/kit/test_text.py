"""Text: one search form in Python and PostgreSQL, and what may be stored and shown."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_project.kit.search import NORMALISE_SQL, search_q
from crm_project.kit.text import ascii_digits, initials, isolate, normalise, strip_controls

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates and NUL included
STORABLE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))


@pytest.mark.parametrize(
    ("written", "found_as"),
    [
        ("أحمد إبراهيم آدم ٱلله", "احمد ابراهيم ادم الله"),
        ("مُحَمَّد عـــلي", "محمد علي"),
        ("هدى مؤسسة الرئيس", "هدي موسسه الرييس"),
        ("کریم گاز ڤيلا پيتزا", "كريم كاز فيلا بيتزا"),
        ("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹", "0123456789 0123456789"),
        ("\u202bﻻ إله\u202c\u200f", "لا اله"),
        ("Élodie  ŁÓDŹ\tΣΊΣΥΦΟΣ Ёлка", "elodie łodz σισυφοσ елка"),
        ("ＦＵＬＬ① ½\u00a0x", "full1 1⁄2 x"),
        ("İstanbul ISPARTA ısparta", "istanbul isparta isparta"),
        ("", ""),
    ],
)
def test_writings_of_the_same_words_have_one_search_form(written, found_as):
    assert normalise(written) == found_as


@given(ANY_TEXT)
def test_the_search_form_is_its_own_search_form(text):
    assert normalise(normalise(text)) == normalise(text)


@given(ANY_TEXT)
def test_composed_and_decomposed_text_have_one_search_form(text):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert normalise(unicodedata.normalize(form, normalise(text))) == normalise(text)


def test_a_long_run_of_marks_takes_no_quadratic_time():
    assert normalise("a" + "\u0301\u0316" * 500_000) == "a"


@pytest.fixture
def in_sql(db):
    """What the SQL function makes of each text."""
    with connection.cursor() as cursor:
        cursor.execute(NORMALISE_SQL)

    def normalised(texts):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT crm_normalise_v1(t) FROM unnest(%s::text[]) WITH ORDINALITY u(t, n)"
                " ORDER BY n",
                [texts],
            )
            return [row[0] for row in cursor.fetchall()]

    return normalised


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STORABLE, min_size=1, max_size=40))
def test_sql_and_python_agree_on_random_text(in_sql, texts):
    assert in_sql(texts) == [normalise(text) for text in texts]


@pytest.mark.parametrize(
    "plane", [range(1, 0xD800), range(0xE000, 0x10000), range(0x1D000, 0x1F000)]
)
def test_sql_and_python_agree_on_every_character(in_sql, plane):
    texts = [f"A{chr(code)} {chr(code)}b" for code in plane]

    wrong = [
        (text, theirs, normalise(text))
        for text, theirs in zip(texts, in_sql(texts), strict=True)
        if theirs != normalise(text)
    ]

    assert wrong == []


def test_the_sql_function_may_feed_a_stored_column_with_a_trigram_index(in_sql):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE people (name text,"
            " search text GENERATED ALWAYS AS (crm_normalise_v1(name)) STORED)"
        )
        cursor.execute("INSERT INTO people VALUES ('أَحْمَد'), (NULL)")
        cursor.execute("SELECT search FROM people")
        assert cursor.fetchall() == [("احمد",), (None,)]
        cursor.execute(
            "SELECT provolatile, proparallel FROM pg_proc WHERE proname = 'crm_normalise_v1'"
        )
        assert cursor.fetchall() == [("i", "s")]


@pytest.mark.parametrize(
    ("query", "lookups"),
    [
        ("", []),
        ("  \u0640 ", []),
        ("أحمد", [("name__contains", "احمد")]),
        ("50% a_b", [("name__contains", "50%"), ("name__contains", "a_b")]),
        ("عل", [("name__startswith", "عل"), ("name__contains", " عل")]),
        ("one two three four five six seven", 6),
        ("x" * 20_000_000, 1),
    ],
)
def test_a_query_asks_for_each_of_its_first_six_words(query, lookups):
    found = list(_lookups(search_q("name", query)))

    assert (len(found) if isinstance(lookups, int) else found) == lookups


def _lookups(condition):
    for child in condition.children:
        yield from [child] if isinstance(child, tuple) else _lookups(child)


def test_short_words_are_alternatives_and_long_ones_are_all_required():
    condition = search_q("name", "عل محمد")

    assert condition.connector == "AND"
    assert "OR" in {getattr(child, "connector", None) for child in condition.children}


@given(ANY_TEXT)
def test_stored_text_can_be_encoded_and_holds_no_controls(text):
    stored = strip_controls(text)

    stored.encode("utf-8")
    assert not [
        character
        for character in stored
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
    ]


def test_only_harmful_characters_are_taken_out_before_storing():
    assert strip_controls("a\x00b\r\nc\td\u202ee\u200fف\ud800") == "ab\nc\tdeف"
    assert strip_controls("خانه\u200cها 👩\u200d🔧") == "خانه\u200cها 👩\u200d🔧"


def test_digits_of_every_script_become_ascii_and_nothing_else_changes():
    assert ascii_digits("٣ ۴ ५ ７ ² ½ é ف") == "3 4 5 7 ² ½ é ف"


def test_an_isolated_value_can_not_close_its_isolation():
    assert isolate("a\u2069\u202eb") == "\u2068ab\u2069"
    assert isolate(25) == "\u206825\u2069"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("محمد علي", "م"),
        ("شركة أفق للتطوير", "أ"),
        ("شركة", "ش"),
        ("Noura Alotaibi", "NA"),
        ("khalid_89", "K"),
        ("3M المملكة", "M"),
        ("Éric", "É"),
        ("+966 55 123", ""),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_an_avatar_shows_one_arabic_letter_or_two_latin(name, shown):
    assert initials(name) == shown
