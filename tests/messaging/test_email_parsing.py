"""Reading a mail: headers, charsets, bodies, files, threads."""

import base64
from datetime import UTC, datetime

import pytest

from messaging.gateways.email import Address, parse_email, safe_header, thread_parent_ids
from messaging.gateways.email.charsets import decode_text

ARABIC = "السلام عليكم، أرغب في عرض سعر لستائر غرفة ٣ أمتار"
CP1256 = "السلام عليكم، أرغب في عرض سعر لستائر".encode("cp1256")


def mail(head="", body=b"text", **fields):
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    header = "\r\n".join([*filter(None, [head]), *lines]).encode()
    return parse_email(header + b"\r\n\r\n" + body)


def multipart(kind, *parts, extra=b""):
    inner = b"".join(b"--b1\r\n" + part + b"\r\n" for part in parts)
    head = (
        b"From: a@client.example\r\nContent-Type: multipart/" + kind + b"; boundary=b1\r\n" + extra
    )
    return parse_email(head + b"\r\n" + inner + b"--b1--\r\n")


def part(content_type, body, *more):
    head = [b"Content-Type: " + content_type.encode(), *(one.encode() for one in more)]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


# Charsets

CHARSETS = [
    (ARABIC.encode(), None),
    (ARABIC.encode(), "windows-1256"),
    (ARABIC.encode(), "us-ascii"),
    (ARABIC.encode(), "no-such-charset"),
    (ARABIC.encode(), "rot13"),
    (ARABIC.encode("utf-16"), "utf-16"),
    (ARABIC.encode("utf-16-be"), "utf-16"),
    (ARABIC.encode("utf-7"), "utf-7"),
]


@pytest.mark.parametrize(("raw", "declared"), CHARSETS)
def test_arabic_text_is_read_whatever_the_label_says(raw, declared):
    assert decode_text(raw, declared) == ARABIC


@pytest.mark.parametrize("declared", [None, "utf-8", "windows-1256", "iso-8859-1", "x-unknown"])
def test_windows_1256_is_read_with_and_without_its_label(declared):
    assert decode_text(CP1256, declared) == CP1256.decode("cp1256")


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        ("Grüße aus Köln, 50 €", "cp1252", "iso-8859-1"),
        ("Grüße aus Köln", "cp1252", None),
        ("你好，报价", "gbk", "x-gbk"),
        ("안녕하세요 뷁", "cp949", "ks_c_5601-1987"),
        ("見積りをお願いします", "iso-2022-jp", "iso-2022-jp"),
        ("شكرا جزيلا", "iso8859-6", "iso-8859-6-i"),
        ("Привет", "koi8-r", "koi8-r"),
    ],
)
def test_other_charsets_are_read_by_their_label(text, codec, declared):
    assert decode_text(text.encode(codec), declared) == text


def test_one_broken_byte_does_not_spoil_the_rest_of_an_utf8_text():
    assert decode_text(ARABIC.encode() + b"\xd8", "utf-8").startswith(ARABIC)


def test_no_nul_control_or_lone_surrogate_is_left():
    assert decode_text(b"a\x00b\x07+2AA-c\r\nd", "utf-7") == "ab\ufffdc\nd"


# Headers


def test_encoded_words_split_inside_a_character_are_joined():
    word = "طلب عرض سعر".encode()
    first, second = (base64.b64encode(piece).decode() for piece in (word[:5], word[5:]))
    read = mail(Subject=f"=?utf-8?B?{first}?=\r\n =?utf-8?B?{second}?=")
    assert read.subject == "طلب عرض سعر"


def test_raw_8bit_headers_are_read_in_the_charset_of_the_body():
    raw = b"Subject: Fr\xf6sche\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nx"
    assert parse_email(raw).subject == "Frösche"


ADDRESSES = {
    "a@b.example": ("", "a@b.example"),
    "Mona <M.Ali@B.Example>": ("Mona", "m.ali@b.example"),
    '"Ali, Mona" <m@b.example>': ("Ali, Mona", "m@b.example"),
    "=?utf-8?B?2YXZhtmJ?= <m@b.example>": ("منى", "m@b.example"),
    '"=?utf-8?B?2YXZhtmJ?=" <m@b.example>': ("منى", "m@b.example"),
    "=?utf-8?Q?Ali=2C_Mona?= <m@b.example>": ("Ali, Mona", "m@b.example"),
    "ceo@bank.example <thief@evil.example>": ("ceo@bank.example", "thief@evil.example"),
    "m@b.example <m@b.example>": ("", "m@b.example"),
    "m@b.example (Mail System)": ("", "m@b.example"),
    "<@relay.example:m@b.example>": ("", "m@b.example"),
    '"never closed <m@b.example>': ("", "m@b.example"),
    "Mona <m@b.example": ("Mona", "m@b.example"),
    "Team: m@b.example;": ("", "m@b.example"),
    "=?utf-8?Q?Mona_=3Cm=40b.example=3E?=": ("Mona", "m@b.example"),
}


@pytest.mark.parametrize(("written", "meant"), ADDRESSES.items())
def test_an_address_is_read_as_people_and_machines_write_it(written, meant):
    assert mail(From=written).sender == Address(*meant)


@pytest.mark.parametrize("written", ["", '"" (Mail Delivery System)', "<>", "Undisclosed <>", ":;"])
def test_a_sender_without_address_is_none(written):
    assert mail(From=written).sender is None


def test_lists_and_groups_of_addresses_are_read_in_order():
    read = mail(To='"A, B" <a@x.example>, b@x.example; c@x.example', Cc="undisclosed-recipients:;")
    assert [one.email for one in read.to] == ["a@x.example", "b@x.example", "c@x.example"]
    assert read.cc == ()


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 1 Jan 2024 06:31:44 +0800", datetime(2023, 12, 31, 22, 31, 44, tzinfo=UTC)),
        ("1 Jan 2024 06:31:44 -0000", datetime(2024, 1, 1, 6, 31, 44, tzinfo=UTC)),
        ("Mon, 1 Jan 2024 06:31:44 +0300 (AST)", datetime(2024, 1, 1, 3, 31, 44, tzinfo=UTC)),
        ("yesterday", None),
        ("99 Foo 99999 99:99:99 +9999", None),
        ("Mon, 1 Jan 1900 00:00:00 +0000", None),
        ("", None),
    ],
)
def test_the_date_is_utc_or_none(written, moment):
    assert mail(Date=written).date == moment


def test_a_field_broken_by_a_blank_looking_line_does_not_end_the_header():
    read = parse_email(b"To: a@x.example,\n\t\n\tb@x.example\nSubject: still header\n\nbody")
    assert [one.email for one in read.to] == ["a@x.example", "b@x.example"]
    assert (read.subject, read.text) == ("still header", "body")


@pytest.mark.parametrize(
    "raw", [b"just text", b"\r\n\r\njust text", b"no header: here, just\ntext"]
)
def test_text_without_any_header_is_still_text(raw):
    assert "text" in parse_email(raw).text + parse_email(raw).subject


def test_bare_carriage_returns_end_lines_too():
    assert parse_email(b"Subject: x\r\rbody").text == "body"


# Ids and threads


def test_a_mail_without_id_gets_the_same_digest_by_every_way():
    body = b"From: a@x.example\r\nDate: Mon, 1 Jan 2024 06:31:44 +0800\r\n\r\nhello"
    first = parse_email(b"Received: from one\r\n" + body)
    second = parse_email(b"Received: from two\r\nDelivered-To: sales@acme.example\r\n" + body)
    assert first.message_id == second.message_id
    assert first.message_id.startswith("hash:")
    assert parse_email(body + b"!").message_id != first.message_id


def test_parents_are_in_reply_to_then_references_from_the_last_and_never_the_mail_itself():
    read = mail(
        Message_ID="<5@x>",
        In_Reply_To="Your mail of Monday <4@x> <3b@x>",
        References="<1@x> junk <2@x>\r\n <5@x> <3@x> <4@x> <>",
    )
    assert thread_parent_ids(read) == ["4@x", "3b@x", "3@x", "2@x", "1@x"]


def test_an_endless_id_is_replaced_by_a_digest():
    read = mail(Message_ID=f"<{'x' * 1500}@x>")
    assert read.message_id.startswith("hash:")
    assert len(read.message_id) < 100


# Bodies


def test_the_plain_alternative_is_read_and_the_html_one_shown():
    read = multipart(
        b"alternative", part("text/plain", b"plain"), part("text/html", b"<p dir=rtl>rich</p>")
    )
    assert read.text == "plain"
    assert read.html == '<p dir="rtl">rich</p>'


def test_an_empty_plain_alternative_gives_way_to_the_html():
    read = multipart(
        b"alternative", part("text/plain", b" \r\n"), part("text/html", b"<p>rich</p>")
    )
    assert read.text == "rich"


def test_text_above_and_below_a_picture_is_read_in_order():
    read = multipart(
        b"mixed",
        part("text/plain", b"above"),
        part("image/png", b"\x89PNG\r\n\x1a\n", "Content-ID: <p1>"),
        part("text/plain", b"below"),
    )
    assert read.text == "above\n\nbelow"
    assert (read.attachments[0].is_inline, read.attachments[0].content_id) == (True, "p1")


def test_a_wrong_boundary_is_guessed_from_the_text():
    head = b"Content-Type: multipart/mixed; boundary=lost\r\n\r\n"
    body = b"--boundary\r\n\r\none\r\n--boundary\r\n\r\ntwo\r\n--boundary--\r\n"
    assert parse_email(head + body).text == "one\n\ntwo"


def test_html_is_read_without_what_a_person_does_not_see():
    page = (
        "<html><head><title>T</title><style>p{color:red}</style></head><body dir='rtl'>"
        "<div style='display:none'>preheader</div><p>كم&nbsp;السعر&#1567;</p>"
        "<ul><li>باب<li>شباك</ul>"
        "<script>alert(1)</script><!-- note --></body></html>"
    )
    read = parse_email(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page.encode())
    assert read.text == "كم السعر؟\n\n- باب\n- شباك"


DANGEROUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://track.example/p.gif">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,alert(1)">x</a>',
    '<div style="background:url(https://track.example/p.gif)">x</div>',
    '<form action="https://evil.example"><input name=q></form>',
    '<iframe src="https://evil.example"></iframe>',
    '<svg onload=alert(1)><a href="javascript:alert(1)">x</a></svg>',
    '<base href="https://evil.example">',
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
    '<link rel=stylesheet href="https://track.example/s.css">',
    '<body background="https://track.example/p.gif">',
]


@pytest.mark.parametrize("markup", DANGEROUS)
def test_no_script_form_or_remote_resource_survives_in_html(markup):
    read = parse_email(b"Content-Type: text/html\r\n\r\n<p>ok</p>" + markup.encode())
    assert "ok" in read.html
    for word in ("alert", "track.example", "evil.example", "onerror", "javascript"):
        assert word not in read.html


def test_links_and_embedded_pictures_survive_in_html():
    markup = b'<a href="https://acme.example/x">x</a><img src="cid:p1">'
    html = parse_email(b"Content-Type: text/html\r\n\r\n" + markup).html
    assert 'href="https://acme.example/x"' in html
    assert "noopener" in html
    assert 'src="cid:p1"' in html


def test_the_direction_of_the_page_is_kept():
    page = '<html dir="rtl"><body><p>سعر</p></body></html>'.encode()
    assert parse_email(b"Content-Type: text/html\r\n\r\n" + page).html.startswith('<div dir="rtl">')


def test_soft_line_breaks_of_flowed_text_are_undone():
    body = b"one \r\ntwo\r\n> old \r\n> text\r\nthree"
    read = parse_email(b"Content-Type: text/plain; format=flowed\r\n\r\n" + body)
    assert read.text == "one two\n> old text\nthree"


def test_text_falsely_labelled_base64_is_still_read():
    head = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert (
        parse_email(head + b"Please send me a price today!").text == "Please send me a price today!"
    )
    assert parse_email(head + base64.b64encode(ARABIC.encode())).text == ARABIC


# Files


def attached(content_type, content, disposition="attachment; filename=f.bin"):
    encoded = base64.encodebytes(content)
    more = ("Content-Transfer-Encoding: base64", f"Content-Disposition: {disposition}")
    read = multipart(b"mixed", part("text/plain", b"see file"), part(content_type, encoded, *more))
    assert read.text == "see file"
    return read.attachments[0]


NAMES = {
    'filename="عرض.pdf"': "عرض.pdf",
    "filename*=utf-8''%D8%B9%D8%B1%D8%B6.pdf": "عرض.pdf",
    "filename*0*=utf-8''%D8%B9%D8;\r\n filename*1*=%B1%D8%B6;\r\n filename*2=.pdf": "عرض.pdf",
    'filename="=?utf-8?B?2LnYsdi2?=.pdf"': "عرض.pdf",
    'filename="../../etc/passwd"': "passwd",
    'filename="C:\\\\Users\\\\x\\\\a.txt"': "a.txt",
    'filename="php://filter/a.php"': "a.php",
    'filename="photo\u202egpj.exe"': "photogpj.exe",
    'filename="CON.txt"': "_CON.txt",
    'filename="..."': "",
    'filename="a\x00b\x1b.txt"': "ab.txt",
    f'filename="{"x" * 400}.pdf"': "x" * 146 + ".pdf",
}


@pytest.mark.parametrize(("disposition", "name"), NAMES.items())
def test_a_file_name_is_decoded_and_safe(disposition, name):
    assert attached("application/pdf", b"%PDF-1.4", f"attachment; {disposition}").name == name


EXE = b"MZ" + b"\0" * 100
XLSX = b"PK\x03\x04" + b"\0" * 30 + b"xl/workbook.xml"
TYPES = [
    ("application/pdf", b"%PDF-1.4", "application/pdf"),
    ("application/pdf", EXE, "application/x-msdownload"),
    ("image/png", b"<html><script>x</script>", "text/html"),
    ("image/png", b"\xff\xd8\xff\xe0", "image/jpeg"),
    ("image/jpg", b"\xff\xd8\xff\xe0", "image/jpg"),
    ("application/octet-stream", b"%PDF-1.4", "application/pdf"),
    (
        "application/octet-stream",
        XLSX,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("application/octet-stream", b"whatever", "application/octet-stream"),
    ("application/vnd.ms-excel", b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel"),
    ("text/csv", b"MZ is a region,5\n", "text/csv"),
]


@pytest.mark.parametrize(("declared", "content", "kind"), TYPES)
def test_the_type_of_a_file_is_what_it_is_where_that_matters(declared, content, kind):
    found = attached(declared, content)
    assert (found.content_type, found.content) == (kind, content)


def test_a_mail_attached_to_a_mail_is_a_file():
    inner = b"Subject: inner\r\n\r\ninner text"
    read = multipart(b"mixed", part("text/plain", b"outer"), part("message/rfc822", inner))
    assert read.text == "outer"
    assert [(one.content_type, one.content) for one in read.attachments] == [
        ("message/rfc822", inner)
    ]


# Outgoing headers


@pytest.mark.parametrize(
    "evil",
    ["\r\nBcc: x@evil.example", "\nX: y", "\u2028Bcc: z", "\x85B: c", "\x0bB", "\x00B", "\udc80B"],
)
def test_an_outgoing_header_is_one_line(evil):
    safe = safe_header(f"Offer{evil}")
    assert safe.isprintable()
    assert len(safe.splitlines()) == 1
    assert safe.startswith("Offer ")


def test_an_outgoing_header_holds_no_encoded_word():
    safe = safe_header("=?utf-8?Q?a=0D=0ABcc:_x?= عرض سعر")
    assert "=?" not in safe
    assert "?=" not in safe
    assert "عرض سعر" in safe
