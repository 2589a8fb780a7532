"""What a WhatsApp webhook says, for every kind of message and for no message at all."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.gateways.whatsapp.payload import read_payload
from messaging.gateways.whatsapp.readings import (
    InboundWhatsApp,
    OtherChange,
    StatusUpdate,
    Unreadable,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "intake"
SENDER = "201000000042"


def payload(value: dict[str, Any], *, field: str = "messages") -> dict[str, Any]:
    around = {"metadata": {"display_phone_number": "20200000000", "phone_number_id": "77"}}
    change = {"field": field, "value": around | value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def message(**content: Any) -> dict[str, Any]:
    return {"id": "wamid.A", "from": SENDER, "timestamp": "1790000000"} | content


def read_one(*, contacts: list[dict[str, Any]] | None = None, **content: Any) -> InboundWhatsApp:
    value = {"messages": [message(**content)], "contacts": contacts or []}
    (reading,) = read_payload(payload(value))
    assert isinstance(reading, InboundWhatsApp)
    return reading


# The words


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"type": "text", "text": {"body": "كم السعر؟"}}, "كم السعر؟"),
        ({"type": "image", "image": {"id": "1", "caption": "this one"}}, "this one"),
        ({"type": "button", "button": {"text": "Yes", "payload": "p"}}, "Yes"),
        (
            {
                "type": "interactive",
                "interactive": {"type": "list_reply", "list_reply": {"id": "k", "title": "Doors"}},
            },
            "Doors",
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "button_reply", "button_reply": {"id": "k", "title": "OK"}},
            },
            "OK",
        ),
        ({"type": "hologram", "hologram": {"body": "from the future"}}, "from the future"),
    ],
)
def test_the_words_are_what_the_person_wrote_or_chose(content, text):
    reading = read_one(**content)

    assert (reading.words, reading.text) == (text, text)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            {
                "type": "location",
                "location": {"latitude": 30.05, "longitude": 31.2, "name": "Site"},
            },
            "Site",
        ),
        ({"type": "location", "location": {"latitude": 30.05, "longitude": 31.2}}, "30.05, 31.2"),
        ({"type": "document", "document": {"id": "1", "filename": "عرض.pdf"}}, "عرض.pdf"),
        (
            {
                "type": "order",
                "order": {
                    "product_items": [
                        {
                            "product_retailer_id": "DOOR-1",
                            "quantity": 2,
                            "item_price": 900,
                            "currency": "EGP",
                        }
                    ]
                },
            },
            "2 × DOOR-1 @ 900 EGP",
        ),
        (
            {
                "type": "interactive",
                "interactive": {
                    "type": "nfm_reply",
                    "nfm_reply": {"response_json": '{"flow_token":"t","width":"3 m","doors":2}'},
                },
            },
            "width: 3 m\ndoors: 2",
        ),
    ],
)
def test_what_has_no_words_is_described_in_a_line(content, line):
    reading = read_one(**content)

    assert (reading.words, reading.text) == ("", line)


def test_a_shared_contact_is_a_referral_and_not_the_sender():
    card = {
        "name": {"formatted_name": "Sara"},
        "phones": [{"phone": "+20 155 000 1122", "wa_id": "201550001122", "type": "CELL"}],
        "emails": [{"email": "sara@firm.example"}],
        "org": {"company": "Firm"},
    }

    (reading,) = read_payload(
        payload({"messages": [message(type="contacts", contacts=[card])], "contacts": []})
    )

    assert reading.phone == f"+{SENDER}"
    assert reading.text == "Sara +20 155 000 1122 sara@firm.example"
    assert reading.details["shared_contacts"][0]["company"] == "Firm"


@pytest.mark.parametrize("written", ["[1, 2]", "null", "{broken", "7", '"text"'])
def test_a_flow_answer_that_is_no_object_is_kept_without_words(written):
    reading = read_one(
        type="interactive",
        interactive={"type": "nfm_reply", "nfm_reply": {"response_json": written}},
    )

    assert reading.text == ""
    assert reading.details["interactive_type"] == "nfm_reply"


# The person


def test_a_phone_is_the_wa_id_with_a_plus():
    assert read_one(type="text", text={"body": "x"}).phone == f"+{SENDER}"


def test_a_mexican_wa_id_keeps_the_digit_that_the_number_plan_dropped():
    value = {"messages": [message(type="text") | {"from": "5215512345678"}]}

    assert read_payload(payload(value))[0].phone == "+5215512345678"


@pytest.mark.parametrize("address", ["CUSTOMER", "123", "1234567890", "0101234567", "٢٠١٠٠٠٠٠٠٠٤٢"])
def test_an_address_that_cannot_be_dialled_is_kept_but_is_no_phone(address):
    (reading,) = read_payload(payload({"messages": [message(type="text") | {"from": address}]}))

    assert reading.phone is None
    assert reading.sender.address == address


def test_a_person_with_a_user_name_has_an_identity_without_a_phone():
    written = {"id": "wamid.B", "from_user_id": "EG.1", "type": "text", "text": {"body": "hi"}}
    contact = {"user_id": "EG.1", "profile": {"name": "Noor", "username": "@noor.k"}}

    (reading,) = read_payload(payload({"messages": [written], "contacts": [contact]}))

    assert (reading.phone, reading.bsuid, reading.username) == (None, "EG.1", "noor.k")
    assert reading.profile_name == "Noor"


def test_each_message_of_a_batch_gets_its_own_contact():
    contacts = [
        {"wa_id": "201000000001", "profile": {"name": "First"}},
        {"wa_id": "201000000002", "profile": {"name": "Second"}},
    ]
    written = [
        message(id="wamid.2", type="text") | {"from": "201000000002"},
        message(id="wamid.1", type="text") | {"from": "201000000001"},
        message(id="wamid.3", type="text") | {"from": "201000000003"},
    ]

    readings = read_payload(payload({"messages": written, "contacts": contacts}))

    assert [reading.profile_name for reading in readings] == ["Second", "First", ""]


def test_marks_that_turn_a_line_around_are_taken_out_of_names_but_not_out_of_messages():
    contact = {"wa_id": SENDER, "profile": {"name": "\u202bأبو فهد\u202c\u202e"}}

    reading = read_one(contacts=[contact], type="text", text={"body": "\u200fكم؟"})

    assert (reading.profile_name, reading.text) == ("أبو فهد", "\u200fكم؟")


# The message


def test_time_reply_referral_and_group_are_read():
    reading = read_one(
        type="text",
        text={"body": "x"},
        context={"id": "wamid.Q", "frequently_forwarded": True},
        referral={"source_id": "9", "ctwa_clid": "c"},
        group_id="g1",
    )

    assert reading.sent_at == datetime.fromtimestamp(1790000000, UTC)
    assert reading.reply_to == "wamid.Q"
    assert reading.referral == {"source_id": "9", "ctwa_clid": "c"}
    assert reading.group_id == "g1"
    assert reading.details["forwarded"] is True


def test_a_voice_note_is_told_from_a_sound_file():
    note = read_one(type="audio", audio={"id": "5", "mime_type": "audio/ogg", "voice": True})
    song = read_one(type="audio", audio={"id": "6", "mime_type": "audio/mpeg"})

    assert (note.media.is_voice, song.media.is_voice) == (True, False)


def test_a_location_without_a_type_is_still_a_location():
    assert read_one(location={"latitude": 1.5, "longitude": 2.5}).kind == "location"


@pytest.mark.parametrize(
    "content",
    [
        {"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": "👍"}},
        {"type": "edit", "edit": {"original_message_id": "wamid.Q", "message": {"type": "text"}}},
        {"type": "revoke", "revoke": {"original_message_id": "wamid.Q"}},
        {"type": "system", "system": {"type": "user_changed_number", "wa_id": "201000000043"}},
        {"type": "request_welcome"},
    ],
)
def test_what_is_no_new_message_neither_counts_nor_opens_the_window(content):
    reading = read_one(**content)

    assert (reading.is_new_message, reading.opens_window) == (False, False)


def test_an_unsupported_message_counts_but_is_not_relied_on_to_open_the_window():
    reading = read_one(type="unsupported", errors=[{"code": 131051, "title": "?"}])

    assert (reading.is_new_message, reading.opens_window) == (True, False)
    assert reading.errors[0]["code"] == 131051


def test_an_unknown_kind_is_kept_with_its_raw_content():
    reading = read_one(type="hologram", hologram={"beam": [1, 2]})

    assert (reading.kind, reading.is_new_message) == ("hologram", True)
    assert reading.raw["hologram"] == {"beam": [1, 2]}


@pytest.mark.parametrize(
    "reaction", [{"message_id": "wamid.Q", "emoji": ""}, {"message_id": "wamid.Q"}]
)
def test_a_reaction_without_an_emoji_takes_the_reaction_back(reaction):
    reading = read_one(type="reaction", reaction=reaction)

    assert reading.details["reaction_removed"] is True
    assert reading.details["reaction"]["to"] == "wamid.Q"


def test_an_edit_names_the_message_and_its_new_words():
    reading = read_one(
        type="edit",
        edit={
            "original_message_id": "wamid.Q",
            "message": {"type": "text", "text": {"body": "3 doors, not 2"}},
        },
    )

    assert reading.details["edit"]["original_id"] == "wamid.Q"
    assert reading.text == "3 doors, not 2"


def test_edits_within_edits_come_to_an_end():
    inner: dict[str, Any] = {"type": "edit", "edit": {"original_message_id": "wamid.Q"}}
    for _ in range(60):
        inner = {"type": "edit", "edit": {"message": inner}}

    assert read_one(**inner).kind == "edit"


def test_a_changed_number_tells_the_new_one_without_any_contacts():
    reading = read_one(
        type="system", system={"type": "user_changed_number", "wa_id": "201000000043"}
    )

    assert reading.phone == f"+{SENDER}"
    assert reading.details["system"]["new_wa_id"] == "201000000043"


@pytest.mark.parametrize("field", ["smb_message_echoes", "message_echoes"])
def test_what_the_owner_answered_in_the_phone_app_is_an_echo_to_the_customer(field):
    echo = {
        "id": "wamid.E",
        "from": "20200000000",
        "to": SENDER,
        "type": "text",
        "text": {"body": "ok"},
    }

    (reading,) = read_payload(payload({"message_echoes": [echo]}, field=field))

    assert (reading.kind, reading.phone, reading.text) == ("echo", f"+{SENDER}", "ok")
    assert (reading.is_new_message, reading.opens_window) == (False, False)


# The payload


def test_every_entry_change_message_and_status_is_read():
    first = payload({"messages": [message(id="wamid.1"), message(id="wamid.2")]})
    second = payload({"statuses": [{"id": "wamid.3", "status": "sent"}], "messages": [message()]})
    first["entry"] += second["entry"]

    readings = read_payload(first)

    assert [reading.provider_id for reading in readings] == [
        "wamid.1",
        "wamid.2",
        "wamid.A",
        "wamid.3",
    ]


def test_a_broken_element_never_loses_its_neighbours():
    value = {"messages": [7, {"type": "text"}, message()], "statuses": [None, {"id": "x"}]}

    readings = read_payload(payload(value))

    assert [type(reading) for reading in readings] == [
        Unreadable,
        Unreadable,
        InboundWhatsApp,
        Unreadable,
        Unreadable,
    ]


@pytest.mark.parametrize(
    "field", ["message_template_status_update", "account_update", "user_preferences", "news_2030"]
)
def test_news_of_another_kind_is_kept_under_its_name(field):
    (reading,) = read_payload(payload({"event": "APPROVED"}, field=field))

    assert isinstance(reading, OtherChange)
    assert (reading.field, reading.raw["event"]) == (field, "APPROVED")


def test_errors_of_the_whole_change_are_kept():
    (reading,) = read_payload(payload({"errors": [{"code": 131000}]}))

    assert (reading.field, reading.raw["errors"][0]["code"]) == ("errors", 131000)


def test_a_call_is_news_and_its_state_a_status():
    status = {"id": "wacid.1", "type": "call", "status": "RINGING", "recipient_id": SENDER}

    readings = read_payload(payload({"statuses": [status]}, field="calls"))

    assert [type(reading) for reading in readings] == [StatusUpdate, OtherChange]
    assert (readings[0].status, readings[0].is_call) == ("RINGING", True)


def test_nothing_that_postgresql_refuses_comes_through():
    reading = read_one(
        type="text",
        text={"body": "a\x00b\ud800c", "odd": [float("nan"), float("inf"), 10**30]},
    )

    assert reading.text == "abc"
    assert reading.raw["text"]["odd"] == [None, None, "1" + "0" * 30]
    json.dumps(reading.raw, allow_nan=False).encode()


@pytest.mark.parametrize("timestamp", ["soon", -5, 10**30, None, [], "9" * 5000, True, 1e300])
def test_an_impossible_time_is_no_time(timestamp):
    assert read_one(timestamp=timestamp).sent_at is None


def test_milliseconds_are_recognised():
    assert read_one(timestamp=1790000000123).sent_at == datetime.fromtimestamp(1790000000, UTC)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["messages", "text", "type", "id", "contacts", "interactive", "edit", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(whole=JSON, inner=JSON)
def test_no_json_value_makes_reading_fail(whole, inner):
    kinds = ("text", "image", "location", "contacts", "interactive", "order", "edit", "system")
    value = {"messages": [{"id": "w", "type": kind, kind: inner} for kind in kinds]}
    value |= {
        "contacts": inner,
        "statuses": [inner, {"id": "w", "status": "sent", "errors": inner}],
    }

    read_payload(whole)
    readings = read_payload(payload(value))

    assert sum(isinstance(reading, InboundWhatsApp) for reading in readings) == len(kinds)
    json.dumps([reading.raw for reading in readings], allow_nan=False)


def test_a_payload_nested_without_end_is_read_all_the_same():
    deep: Any = "x"
    for _ in range(900):
        deep = {"a": [deep]}

    assert read_one(type="text", text={"body": "here", "deep": deep}).text == "here"


# The shared samples


def shared(kind: str) -> list[dict[str, Any]]:
    if not SHARED.exists():
        return []
    files = json.loads((SHARED / "index.json").read_text())["files"]
    return [entry for entry in files if entry["kind"] == kind]


def iso(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def check_message(reading: InboundWhatsApp, expected: dict[str, Any]) -> None:
    sender = reading.sender
    assert reading.kind == expected["type"]
    assert reading.provider_id == expected["id"]
    assert reading.channel_number_id == expected["phone_number_id"]
    assert (sender.address or None) == expected["sender_raw"]
    assert sender.phone == expected["sender_e164"]
    assert (sender.bsuid, sender.username) == (expected["bsuid"], expected["username"])
    bare = (expected["name"] or "").strip("\u202a\u202b\u202c\u200f\u200e")
    assert sender.profile_name == bare
    assert iso(reading.sent_at) == expected["timestamp_utc"]
    assert (reading.words or None) == expected["text"]
    assert reading.reply_to == expected.get("reply_to")
    check_parts(reading, expected)


def check_parts(reading: InboundWhatsApp, expected: dict[str, Any]) -> None:
    for key in (
        "forwarded",
        "referred_product",
        "payload",
        "interactive_type",
        "form",
        "shared_contacts",
        "order",
        "reaction",
        "call_permission",
    ):
        if key in expected:
            assert reading.details[key] == expected[key], key
    if media := expected.get("media"):
        check_media(reading, media)
    if referral := expected.get("referral"):
        assert referral.items() <= reading.referral.items()
    if system := expected.get("system"):
        assert system.items() <= reading.details["system"].items()
    if location := expected.get("location"):
        assert location.items() <= reading.details["location"].items()
    if edit := expected.get("edit"):
        assert reading.details["edit"]["original_id"] == edit["original_id"]
        assert reading.text == edit["new"]["text"]
        check_media(reading, edit["new"].get("media", {}))


def check_media(reading: InboundWhatsApp, media: dict[str, Any]) -> None:
    for key, name in (
        ("id", "id"),
        ("mime_type", "mime"),
        ("filename", "name"),
        ("url", "url"),
        ("voice", "is_voice"),
        ("animated", "is_animated"),
    ):
        if key in media:
            assert getattr(reading.media, name) == media[key], key


def check_status(reading: StatusUpdate, expected: dict[str, Any]) -> None:
    assert (reading.provider_id, reading.status) == (expected["message_id"], expected["status"])
    assert iso(reading.at) == expected["timestamp_utc"]
    assert reading.recipient_address == expected["recipient_raw"]
    assert reading.recipient_phone == expected["recipient_e164"]
    assert reading.is_call == expected["is_call_status"]
    assert reading.our_id == expected.get("callback_data")
    assert (expected.get("pricing") or {}).items() <= (reading.pricing or {}).items()
    told = [{"code": e.code, "title": e.title, "details": e.details} for e in reading.errors]
    assert told == expected.get("errors", [])


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")
@pytest.mark.parametrize("entry", shared("whatsapp_webhook"), ids=lambda e: Path(e["file"]).stem)
def test_every_shared_webhook_is_read_as_expected(entry):
    expect = entry["expect"]
    readings = read_payload(json.loads((SHARED / entry["file"]).read_text()))
    inbound = [r for r in readings if isinstance(r, InboundWhatsApp) and r.kind != "echo"]
    echoes = [r for r in readings if isinstance(r, InboundWhatsApp) and r.kind == "echo"]
    statuses = [r for r in readings if isinstance(r, StatusUpdate)]
    others = [r.field for r in readings if isinstance(r, OtherChange)]

    assert not any(isinstance(r, Unreadable) for r in readings)
    assert len(inbound) == len(expect.get("messages", []))
    for reading, expected in zip(inbound, expect.get("messages", []), strict=True):
        check_message(reading, expected)
    for reading, expected in zip(statuses, expect.get("statuses", []), strict=True):
        check_status(reading, expected)
    for reading, expected in zip(echoes, expect.get("echoes", []), strict=True):
        assert (reading.provider_id, reading.text) == (expected["id"], expected["text"])
        assert (reading.sender.address, reading.phone) == (expected["to_raw"], expected["to_e164"])
    assert others == [other["field"] for other in expect.get("other_events", [])]
    new = {reading.provider_id for reading in inbound if reading.is_new_message}
    assert len(new) == expect["inbound_messages_to_store"]
