"""Forms, advertisements, marketplaces and chats, each in its own shape, into one."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import phonenumbers
import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.capture.forms import (
    FormSubmission,
    UnreadableForm,
    is_google_key,
    is_signed_by_tally,
    is_signed_by_typeform,
    looks_automated,
    parse_form_body,
    read_submission,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "intake"
URLENCODED = "application/x-www-form-urlencoded"


def read(data: Any, **options: Any) -> FormSubmission:
    (submission,) = read_submission(data, content_type="application/json", **options)
    return submission


# Labels


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("name", "name", "Mona"),
        ("your-name", "name", "Mona"),
        ("fullName", "name", "Mona"),
        ("الاسم بالكامل *", "name", "منى"),
        ("اسم الشركة", "company", "ديار"),
        ("company_name", "company", "Diyar"),
        ("المدينة", "city", "طنطا"),
        ("Country", "country", "Oman"),
        ("نوع الخدمة", "product", "أبواب"),
        ("interested-in", "product", "Doors"),
        ("الرسالة", "message", "أريد عرضاً"),
        ("تفاصيل الطلب:", "message", "بابين"),
        ("How can we help?", "message", "Two doors"),
    ],
)
def test_a_label_in_arabic_or_english_says_what_the_answer_is(label, field, value):
    assert getattr(read({label: value, "x": "1"}), field).startswith(value)


@pytest.mark.parametrize(
    "label",
    [
        "phone",
        "Mobile No.",
        "user_phone",
        "رقم الجوال",
        "الموبايل",
        "رقم الواتساب",
        "tel2",
        "whatsapp",
    ],
)
def test_every_word_for_a_phone_is_known_and_the_number_stays_as_written(label):
    assert read({label: " 0109 888 0001"}).phones == ("0109 888 0001",)


@pytest.mark.parametrize("label", ["email", "E-Mail", "البريد الإلكترونى", "الإيميل", "work_email"])
def test_every_word_for_an_email_is_known(label):
    assert read({label: "Mona <mona@firm.example>"}).emails == ("mona@firm.example",)


def test_first_and_last_name_make_the_name():
    assert read({"first_name": "Mona", "last_name": "Sami"}).name == "Mona Sami"


@pytest.mark.parametrize(
    "label", ["product_name", "Company name", "form name", "اسم المنتج", "project name"]
)
def test_the_name_of_something_else_is_not_the_visitors(label):
    assert read({label: "Alpha", "message": "x"}).name == ""


def test_a_choice_between_phone_and_email_is_neither():
    submission = read({"Contact by phone or email?": "phone", "message": "x"})

    assert (submission.phones, submission.emails) == ((), ())
    assert submission.message == "x\nContact by phone or email?: phone"


def test_answers_under_meaningless_keys_are_known_by_their_form():
    submission = read({"field_7": "+20 109 888 0001", "field_8": "mona@firm.example"})

    assert (submission.phones, submission.emails) == (
        ("+20 109 888 0001",),
        ("mona@firm.example",),
    )


def test_other_answers_follow_the_message_as_lines():
    submission = read({"message": "Two doors", "Budget": 5000, "kitchen_width": "3 m"})

    assert submission.message == "Two doors\nBudget: 5000\nkitchen width: 3 m"
    assert submission.fields["Budget"] == "5000"


def test_a_saved_mapping_wins_over_every_guess():
    mapping = {"anrede": "name", "Email": "message", "q1": "phone", "odd": "ignored"}

    submission = read(
        {"Anrede": "Mona", "email": "a@b.example", "q1": "44", "odd": "x"}, mapping=mapping
    )

    assert (submission.name, submission.phones) == ("Mona", ("44",))
    assert (submission.message, submission.emails) == ("a@b.example", ())


def test_html_entities_are_read_but_addresses_are_left_alone():
    submission = read({"message": "A &amp; B &#1605;", "site": "https://x.example/?a=1&copy=2"})

    assert submission.message == "A & B م\nsite: https://x.example/?a=1&copy=2"


def test_campaign_marks_come_from_fields_and_from_the_page_address():
    page = "https://x.example/?utm_source=ig&fbclid=F"
    submission = read({"message": "x", "page_url": page, "utm_campaign": "spring", "gclid": "G"})

    assert submission.utm == {
        "utm_source": "ig",
        "fbclid": "F",
        "utm_campaign": "spring",
        "gclid": "G",
    }
    assert submission.message == "x"


@pytest.mark.parametrize(
    ("answer", "consent"),
    [("on", True), ("نعم", True), (True, True), (False, False), ("لا", False)],
)
def test_consent_is_what_was_answered(answer, consent):
    assert read({"message": "x", "أوافق على الشروط": answer}).consent is consent


def test_consent_that_was_not_asked_is_unknown():
    assert read({"message": "x"}).consent is None


def test_nested_and_labelled_answers_are_found():
    data = {
        "contact": {"name": "Mona", "email": "mona@firm.example"},
        "questions": [
            {"question": "Area", "answer": "40 m"},
            {"label": "الجوال", "value": "0551234567"},
        ],
        "submission_id": "s-9",
        "is_test": True,
    }

    submission = read(data)

    assert (submission.name, submission.phones) == ("Mona", ("0551234567",))
    assert (submission.message, submission.external_id) == ("Area: 40 m", "s-9")
    assert submission.is_test


def test_a_name_beside_the_answers_is_the_forms_own():
    data = {"name": "Contact form", "data": {"Name": "Mona", "msg": "x"}, "human": {"Msg": "x"}}

    submission = read(data)

    assert (submission.name, submission.message) == ("Mona", "x")


def test_several_submissions_in_one_body_are_all_read_and_empty_ones_left_out():
    found = read_submission([{"name": "A"}, {}, {"name": "B"}], content_type="application/json")

    assert [submission.name for submission in found] == ["A", "B"]


@pytest.mark.parametrize(
    "data",
    [None, True, 7, "text", [], {}, [[]], {"form_id": 1}, {"name": " "}, {"utm_source": "x"}],
)
def test_data_without_any_answer_is_refused_with_a_sentence(data):
    with pytest.raises(UnreadableForm) as refusal:
        read_submission(data, content_type="application/json")

    with override("en"):
        assert str(refusal.value) == "The form holds no answer."


# Flat forms


def test_a_flat_form_keeps_every_choice_and_knows_bracketed_keys():
    pairs = [
        ("form_fields[name]", "Mona"),
        ("form_fields[الجوال]", "0501234567"),
        ("colours[]", "red"),
        ("colours[]", "blue"),
    ]

    (submission,) = read_submission(pairs, content_type=URLENCODED)

    assert (submission.source, submission.name) == ("web_form", "Mona")
    assert submission.phones == ("0501234567",)
    assert submission.message == "colours: red, blue"


def test_a_flat_elementor_form_with_arabic_labels_is_recognised():
    pairs = [
        ("الاسم", "منى"),
        ("رقم الموبايل", "٠١٠٩٨٨٨٠٠٠١"),
        ("الرسالة", "عرض سعر"),
        ("Date", "April 3, 2025"),
        ("Powered by", "Elementor"),
        ("form_id", "abc"),
    ]

    (submission,) = read_submission(pairs, content_type=URLENCODED)

    assert (submission.source, submission.name) == ("elementor", "منى")
    assert (submission.phones, submission.message) == (("٠١٠٩٨٨٨٠٠٠١",), "عرض سعر")


def test_an_elementor_form_with_advanced_data_is_read_by_type_and_title():
    body = (
        b"form[id]=a&fields[f1][id]=f1&fields[f1][type]=tel&fields[f1][title]=&fields[f1][value]=0100"
        b"+888+0001&fields[f2][type]=textarea&fields[f2][title]=Anything&fields[f2][value]=Hi"
        b"&meta[page_url][value]=https://s.example/%3Futm_source%3Dg"
    )

    (submission,) = read_submission(parse_form_body(body, URLENCODED), content_type=URLENCODED)

    assert (submission.source, submission.phones) == ("elementor", ("0100 888 0001",))
    assert (submission.message, submission.utm) == ("Hi", {"utm_source": "g"})


@pytest.mark.parametrize(
    ("written", "links"),
    [
        ("https://a.example/w_2,h_1/x;v=2.jpg", ["https://a.example/w_2,h_1/x;v=2.jpg"]),
        ("https://a.example/f?a=1&amp;token=2", ["https://a.example/f?a=1&token=2"]),
        (
            "https://a.example/1 , https://a.example/2",
            ["https://a.example/1", "https://a.example/2"],
        ),
        (
            "https://a.example/1,https://a.example/2;",
            ["https://a.example/1", "https://a.example/2"],
        ),
        ("http://a.example/1 ftp://a.example/2 //a.example/3", []),
    ],
)
def test_the_addresses_of_uploads_are_read_whole(written, links):
    field = {"id": "f1", "type": "upload", "title": "Drawing", "value": written}
    body = urlencode({"form[id]": "a", **{f"fields[f1][{name}]": field[name] for name in field}})

    (submission,) = read_submission(
        parse_form_body(body.encode(), URLENCODED), content_type=URLENCODED
    )

    assert list(submission.uploads) == links


# Advertisements


def test_metas_webhook_announces_leads_that_must_be_fetched():
    change = {
        "field": "leadgen",
        "value": {"leadgen_id": 42, "form_id": "7", "created_time": 1790000000},
    }
    other = {"field": "feed", "value": {"item": "post"}}

    submission = read({"object": "page", "entry": [{"id": "p", "changes": [other, change]}]})

    assert (submission.needs_fetch, submission.external_id) == ("42", "42")
    assert submission.fields == {"form_id": "7", "page_id": "p"}
    assert submission.submitted_at == datetime.fromtimestamp(1790000000, UTC)


def test_a_fetched_meta_lead_keeps_every_choice_of_an_arabic_question():
    data = {
        "id": 9,
        "created_time": "2025-02-11T09:30:11+0000",
        "field_data": [
            {"name": "full_name", "values": ["منى"]},
            {"name": "phone_number", "values": ["p:+201061112223"]},
            {"name": "ما_هو_المقاس؟", "values": ["كبير", "صغير"]},
        ],
    }

    submission = read(data)

    assert (submission.external_id, submission.name) == ("9", "منى")
    assert submission.phones == ("+201061112223",)
    assert submission.message == "ما هو المقاس؟: كبير, صغير"
    assert submission.submitted_at == datetime(2025, 2, 11, 9, 30, 11, tzinfo=UTC)


def test_metas_dummy_lead_is_a_test():
    dummy = {"name": "full_name", "values": ["<test lead: dummy data for full_name>"]}

    assert read({"id": "1", "field_data": [dummy]}).is_test


@pytest.mark.parametrize(("flag", "is_test"), [({}, False), ({"is_test": True}, True)])
def test_a_google_lead_is_real_unless_it_says_otherwise(flag, is_test):
    data = {
        "lead_id": "L",
        "campaign_id": 9_007_199_254_740_993,
        "user_column_data": [
            {"column_id": "FULL_NAME", "string_value": "Mona"},
            {"column_id": "Which_door?", "string_value": "Oak"},
        ],
    }

    submission = read(data | flag)

    assert (submission.source, submission.name) == ("google_lead", "Mona")
    assert (submission.message, submission.is_test) == ("Which door?: Oak", is_test)
    assert submission.utm == {"campaign_id": "9007199254740993"}


# Form builders


def test_a_typeform_response_is_read_by_type_even_without_a_definition():
    answers = [
        {"type": "text", "text": "Mona", "field": {"id": "1", "ref": "name"}},
        {"type": "phone_number", "phone_number": "+20100", "field": {"id": "2", "ref": "zz"}},
        {"type": "boolean", "boolean": True, "field": {"id": "3", "ref": "Installed"}},
        {
            "type": "choices",
            "choices": {"labels": ["A"], "other": "B"},
            "field": {"id": "4", "ref": "Kind"},
        },
    ]

    submission = read(
        {"form_response": {"token": "T", "answers": answers, "hidden": {"utm_source": "ig"}}}
    )

    assert (submission.external_id, submission.name) == ("T", "Mona")
    assert submission.message == "zz: +20100\nInstalled: yes\nKind: A, B"
    assert submission.utm == {"utm_source": "ig"}


def test_a_tally_answer_shows_the_options_text_and_each_box_once():
    options = [{"id": "o1", "text": "Doors"}, {"id": "o2", "text": "Windows"}]
    fields = [
        {
            "key": "q1",
            "label": "Product",
            "type": "CHECKBOXES",
            "value": ["o2"],
            "options": options,
        },
        {"key": "q1_o1", "label": "Product (Doors)", "type": "CHECKBOXES", "value": False},
        {"key": "q1_o2", "label": "Product (Windows)", "type": "CHECKBOXES", "value": True},
        {
            "key": "q2",
            "label": "Plan",
            "type": "FILE_UPLOAD",
            "value": [{"url": "https://f.example/1"}],
        },
    ]

    submission = read({"data": {"responseId": "R", "fields": fields}})

    assert (submission.external_id, submission.product) == ("R", "Windows")
    assert submission.message == "Plan: https://f.example/1"


# Marketplaces


ENQUIRY = {
    "UNIQUE_QUERY_ID": "77",
    "QUERY_TYPE": "W",
    "QUERY_TIME": "2025-04-05 10:20:30",
    "SENDER_NAME": "Arun",
    "SENDER_MOBILE": "+91-9999900001",
    "SENDER_MOBILE_ALT": "+91-9999900002",
    "QUERY_PRODUCT_NAME": "Flooring",
    "QUERY_MESSAGE": "I want it.<br>Quantity: 500 &amp; more",
}


def test_an_indiamart_push_is_one_enquiry_in_indian_time_and_without_markup():
    submission = read({"CODE": 200, "RESPONSE": ENQUIRY})

    assert submission.phones == ("+91-9999900001", "+91-9999900002")
    assert submission.message == "I want it.\nQuantity: 500 & more"
    assert submission.submitted_at == datetime(2025, 4, 5, 4, 50, 30, tzinfo=UTC)
    assert submission.fields["channel"] == "direct"


def test_an_indiamart_pull_is_a_list_and_keeps_missed_calls_without_a_name():
    call = {"UNIQUE_QUERY_ID": "78", "QUERY_TYPE": "P", "SENDER_MOBILE": "+91-9999900003"}

    found = read_submission({"CODE": 200, "TOTAL_RECORDS": 2, "RESPONSE": [ENQUIRY, call]})

    assert [(s.external_id, s.name) for s in found] == [("77", "Arun"), ("78", "")]


def test_an_indiamart_failure_holds_no_answer():
    with pytest.raises(UnreadableForm):
        read_submission({"CODE": 429, "STATUS": "FAILURE", "RESPONSE": []})


def test_a_tradeindia_enquiry_is_read_by_its_flat_keys():
    row = {
        "inquiry_id": "T1",
        "sender_name": "Meena",
        "sender_mobile": "9812300001",
        "product_name": "Cloth",
        "query_message": "Need <b>1000</b> m",
        "sender_country": "India",
    }

    submission = read(row)

    assert (submission.source, submission.external_id) == ("tradeindia", "T1")
    assert (submission.product, submission.message) == ("Cloth", "Need 1000 m")


def test_a_justdial_lead_is_read_by_its_flat_keys():
    row = {
        "leadid": "J1",
        "name": "Ravi",
        "mobile": "9812300001",
        "category": "Doors",
        "brancharea": "West",
        "city": "Pune",
        "date": "2025-04-06",
        "time": "10:00:00",
    }

    submission = read(row)

    assert (submission.source, submission.external_id) == ("justdial", "J1")
    assert (submission.name, submission.phones) == ("Ravi", ("9812300001",))
    assert (submission.product, submission.city) == ("Doors", "Pune")


# Chats


def chat(*said: tuple[str, str], name: str = "Guest 482") -> FormSubmission:
    messages = [{"from": author, "text": text} for author, text in said]
    return read({"conversation_id": "c", "visitor": {"name": name}, "messages": messages})


def test_only_the_visitors_words_count_in_a_chat():
    submission = chat(("visitor", "hi"), ("agent", "call 01000000001"), ("visitor", "price?"))

    assert submission.message == "hi\nprice?"
    assert "01000000001" not in json.dumps(submission.fields)


def test_the_name_beside_the_number_answers_the_question_for_it():
    submission = chat(("bot", "Your number?"), ("visitor", "01002003004 Hany Adel"))

    assert submission.name == "Hany Adel"


@pytest.mark.parametrize(
    "said", ["01002003004", "my number 01002003004", "no thanks", "رقمي 01002003004"]
)
def test_an_answer_without_a_name_gives_none(said):
    assert chat(("bot", "Your number?"), ("visitor", said)).name == ""


@pytest.mark.parametrize("given", ["Guest 482", "Visitor", "زائر 12", "visitor_9f3"])
def test_a_name_that_software_gave_is_nobodys(given):
    assert chat(("visitor", "hi"), name=given).name == ""


# Bodies


def test_a_lying_charset_does_not_spoil_arabic():
    pairs = parse_form_body("الاسم=منى".encode(), f"{URLENCODED}; charset=iso-8859-1")

    assert pairs == [("الاسم", "منى")]


def test_an_old_arabic_page_without_utf8_is_read():
    body = b"name=" + "منى سامي".encode("windows-1256").replace(b" ", b"+")

    assert parse_form_body(body, URLENCODED) == [("name", "منى سامي")]


def test_multipart_gives_its_text_parts_alone():
    body = (
        '--B\r\nContent-Disposition: form-data; name="الاسم"\r\n\r\nمنى\r\nسامي\r\n'
        '--B\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nfile\r\n--B--\r\n'
    ).encode()

    assert parse_form_body(body, "multipart/form-data; boundary=B") == [("الاسم", "منى\r\nسامي")]


def test_a_vague_content_type_is_decided_by_the_first_character():
    assert parse_form_body(b' {"a": 1}', "text/plain") == {"a": 1}
    assert parse_form_body(b"a=1", "text/plain") == [("a", "1")]


def test_numbers_beyond_all_bounds_are_kept_as_digits():
    value = parse_form_body(b'{"a": 1' + b"0" * 5000 + b', "b": 1e999}', "application/json")

    assert (value["a"], value["b"]) == ("1" + "0" * 5000, "1e999")


def test_wide_json_is_read():
    assert parse_form_body('{"a": "منى"}'.encode("utf-16"), "application/json") == {"a": "منى"}


def test_nul_and_lone_surrogates_are_taken_out():
    assert parse_form_body(b'{"a\\u0000": "x\\ud800y\\u0000"}', "application/json") == {"a": "xy"}
    assert parse_form_body(b"a%00=x%00y", URLENCODED) == [("a", "xy")]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{broken", "application/json"),
        (b"", "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b'{"a": -Infinity}', "application/json"),
        (b"[" * 40 + b"]" * 40, "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"a=1&" * 2000, URLENCODED),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=B"),
        (b"--B\r\n\r\n" * 2000, "multipart/form-data; boundary=B"),
    ],
)
def test_a_broken_body_is_refused_with_a_sentence(body, content_type):
    with pytest.raises(UnreadableForm) as refusal:
        parse_form_body(body, content_type)

    assert str(refusal.value).endswith(".")


@settings(max_examples=150, deadline=None)
@given(
    body=st.binary(max_size=200),
    content_type=st.sampled_from(
        ["", URLENCODED, "application/json", "multipart/form-data; boundary=B", "x; charset=hex"]
    ),
)
def test_no_bytes_raise_anything_else(body, content_type):
    try:
        found = read_submission(parse_form_body(body, content_type), content_type=content_type)
    except UnreadableForm:
        return
    assert all(isinstance(submission, FormSubmission) for submission in found)


_KEYS = (
    "answers",
    "token",
    "form_response",
    "data",
    "fields",
    "responseId",
    "field_data",
    "RESPONSE",
    "UNIQUE_QUERY_ID",
    "messages",
    "from",
    "text",
    "form",
    "value",
    "user_column_data",
    "name",
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(data=_JSON)
def test_no_json_value_raises_anything_else(data):
    try:
        found = read_submission(data, content_type="application/json")
    except UnreadableForm:
        return
    assert all(isinstance(submission, FormSubmission) for submission in found)


@pytest.mark.parametrize(
    "text", ["a" * 2_000_000, "1 (" * 500_000, "<" * 1_000_000, "a@" * 500_000]
)
def test_a_huge_answer_is_read_in_reasonable_time(text):
    started = datetime.now(UTC)

    read({"message": text, "name": text, "visitor": {"name": text}, "email": text})
    chat(("bot", "Your name?"), ("visitor", text))

    assert datetime.now(UTC) - started < timedelta(seconds=20)


# Proof and spam


def signed(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_typeform_and_tally_sign_the_raw_bytes_in_base64():
    good = signed(b"{}", "s")

    assert is_signed_by_typeform(body=b"{}", header=f"sha256={good}", secret="s")
    assert is_signed_by_tally(body=b"{}", header=good, secret="s")


@pytest.mark.parametrize("header", [None, "", "sha256=", "sha256=ü\ud800", "ü", signed(b"{}", "x")])
def test_any_other_signature_is_refused(header):
    assert not is_signed_by_typeform(body=b"{}", header=header, secret="s")
    assert not is_signed_by_tally(body=b"{}", header=header, secret="s")


def test_without_a_secret_no_signature_is_believed():
    assert not is_signed_by_tally(body=b"{}", header=signed(b"{}", ""), secret="")
    assert not is_google_key({"google_key": ""}, expected="")


@pytest.mark.parametrize("data", [{}, [], None, {"google_key": 7}, {"google_key": "ü"}])
def test_another_google_key_is_refused(data):
    assert is_google_key({"google_key": "ours"}, expected="ours")
    assert not is_google_key(data, expected="ours")


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pairs", "seconds", "reason"),
    [
        ([("name", "Mona"), ("website2", "")], 30, None),
        ([("name", "Mona"), ("website2", "x")], 30, "honeypot"),
        ([("name", "Mona")], 1, "too_fast"),
        ([("name", "Mona")], -60, "too_fast"),
        ([("name", "Mona")], None, None),
        ([("message", "see https://a.example and www.b.example")], 30, None),
        ([("message", "https://a.example " * 9)], 30, "links"),
    ],
)
def test_a_form_filled_in_by_software_is_recognised(pairs, seconds, reason):
    rendered_at = None if seconds is None else NOW - timedelta(seconds=seconds)

    assert looks_automated(pairs, honeypot="website2", rendered_at=rendered_at, now=NOW) == reason


# The shared samples


def samples() -> list[dict[str, Any]]:
    if not SHARED.exists():
        return []
    files = json.loads((SHARED / "index.json").read_text())["files"]
    return [f for f in files if f["kind"] in ("lead_webhook", "lead_api_response")]


SOURCES = {"meta_leadgen": "meta_lead", "google_lead_form": "google_lead"}


def e164(written: str, region: str | None) -> str:
    number = phonenumbers.parse(
        written.replace("00", "+", 1) if written[:2] == "00" else written, region
    )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_lead(found: FormSubmission, lead: dict[str, Any], region: str | None) -> None:
    for key in ("external_id", "name", "company", "city", "product", "message"):
        assert key not in lead or getattr(found, key) == lead[key], key
    mails = lead.get("emails", [lead["email"]] if "email" in lead else None)
    assert mails is None or list(found.emails) == mails
    phones = lead.get("phones_e164", [lead["phone_e164"]] if "phone_e164" in lead else None)
    if phones and found.source == "webchat":
        assert found.message  # a number inside running words is found by the extractors
    elif phones:
        assert [e164(phone, region) for phone in found.phones] == phones
    if "products" in lead:
        assert found.product == ", ".join(lead["products"])
    if "page_url" in lead:
        assert found.fields["page_url"] == lead["page_url"]
    for value in lead.get("answers", {}).values():
        assert ", ".join(value) in found.message


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")
@pytest.mark.parametrize("entry", samples(), ids=lambda entry: Path(entry["file"]).stem)
def test_every_shared_lead_is_read_as_expected(entry):
    expect = entry["expect"]
    body = (SHARED / entry["file"]).read_bytes()

    found = read_submission(
        parse_form_body(body, expect["content_type"]),
        content_type=expect["content_type"],
        mapping=expect.get("mapping"),
    )

    assert found[0].source == SOURCES.get(expect["provider"], expect["provider"])
    assert found[0].is_test == expect.get("is_test", False)
    check_lead(found[0], expect.get("lead", {}), expect.get("default_region"))
    assert bool(found[0].needs_fetch) == expect.get("needs_fetch", False)
    assert expect.get("external_id", found[0].external_id) == found[0].external_id
    if "key" in expect:
        assert is_google_key(json.loads(body), expected=expect["key"])
    for header, value in expect.get("headers", {}).items():
        check = is_signed_by_tally if header.startswith("Tally") else is_signed_by_typeform
        assert check(body=body, header=value, secret=expect["secret"]) is expect["signature_ok"]
