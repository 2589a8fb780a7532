"""Whatever the bytes are, reading a mail ends soon, raises nothing and gives storable text."""

import base64
import random
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from messaging.gateways.email import marketplace_fields, parse_email, thread_parent_ids
from messaging.gateways.email.reply_text import new_text

MB = 1024 * 1024
HEAD = b"From: a@client.example\r\nSubject: x\r\n"
SECONDS = 10  # on a busy machine; the worst case measured is 1.5


def texts(mail):
    """Every text in the mail."""
    people = [one for one in (mail.sender, mail.reply_to, *mail.to, *mail.cc) if one]
    yield from (mail.message_id, mail.subject, mail.text, mail.new_text, mail.html, mail.list_id)
    yield from (*mail.in_reply_to, *mail.references, *mail.complained)
    yield from (text for one in people for text in (one.name, one.email))
    for one in mail.attachments:
        yield from (one.name, one.content_type, one.content_id)
    if mail.bounce:
        yield from (*mail.bounce.recipients, mail.bounce.status, mail.bounce.diagnostic)


def read(raw):
    mail = parse_email(raw)
    for text in texts(mail):
        text.encode()  # a lone surrogate has no UTF-8
        assert "\x00" not in text
    assert bool(mail.new_text) == bool(mail.text.strip())
    thread_parent_ids(mail)
    marketplace_fields(mail)
    return mail


PIECES = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b"--b", b"--b--", b": ", b";", b'"', b"\\", b"(", b"<", b">", b"\x00",
     b"=?utf-8?B?", b"=?x?q?=ED=A0=80?=", b"?=", b"\xd8", b"\xff\xfe", b"\xed\xa0\x80", b" ", b"\t",
     b"From: ", b"To: ", b"Date: ", b"Message-ID: <", b"References: ", b"List-Id: ", b"Name: ",
     b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: message/delivery-status",
     b"Content-Type: text/html; charset=utf-7", b"Content-Type: text/plain; format=flowed",
     b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
     b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
     b"Content-Disposition: attachment; filename*0*=", b"Content-ID: ", b"charset=utf-16",
     b"Final-Recipient: rfc822;", b"Action: failed", b"Status: 5.1.1",
     b"mailer-daemon@x.y",
     b"Subject: Undelivered Mail",
     b"<adf>", b"<div class=gmail_quote>", b"<p", b"&#0;", b"&#xd800;",
     b"On 1 May 2026 a@b.c wrote:", b"> old", b"-- ", "في 5:10 كتب:".encode(), b"+2AA-",
     b"9" * 5000, b"a*99999999999999999999=b"]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=40).map(b"".join))
@example(b"")
@example(b"Content-Type: multipart/mixed; boundary=\n\n--\n--\n")
@example(b"Date: " + b"9" * 10_000 + b"\n\n")
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read(raw):
    read(raw)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_new_text_is_never_empty_for_text_that_is_not(text):
    assert bool(new_text(text)) == bool(text.strip())


def nested(depth):
    raw = b"Content-Type: text/plain\r\n\r\nat the core"
    for level in range(depth):
        mark = b"b%d" % level
        head = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n"
        raw = head + raw + b"\r\n--" + mark + b"--\r\n"
    return HEAD + raw


def html(body):
    return HEAD + b"Content-Type: text/html\r\n\r\n" + body


def plain(body):
    return HEAD + b"\r\n" + body


HUGE = {
    "nesting": lambda: nested(1000),
    "text of one line": lambda: plain(b"a" * 25 * MB),
    "text of many lines": lambda: plain("سعر الباب؟\r\n".encode() * MB),
    "beyond the limit": lambda: plain(b"x" * 40 * MB),
    "random bytes": lambda: random.Random(1).randbytes(20 * MB),
    "nul bytes": lambda: b"\0" * 20 * MB,
    "header lines": lambda: b"a:b\n" * (5 * MB),
    "addresses": lambda: b"To: " + b"a@b.example," * MB,
    "comments": lambda: b"From: " + b"(" * 60_000 + b"\n\nx",
    "encoded words": lambda: b"Subject: " + b"=?a?q?" * 10_000 + b"\n\nx",
    "references": lambda: b"References: " + b"<a@b> " * MB + b"\n\nx",
    "parts": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * MB
    ),
    "almost boundaries": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"---x\n" * (4 * MB)
    ),
    "nested blocks in html": lambda: html(b"<div>" * MB),
    "nested lists in html": lambda: html(b"<li><dd>" * MB),
    "open comments in html": lambda: html(b"<!--" * MB),
    "paragraphs in html": lambda: html(b"<p>x" * MB),
    "quoted lines": lambda: plain(b"> > >\n" * MB),
    "signature marks": lambda: plain(b"x\n--\n" * MB),
    "header blocks": lambda: plain(b"From: a\nTo: b\n\n" * MB),
    "quote introductions": lambda: plain(b"On 1 wrote\nOn 2 a@b.c\n" * MB),
    "rules": lambda: plain(b"x\n" + b"-_= " * 100_000 + b"x"),
    "soft breaks": lambda: HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"x \n" * MB,
    "recipients of a bounce": lambda: (
        b"From: mailer-daemon@x.y\nSubject: Undelivered\n\n"
        + b"".join(b"<a%d@b.example>: 550\n" % number for number in range(300_000))
    ),
    "blocks of a report": lambda: (
        b"Content-Type: message/delivery-status\n\n"
        + b"Final-Recipient: rfc822;a@b.c\nAction: failed\n\n" * 200_000
    ),
}


@pytest.mark.parametrize("build", HUGE.values(), ids=HUGE.keys())
def test_a_huge_or_hostile_mail_is_read_in_bounded_time(build):
    raw = build()
    start = time.perf_counter()
    read(raw)
    assert time.perf_counter() - start < SECONDS


def test_a_large_attachment_arrives_whole():
    content = random.Random(2).randbytes(15 * MB)
    head = (
        HEAD
        + b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    (attachment,) = read(head + base64.encodebytes(content)).attachments
    assert attachment.content == content


def test_text_in_the_first_levels_of_a_deep_mail_is_read():
    assert read(nested(8)).text == "at the core"
