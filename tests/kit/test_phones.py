"""Phone numbers: found in any writing, and nothing else taken for one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_project.kit.phones import (
    find_phones,
    format_phone,
    parse_phone,
    parse_phones,
    phone_search_key,
)
from messaging.gateways.whatsapp.identity import phone_of

SHARED = Path(__file__).parents[3] / "shared" / "data" / "intake" / "phones"


@pytest.mark.parametrize(
    ("cell", "region", "numbers"),
    [
        ("01012345678", "EG", ["+201012345678"]),
        ("٠٥٠١٢٣٤٥٦٧", "SA", ["+966501234567"]),
        ("۰۵۰ ۱۲۳ ۴۵۶۷", "sa", ["+966501234567"]),
        ("００９６６５０１２３４５６７", "TW", ["+966501234567"]),
        ("\u202a+971\u00a050\u2011123\u20114567\u202c", "EG", ["+971501234567"]),
        ("+20 0100 123 4567", "SA", ["+201001234567"]),
        ("+966 (0) 50 123 4567", "EG", ["+966501234567"]),
        ("966+ 501234567", "SA", ["+966501234567"]),
        ("(+966) 50-123.4567", "SA", ["+966501234567"]),
        ("1066677799", "EG", ["+201066677799"]),  # a spreadsheet ate the zero
        ("0501234567 - 0551234567", "SA", ["+966501234567", "+966551234567"]),
        ("0501234567؛0501234567", "SA", ["+966501234567"]),
        ("5512 3456", "KW", ["+96555123456"]),
        ("tel:+20-2-27354444;ext=12", "EG", ["+20227354444"]),
        ("https://wa.me/966501234567?text=hi", "EG", ["+966501234567"]),
        ("https://api.whatsapp.com/send?phone=%2B966501234567", "EG", ["+966501234567"]),
        ("Fax 0114882200, tel 0114882201", "SA", ["+966114882201"]),
        ("9.66551E+11", "SA", []),
        ("+966 5XX XXX XXX", "SA", []),
        ("1-800-FLOWERS", "US", []),
        ("SA03 8000 0000 6080 1016 7519", "SA", []),
        ("https://example.com/0501234567", "SA", []),
        ("0501234567@example.com", "SA", []),
        ("contract 1002003004", "EG", []),
        ("01312345678", "EG", []),
        ("19777", "EG", []),
        ("0501234567", "", []),
        ("+966501234567", "??", ["+966501234567"]),
        ("-", "EG", []),
    ],
)
def test_a_phone_cell_yields_exactly_its_numbers(cell, region, numbers):
    assert [phone.e164 for phone in parse_phones(cell, region=region)] == numbers


@pytest.mark.parametrize(
    ("text", "region", "found"),
    [
        ("اتصل بي على ٠٥٠١٢٣٤٥٦٧ مساءً", "SA", ["٠٥٠١٢٣٤٥٦٧"]),
        ("ورقمي0501234567وشكرا", "SA", ["0501234567"]),
        ("جوالي 501234567", "SA", ["501234567"]),
        ("my whatsapp number is 5512 3456", "KW", ["5512 3456"]),
        ("call (02) 27354444 or +966 50 123 4567.", "EG", ["(02) 27354444", "+966 50 123 4567"]),
        ("we paid 0501234567 already", "SA", ["0501234567"]),  # "paid" ends like "id"
        ("at the hotel 501234567", "SA", []),  # and "hotel" like "tel"
        ("contract 1002003004, budget 150000", "EG", []),
        ("هويتي 1012345678", "EG", []),
        ("رقم الطلب 0501234567", "SA", []),
        ("12.5 kW at 02-11-2026 10:30, 2026-11-02", "EG", []),
        ("SKU0501234567 $0501234567 0501234567SAR", "SA", []),
        ("serial 00966501234567890123", "SA", []),
    ],
)
def test_in_running_text_only_what_looks_or_is_called_a_phone_is_one(text, region, found):
    hits = find_phones(text, region=region)

    assert [text[hit.start : hit.end] for hit in hits] == found
    assert [hit.raw for hit in hits] == found


def test_places_are_those_of_the_original_text():
    text = "\u200f① \ufeffجوال:\u202a ٠٥٠\u200e١٢٣٤٥٦٧\u202c ﷺ 0551234567"

    first, second = find_phones(text, region="SA")

    assert text[first.start : first.end] == "٠٥٠\u200e١٢٣٤٥٦٧"
    assert first.raw == "٠٥٠١٢٣٤٥٦٧"
    assert text[second.start : second.end] == "0551234567"


@pytest.mark.parametrize(
    ("cell", "region", "country", "kind", "contactable"),
    [
        ("0501234567", "SA", "SA", "mobile", True),
        ("0227354444", "EG", "EG", "landline", True),
        ("920012345", "SA", "SA", "other", False),
        ("8001244444", "SA", "SA", "toll_free", False),
        ("+442071838750", "SA", "GB", "landline", True),
        ("+800 1234 5678", "SA", "001", "toll_free", False),
    ],
)
def test_a_number_knows_its_country_and_kind(cell, region, country, kind, contactable):
    phone = parse_phone(cell, region=region)

    assert (phone.country, phone.kind, phone.is_contactable) == (country, kind, contactable)


@pytest.mark.parametrize(
    ("cell", "region", "reason"),
    [
        ("0501234567", "EG", "local_elsewhere"),  # Mansoura, or a Saudi mobile
        ("966501234567", "EG", "no_plus"),
        ("0501234567", "SA", ""),
        ("966501234567", "SA", ""),
        ("+20501234567", "EG", ""),
        ("01012345678", "EG", ""),
    ],
)
def test_a_number_with_a_second_likely_reading_wants_review(cell, region, reason):
    phone = parse_phone(cell, region=region)

    assert (phone.needs_review, phone.reason) == (bool(reason), reason)


def test_two_numbers_are_not_one():
    assert parse_phone("0501234567/0551234567", region="SA") is None


def test_a_stored_number_is_shown_in_international_writing():
    assert format_phone("+966551234567") == "+966 55 123 4567"
    assert format_phone("not a phone") == "not a phone"


@pytest.mark.parametrize(
    "query",
    [
        *("0501234567", "+966 50 123 4567", "00966501234567", "966501234567"),
        *("٠٥٠١٢٣٤٥٦٧", "+966(0)501", "050 123", "4567", "50-123"),
    ],
)
def test_a_number_is_found_by_any_writing_and_any_part(query):
    assert phone_search_key(query) in "+966501234567"
    assert len(phone_search_key(query)) >= 3


@pytest.mark.parametrize("query", ["", "12", "0012", "ali 0501234567", "A-1042", "a@b.c", "\x00"])
def test_a_query_that_is_no_phone_has_no_key(query):
    assert phone_search_key(query) == ""


ANYTHING = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from("+0123456789٠٥ ()-/.xEم"))
)


@given(ANYTHING, st.sampled_from(["SA", "EG", "KW", "TW", "", "??", "\ud800"]))
def test_no_text_breaks_the_reader_and_every_find_lies_in_it(text, region):
    for hit in find_phones(text, region=region):
        assert 0 <= hit.start < hit.end <= len(text)
        assert parse_phone(hit.e164, region="").e164 == hit.e164
    parse_phones(text, region=region)
    phone_search_key(text)
    format_phone(text)


@pytest.mark.parametrize("piece", ["0501234567 ", "0", "+", "AB12", "1.", "0(-/", "wa.me/", "tel "])
def test_a_huge_text_costs_no_more_than_its_bound(piece):
    text = piece * (4_000_000 // len(piece))

    assert find_phones(text, region="SA") == find_phones(text[:50_000], region="SA")


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")
def test_the_shared_vectors_are_read_as_they_say():
    lines = (SHARED / "vectors_public.jsonl").read_text(encoding="utf-8").splitlines()
    for vector in map(json.loads, lines):
        if vector.get("source") == "wa_id":  # always international: messaging reads it
            assert [phone_of(vector["input"])] == vector["e164"], vector["why"]
            continue
        phones = parse_phones(vector["input"], region=vector["default_region"])
        assert [phone.e164 for phone in phones] == vector["e164"], vector["why"]
        for phone in phones:
            assert phone.is_contactable == vector.get("contactable", True), vector["why"]
