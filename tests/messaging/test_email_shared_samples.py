"""The sample mails beside the project: every expectation that is about reading a mail."""

import base64
import json
from pathlib import Path

import pytest

from messaging.gateways.email import parse_email, thread_parent_ids
from messaging.gateways.email.charsets import decode_text
from messaging.gateways.email.headers import decode_header
from messaging.gateways.email.reply_text import new_text

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "intake"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")

# Where we read a mail otherwise on purpose: file → the expectations it doesn't meet
ON_PURPOSE = {
    # the address in angle brackets counts, not an address used as display name
    "sp_mail_test_19.eml": {"from_email", "from_name", "cc", "reply_to"},
    # an empty HTML part is no HTML
    "mk_error_emails_bad_date_header.eml": {"has_html"},
    "si_lhost-office365-03.eml": {"has_html"},
    # a mail attached to a mail is a file a person wants to open
    "wk_embedded_email.eml": {"attachments"},
}


def entries(*kinds):
    index = SHARED / "index.json"
    files = json.loads(index.read_text())["files"] if index.exists() else []
    return [one for one in files if one["kind"] in kinds or one["kind"].startswith(kinds)]


def mails():
    return [one for one in entries("email") if one["file"].endswith(".eml")]


def lines(name):
    text = (SHARED / name).read_text() if SHARED.exists() else ""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def ids(values):
    return [value.strip("<>") for value in values]


def seen(mail):
    """The mail in the words of the index."""
    failures = mail.bounce.failures if mail.bounce else ()
    return {
        "from_email": mail.sender.email if mail.sender else None,
        "from_name": (mail.sender.name or None) if mail.sender else None,
        "reply_to": [mail.reply_to.email] if mail.reply_to else [],
        "to": [one.email for one in mail.to],
        "cc": [one.email for one in mail.cc],
        "subject": mail.subject or None,
        "message_id": None if mail.message_id.startswith("hash:") else mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "date_utc": mail.date.strftime("%Y-%m-%dT%H:%M:%SZ") if mail.date else None,
        "has_html": bool(mail.html),
        "attachments": [(one.name, one.content_type, len(one.content)) for one in mail.attachments],
        "attachments_count": len(mail.attachments),
        "is_bounce": mail.automatic == "bounce" and not is_delay(mail),
        "is_delay_notice": is_delay(mail),
        "bounced": sorted((one.recipient, one.status) for one in failures),
        "is_feedback_report": mail.automatic == "complaint",
        "is_read_receipt": mail.automatic == "receipt",
        "is_auto_reply": mail.automatic == "auto_reply",
        "is_list_mail": mail.automatic == "list" or bool(mail.list_id),
    }


def is_delay(mail):
    return bool(mail.bounce) and "delay" in mail.subject.lower()


def wanted(key, value):
    if key == "attachments":
        return [(one["filename"] or "", one["content_type"], one["size"]) for one in value]
    if key == "bounced":
        return sorted((one["address"], one["status"] or "") for one in value)
    if key == "message_id":
        return value and value.strip("<>")
    return ids(value) if key in ("in_reply_to", "references") else value


def differences(entry):
    expect = entry["expect"]
    mail = parse_email((SHARED / entry["file"]).read_bytes())
    got = seen(mail)
    skipped = set(expect.get("lenient", ())) | ON_PURPOSE.get(Path(entry["file"]).name, set())
    found = {
        key: (got[key], wanted(key, value))
        for key, value in expect.items()
        if key in got and key not in skipped and got[key] != wanted(key, value)
    }
    if expect.get("is_list_mail") and expect.get("is_auto_reply"):
        found.pop("is_auto_reply", None)
    if "attachments" in found and same_files(*found["attachments"]):
        del found["attachments"]
    flat = " ".join(mail.text.split())
    for part in [*expect.get("text_contains", ()), *expect.get("lenient_contains", ())]:
        if " ".join(part.split()) not in flat:
            found[f"text {part}"] = flat[:200]
    for part in expect.get("text_not_contains", ()):
        if part in mail.text + mail.html:
            found[f"not {part}"] = flat[:200]
    visible = expect.get("visible_reply")
    if visible and visible not in mail.new_text:
        found["visible_reply"] = mail.new_text
    return found


def same_files(got, want):
    """Equal but for a generic label that we replace by what the content is."""
    return len(got) == len(want) and all(
        a[0] == b[0] and a[2] == b[2] and (a[1] == b[1] or b[1] == "application/octet-stream")
        for a, b in zip(got, want, strict=True)
    )


@pytest.mark.parametrize("entry", mails(), ids=lambda one: Path(one["file"]).stem)
def test_a_sample_mail_is_read_as_expected(entry):
    assert differences(entry) == {}


@pytest.mark.parametrize("entry", entries("reply_text"), ids=lambda one: Path(one["file"]).stem)
def test_the_new_text_of_a_sample_reply_is_found(entry):
    visible = new_text((SHARED / entry["file"]).read_text())
    expect = entry["expect"]
    assert [part for part in expect["visible_contains"] if part not in visible] == []
    assert [part for part in expect["visible_not_contains"] if part in visible] == []
    assert visible


@pytest.mark.parametrize("row", lines("charset/short_vectors_public.jsonl"), ids=lambda r: r["b64"])
def test_a_charset_vector_decodes(row):
    assert decode_text(base64.b64decode(row["b64"]), row["declared"]) == row["text"]


@pytest.mark.parametrize(
    "row", lines("charset/header_vectors_public.jsonl"), ids=lambda r: r["raw"]
)
def test_a_header_vector_decodes(row):
    assert decode_header(row["raw"].encode("utf-8", "surrogateescape")) == row["text"]


def raw_mail(fields):
    head = [
        f"Message-ID: {fields['message_id']}",
        f"From: {fields['from']}",
        f"To: {fields['to']}",
        f"Subject: {fields['subject']}",
    ]
    head += [f"In-Reply-To: {' '.join(fields['in_reply_to'])}"] if fields["in_reply_to"] else []
    head += [f"References: {' '.join(fields['references'])}"] if fields["references"] else []
    return "\r\n".join([*head, "", "text"]).encode()


@pytest.mark.parametrize("row", lines("email/threads_public.jsonl"), ids=lambda r: r["id"])
def test_the_parents_of_sample_mails_give_the_expected_threads(row):
    threads: list[set[str]] = []
    for fields in row["mails"]:
        mail = parse_email(raw_mail(fields))
        members = {mail.message_id, *thread_parent_ids(mail)}
        joined = [one for one in threads if one & members]
        threads = [one for one in threads if not one & members] + [members.union(*joined)]
    assert sorted(sorted(one) for one in threads) == sorted(
        sorted(ids(one)) for one in row["expected_threads"]
    )
