"""Bounces, auto-replies, list mail, receipts, complaints, marketplace notifications."""

import pytest

from messaging.gateways.email import marketplace_fields, parse_email

PERSON = "From: Mona <mona@client.example>\r\nTo: sales@acme.example\r\n"
DAEMON = "From: MAILER-DAEMON@mx.example\r\nTo: sales@acme.example\r\nReturn-Path: <>\r\n"


def mail(head, body="text"):
    return parse_email(f"{head}\r\n{body}".encode())


AUTOMATIC = [
    ("Subject: Hello\r\n", None),
    ("Subject: Re: رد على عرض السعر\r\n", None),
    ("Auto-Submitted: no\r\n", None),
    ("Subject: Out of office furniture\r\n", None),
    ("Auto-Submitted: auto-replied\r\n", "auto_reply"),
    ("Auto-Submitted: auto-generated (away)\r\n", "auto_reply"),
    ("Auto-Submitted: auto-notified; owner-email=x\r\n", "auto_reply"),
    ("X-Auto-Response-Suppress: All\r\n", "auto_reply"),
    ("X-Autoreply: yes\r\n", "auto_reply"),
    ("X-Autorespond: holiday\r\n", "auto_reply"),
    ("Precedence: auto_reply\r\n", "auto_reply"),
    ("X-Apple-Action: VACATION\r\n", "auto_reply"),
    ("Return-Path: <>\r\nSubject: Automatic reply: Offer\r\n", "auto_reply"),
    ("Return-Path: <>\r\nSubject: رد تلقائي: عرض سعر\r\n", "auto_reply"),
    ("Return-Path: <>\r\nSubject: خارج المكتب\r\n", "auto_reply"),
    ("List-Id: News <news.shop.example>\r\n", "list"),
    ("List-Unsubscribe: <https://shop.example/u>\r\n", "list"),
    ("Precedence: bulk\r\n", "list"),
    ("Precedence: list\r\nAuto-Submitted: auto-generated\r\n", "auto_reply"),
]


@pytest.mark.parametrize(("head", "kind"), AUTOMATIC)
def test_automatic_mail_is_told_from_a_persons(head, kind):
    assert mail(PERSON + head).automatic == kind


def test_a_list_is_known_by_its_id():
    assert (
        mail(PERSON + "List-Id: Shop News <News.Shop.example>\r\n").list_id == "news.shop.example"
    )


def dsn(*blocks, kind="delivery-status", head=DAEMON + "Auto-Submitted: auto-replied\r\n"):
    report_type = f"multipart/report; report-type={kind}; boundary=b"
    head += f"Subject: Undelivered Mail\r\nContent-Type: {report_type}\r\n"
    report = "\r\n\r\n".join(["Reporting-MTA: dns; mx.example", *blocks])
    original = "To: lost@client.example\r\nSubject: Offer\r\n\r\nour offer"
    body = (
        "--b\r\n\r\nSorry.\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{report}\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n--b--\r\n"
    )
    return mail(head, body)


def block(address, status, action="failed", diagnostic=""):
    return (
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {diagnostic}"
    )


KINDS = [
    ("5.1.1", "failed", "550 5.1.1 user unknown", "hard"),
    ("5.2.1", "failed", "mailbox disabled", "hard"),
    ("5.2.2", "failed", "mailbox full", "soft"),
    ("4.4.1", "failed", "timed out", "soft"),
    ("5.4.7", "delayed", "", "soft"),
    ("5.7.1", "failed", "rejected as spam", "content"),
    ("5.6.0", "failed", "", "content"),
    ("5.0.0", "failed", "550 5.7.26 not authenticated", "content"),
    ("5.0.0", "failed", "552 5.2.2 over quota", "soft"),
    ("5.0.0", "failed", "No such user here", "hard"),
    ("5.0.0", "failed", "message refused, see the full text", "unknown"),
    ("5.1.0", "failed", "sender not allowed to send by SPF record", "content"),
    ("5.0.0", "failed", "", "unknown"),
]


@pytest.mark.parametrize(("status", "action", "diagnostic", "kind"), KINDS)
def test_a_delivery_report_says_whether_to_try_again(status, action, diagnostic, kind):
    read = dsn(block("Lost@client.example", status, action, diagnostic))
    assert read.automatic == "bounce"
    assert read.attachments == ()
    assert (read.bounce.recipients, read.bounce.status) == (("lost@client.example",), status)
    assert read.bounce.kind == kind


def test_a_report_with_one_living_recipient_is_not_hard_as_a_whole():
    read = dsn(block("lost@client.example", "5.1.1"), block("full@client.example", "5.2.2"))
    assert read.bounce.kind == "soft"
    assert [(one.recipient, one.kind) for one in read.bounce.failures] == [
        ("lost@client.example", "hard"),
        ("full@client.example", "soft"),
    ]


def test_the_address_we_wrote_to_counts_when_the_far_end_rewrote_it():
    far = "Original-Recipient: rfc822;info@client.example\r\n" + block("x9@inner.example", "5.1.1")
    assert dsn(far).bounce.recipients == ("info@client.example",)


def test_a_report_of_success_is_no_bounce():
    assert dsn(block("happy@client.example", "2.0.0", "delivered")).bounce is None


TEXT_BOUNCES = {
    "qmail": "<lost@client.example>:\nRemote host said: 550 5.1.1 no such user\n\n"
    "--- Below this line is a copy of the message.\n\nFrom: boss@acme.example",
    "exim": "The following address(es) failed:\n\n  lost@client.example\n"
    "    550 5.1.1 Unknown user\n\n"
    "------ This is a copy of the message, including all the headers. ------\n\n"
    "From: boss@acme.example",
    "arabic": "تعذر تسليم رسالتك إلى lost@client.example\n550 5.1.1 user unknown",
}


@pytest.mark.parametrize("body", TEXT_BOUNCES.values(), ids=TEXT_BOUNCES.keys())
def test_a_report_in_plain_words_is_understood(body):
    read = mail(DAEMON + "Subject: Undeliverable: Offer\r\n", body)
    assert read.bounce.recipients == ("lost@client.example",)
    assert (read.bounce.status, read.bounce.kind) == ("5.1.1", "hard")


def test_a_delay_in_plain_words_is_soft():
    read = mail(DAEMON + "Subject: Delayed Mail (still being retried)\r\n", TEXT_BOUNCES["exim"])
    assert read.bounce.kind == "soft"


@pytest.mark.parametrize(
    "subject", ["Delivery notification: your parcel", "Lower your bounce rate", "Delivery report"]
)
def test_a_shop_writing_about_deliveries_is_no_bounce(subject):
    head = f"From: no-reply@shop.example\r\nSubject: {subject}\r\n"
    assert mail(head, "Questions? help@shop.example").bounce is None


def test_a_person_writing_about_a_bounce_is_no_bounce():
    read = mail(PERSON + "Subject: Undeliverable: your offer\r\n", TEXT_BOUNCES["qmail"])
    assert (read.automatic, read.bounce) == (None, None)


def test_a_spam_complaint_names_who_complained():
    block_ = "Feedback-Type: abuse\r\nOriginal-Rcpt-To: <Tired@client.example>"
    read = dsn(block_, kind="feedback-report", head=PERSON)
    assert (read.automatic, read.complained) == ("complaint", ("tired@client.example",))


def test_a_complaint_without_address_names_whom_the_mail_went_to():
    read = dsn("Feedback-Type: abuse", kind="feedback-report", head=PERSON)
    assert read.complained == ("lost@client.example",)


def test_a_read_receipt_is_neither_bounce_nor_answer():
    read = dsn(
        "Disposition: manual-action; displayed", kind="disposition-notification", head=PERSON
    )
    assert (read.automatic, read.bounce) == ("receipt", None)


ENQUIRY = """You have received an enquiry from a buyer.

Buyer's Contact Details:
Name: Suresh Rao
Mobile: +91-9876500099
Email: suresh@buyer.example
City: Pune

Requirement: Wall panels
Quantity: 500 Sq Ft
Message: Please quote
with delivery.

Enquiry Id: 42
"""
ENQUIRY_AR = """وصلك استفسار جديد من أحد العملاء

الاسم: منى الحربي
رقم الجوال: ٠٥٥١١١٢٢٣٣
المدينة: الرياض
المنتج: ستائر
الكمية: ٦ شبابيك
الرسالة: أرغب في زيارة
رقم الطلب: 77
"""


def test_the_person_of_a_marketplace_enquiry_stands_in_the_body():
    read = mail("From: no-reply@portal.example\r\nSubject: Enquiry\r\n", ENQUIRY)
    assert marketplace_fields(read) == {
        "name": "Suresh Rao",
        "phone": "+91-9876500099",
        "email": "suresh@buyer.example",
        "city": "Pune",
        "product": "Wall panels",
        "quantity": "500 Sq Ft",
        "message": "Please quote\nwith delivery.",
        "external_id": "42",
    }


def test_an_arabic_enquiry_is_read_too():
    fields = marketplace_fields(mail("From: alerts@portal.example\r\nSubject: طلب\r\n", ENQUIRY_AR))
    assert fields == {
        "name": "منى الحربي",
        "phone": "٠٥٥١١١٢٢٣٣",
        "city": "الرياض",
        "product": "ستائر",
        "quantity": "٦ شبابيك",
        "message": "أرغب في زيارة",
        "external_id": "77",
    }


def test_a_listed_sender_is_believed_with_less():
    read = mail("From: Notify <notify@mail.indiamart.com>\r\n", "Name: A\nMobile: 9876500099")
    assert marketplace_fields(read) == {"name": "A", "phone": "9876500099"}
    assert marketplace_fields(read, allowed=()) is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("From: Suresh <suresh@buyer.example>\r\n", ENQUIRY),
        ("From: no-reply@shop.example\r\n", "Your order: 5\nName: A\nTotal: 10"),
        ("From: no-reply@evilindiamart.com\r\n", "Name: A\nMobile: 9876500099"),
    ],
)
def test_other_mail_is_no_marketplace_enquiry(head, body):
    assert marketplace_fields(mail(head, body)) is None


def test_an_adf_lead_is_read_from_anyone_well_formed_or_not():
    adf = """<?xml version="1.0"?><?ADF version="1.0"?><adf><prospect><id source="web">9</id>
    <vehicle><year>2026</year><make>Kia</make><model>Rio</model></vehicle>
    <customer><contact><name part="first">Mona</name><name part="last">A &amp; B</name>
    <phone>0551112233</phone><email>m@client.example</email></contact>
    <comments><![CDATA[Call <b>me</b>]]></comments></customer></prospect>"""
    assert marketplace_fields(mail("From: web@dealer.example\r\n", adf)) == {
        "name": "Mona A & B",
        "phone": "0551112233",
        "email": "m@client.example",
        "product": "2026 Kia Rio",
        "message": "Call  me",
        "external_id": "9",
    }
