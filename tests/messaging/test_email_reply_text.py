"""What a person wrote now, told from what the mail quotes."""

import pytest

from messaging.gateways.email import parse_email
from messaging.gateways.email.reply_text import new_text

NEW = "تمام، موافقين على السعر.\nمتى التركيب؟"

QUOTED_BELOW = {
    "gmail arabic": "في الأحد، 3 مايو 2026 في 4:12 م تمت كتابة ما يلي بواسطة "
    "مبيعات <s@acme.example>:",
    "gmail arabic, marks": "\u202bفي الأحد، 3 مايو 2026 في 4:12 م تمت كتابة ما يلي بواسطة "
    "\u200eS\u200f "
    "<\u200es@acme.example\u200f>:\u202c",
    "gmail arabic, wrapped": "في الأحد، 3 مايو 2026 في 4:12 م تمت كتابة ما يلي بواسطة "
    "مبيعات الشركة\n"
    "<s@acme.example>:",
    "gmail arabic, old": "بتاريخ 3 مايو، 2026 4:12 م، جاء من مبيعات <s@acme.example>:",
    "dated, wrote": 'بتاريخ ٠٣/٠٥/٢٠٢٦ ٤:١٢ م، كتب "مبيعات" <s@acme.example>:',
    "samsung arabic": "في ٣ مايو ٢٠٢٦ ٤:١٢ م، s@acme.example كتب:",
    "apple arabic": "في ٣ مايو ٢٠٢٦، الساعة ٤:١٢ م، كتبت منى <s@acme.example>:",
    "hijri": "في الأحد، ١٦ ذو القعدة ١٤٤٧ هـ في ٤:١٢ م تمت كتابة ما يلي بواسطة م <s@acme.example>:",
    "yahoo arabic": "في الأحد، 3 مايو 2026 في 04:12:33 م غرينتش+3، كتب مبيعات <s@acme.example>:",
    "separator arabic": "-----الرسالة الأصلية-----",
    "separator arabic, spaced": "-------- رسالة أصلية --------",
    "outlook arabic": "من: مبيعات <s@acme.example>\nتم الإرسال: 03/مايو/2026 04:12 م\n"
    "إلى: منى <m@client.example>\nالموضوع: عرض سعر",
    "outlook arabic, ruled": "________________________________\nمن: مبيعات <s@acme.example>\n"
    "تاريخ الإرسال: الأحد، 3 مايو 2026\nإلى: منى\nنسخة: علي\nالموضوع: رد: عرض",
    "gmail": "On Sun, May 3, 2026 at 4:12 PM Sales <s@acme.example> wrote:",
    "gmail, wrapped": "On Sun, May 3, 2026 at 4:12 PM The Sales Team <\nsales@acme.example> wrote:",
    "outlook": "From: Sales <s@acme.example>\n"
    "Sent: Sunday, May 3, 2026 4:12 PM\nTo: Mona\nSubject: Offer",
    "outlook, bold": "*From:* Sales <s@acme.example>\n*Sent:* Sunday\n*To:* Mona\n*Subject:* Offer",
    "original": "-----Original Message-----",
    "french": "Le dim. 3 mai 2026 à 16:12, Ventes <s@acme.example> a écrit :",
    "german": "Am So., 3. Mai 2026 um 16:12 Uhr schrieb Vertrieb <s@acme.example>:",
    "turkish": "Sales <s@acme.example>, 3 May 2026 Paz, 16:12 tarihinde şunu yazdı:",
    "no verb": '03.05.2026, 16:12, "Sales" <s@acme.example>:',
}


@pytest.mark.parametrize("header", QUOTED_BELOW.values(), ids=QUOTED_BELOW.keys())
def test_what_stands_below_a_quote_header_is_cut(header):
    assert new_text(f"{NEW}\n\n{header}\n\nأهلا، هذا عرضنا القديم.") == NEW


@pytest.mark.parametrize("header", QUOTED_BELOW.values(), ids=QUOTED_BELOW.keys())
def test_a_quote_header_above_marked_lines_goes_with_them(header):
    quoted = f"{header}\n> أهلا\n> هذا عرضنا"
    assert new_text(f"{NEW}\n\n{quoted}") == NEW


RUNNING_TEXT = {
    "wrote in a sentence": "كتب لي المهندس أمس أن العزل غير كاف.\n"
    "في الدور الثالث كتبوا ملاحظات:\n- تسريب",
    "a route": "From: Cairo\nTo: Riyadh\nDate: 5 May 2026\nNeed moving of 3 rooms",
    "a route in arabic": "من: القاهرة\nإلى: الرياض\nالتاريخ: 5 مايو 2026\nنقل أثاث",
    "on": "On 5 May 2026 we need the doors.\nOn arrival call 0501234567.",
    "a list with dashes": "Needed:\n-- doors\n-- windows\n\nThanks",
    "a rule between paragraphs": "الأول\n\n----------\n\nالثاني",
    "sent from the desk": "Hello\n\nSent from my desk, this is easier than from my telephone.",
    "sent by a carrier": "The samples:\nSent via DHL yesterday\n\nPlease confirm",
    "sent from the branch": "تحية\nأرسلت من الفرع الرئيسي العينات\nرجاء التأكيد",
    "an address": "رجاء الرد على m@client.example قبل 5:30\nشكرا",
    "sent from the factory": "Prices:\nSent from the warehouse they cost more, "
    "sent directly from your own factory in Cairo they should cost much less than this.",
}


@pytest.mark.parametrize("text", RUNNING_TEXT.values(), ids=RUNNING_TEXT.keys())
def test_nothing_is_cut_from_running_text(text):
    assert new_text(text) == text


SIGNATURES = [
    "-- \nمنى الحربي\nمديرة المشتريات",
    "--\nMona\nBuyer",
    "Sent from my iPhone",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "أُرسلت من الـ iPhone",
    "أرسلت من هاتفي Samsung Galaxy",
    "مرسل من بريد Yahoo",
    "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows 10",
    "Sent from my Verizon Wireless BlackBerry",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_marked_signature_is_cut(signature):
    assert new_text(f"{NEW}\n\n{signature}") == NEW


def test_answers_between_and_below_quoted_lines_are_kept():
    header = "On 3 May 2026 at 4:12 Sales <s@acme.example> wrote:"
    text = f"{header}\n> Which colour?\nWhite.\n\n> When?\nSunday."
    assert new_text(text).split() == ["White.", "Sunday."]


def test_a_mail_that_is_only_a_quote_is_kept_whole():
    text = "> هل وصلكم العرض؟"
    assert new_text(text) == text


def test_a_warning_banner_of_the_mail_server_is_no_text_of_the_person():
    banner = "CAUTION: This email originated from outside the organization. Do not click links."
    assert new_text(f"{banner}\n\n{NEW}") == NEW


def html_mail(body):
    return parse_email(b"Content-Type: text/html; charset=utf-8\n\n" + body.encode())


QUOTE_MARKS = [
    '<div class="gmail_quote"><blockquote>قديم</blockquote></div>',
    '<div class="gmail_quote gmail_quote_container">قديم</div>',
    '<div id="appendonsend"></div><hr><div>قديم</div>',
    '<hr><div id="divRplyFwdMsg"><b>من:</b> مبيعات</div><div>قديم</div>',
    '<div id="x_divRplyFwdMsg">من: مبيعات</div><p>قديم</p>',
    '<blockquote type="cite">قديم</blockquote>',
    '<div class="moz-cite-prefix">On 3 May, Sales:</div><blockquote type="cite">قديم</blockquote>',
    '<div class="yahoo_quoted">قديم</div>',
]


@pytest.mark.parametrize("quote", QUOTE_MARKS)
def test_marks_of_mail_programs_in_html_tell_the_quote(quote):
    mail = html_mail(f"<div dir=rtl>موافقون<br>متى التركيب؟</div>{quote}")
    assert mail.new_text == "موافقون\nمتى التركيب؟"
    assert "قديم" in mail.text


def test_the_text_of_a_long_thread_is_cut_at_its_first_quote():
    thread = "".join(
        f"\n\nOn {day} May 2026 a@b.example wrote:\n\nold {day}" for day in range(9, 1, -1)
    )
    assert new_text("new" + thread) == "new"
