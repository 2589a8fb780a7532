"""Lines that mail programs write above a quoted mail, in the languages our customers' mail has."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
_DIACRITICS = re.compile(r"[\u064b-\u0652\u0640]")
MAX_WRAP = 4  # an introduction line may be wrapped over this many lines
MAX_INTRODUCTION = 400  # characters

_EMAIL = r"[\w.+%'=-]{1,64}@[\w.-]{1,200}\w"
_HAS_EMAIL = re.compile(_EMAIL)
_CLOCK = re.compile(r"\d{1,2}[:.\u066b]\d{2}|\d{1,2}\s*h\s*\d{2}")
_YEAR = re.compile(r"\d{4}|\d{1,2}[./]\d{1,2}[./]\d{2}")

# (how it begins, the verb). All need a digit; the whole line ends in a colon or in the verb.
_INTRODUCTIONS = tuple(
    re.compile(rf"(?:{begins})\b.{{0,300}}?\b(?:{verb})", re.IGNORECASE | re.DOTALL)
    for begins, verb in (
        (r"on", r"wrote"),
        (r"le", r"a écrit"),
        (r"am|um|den", r"schrieb"),
        (r"el", r"escribi[óo]"),
        (r"em", r"escreveu"),
        (r"il", r"ha scritto"),
        (r"op", r"(?:schreef|geschreven)"),
        (r"den|på|d\.|man|tir|ons|tor|fre|lør|søn|lör|sön|mån|tis", r"skrev"),
        (r"w dniu|dnia|dne|dňa", r"(?:napisał|napsal|napísal|nadesłał)"),
        (r"pe|ma|ti|ke|to|la|su", r"kirjoitti"),
    )
)
_ENDS = re.compile(
    r"[:：][* ]*$|(?:wrote|écrit|schrieb|escribi[óo]|escreveu|scritto|schreef|geschreven|skrev"
    r"|nap[ií]sal|napsal|napisał|nadesłał|kirjoitti)[a() *]*$",
    re.IGNORECASE,
)
_GENERIC_VERB = re.compile(
    r"(?:kirjoitti|написал\w*|пишет|писал\w*|yazdı|ezt írta|a scris|đã viết|のメール|書きました"
    r"|写道|寫道|작성|wrote|schreef|skrev|schrieb|escribió|escreveu|scritto|écrit"
    r"|כתב\w*|مینوشت|نوشت\w*)[^:：]{0,40}[:：]$",
    re.IGNORECASE,
)
_ARABIC_BEGIN = re.compile(r"(?:في|بتاريخ|يوم|on)\b")
_ARABIC_STRONG = re.compile(r"تمت كتابة ما يلي بواسطة|جاء من|تم كتابة ما يلي|كتب ما يلي")
_ARABIC_VERB = re.compile(r"\b(?:كتبت?|كتب/ت|أرسلت?|ارسلت?|قالت?|أضافت?)\b")

_SEPARATOR = re.compile(
    r"[-_=*\s]{2,}\s*(?:original (?:message|appointment)|forwarded (?:message|by .{1,80})"
    r"|reply message|message d['’]origine|message (?:original|transféré|initial)"
    r"|ursprüngliche (?:nachricht|mail)|weitergeleitete nachricht|mensaje original"
    r"|mensagem original|messaggio (?:originale|inoltrato)|oorspronkelijk bericht"
    r"|original(?:meddelelse|meddelande)|oprindelig meddelelse|alkuperäinen viesti"
    r"|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|исходное сообщение"
    r"|пересылаемое сообщение|orijinal (?:mesaj|ileti)|原始邮件|原始郵件|original-nachricht"
    r"|الرسالة الأصلية|الرساله الاصليه|رسالة أصلية|رسالة معاد توجيهها|رسالة محولة"
    r"|رسالة تمت إعادة توجيهها|בוצע הודעה מקורית|הודעה מקורית)[\s:]*[-_=*\s]*",
    re.IGNORECASE,
)
_BEGIN_FORWARD = re.compile(
    r"(?:begin forwarded message|début du message réexpédié|anfang der weitergeleiteten nachricht"
    r"|بداية الرسالة المُ?عاد توجيهها|بدء الرسالة المُ?عاد توجيهها|بداية رسالة محولة)\s*:?",
    re.IGNORECASE,
)

_LABELS = {
    "from": "from|de|von|van|da|od|från|fra|lähettäjä|от|от кого|kimden|gönderen|من|المرسل"
    "|مرسل|发件人|寄件者|差出人|보낸 사람|מאת|از|feladó|expéditeur|afzender|remetente",
    "date": "sent|date|sent at|envoyé|envoyé le|gesendet|datum|verzonden|inviato|data|enviado"
    "|enviado el|enviada em|enviado em|fecha|wysłano|skickat|sendt|lähetetty|дата|отправлено"
    "|tarih|gönderildi|تاريخ الإرسال|تاريخ الارسال|تم الإرسال|تم الارسال|أرسلت|التاريخ|تاريخ"
    "|وقت الإرسال|发送时间|日期|送信日時|日付|보낸 날짜|날짜|נשלח|תאריך|dato|dátum",
    "to": "to|à|an|aan|a|para|do|till|til|kime|alıcı|кому|إلى|الى|المرسل إليه|المستلم"
    "|收件人|宛先|받는 사람|אל|vastaanottaja|címzett|destinataire|cc|نسخة|نسخة إلى",
    "subject": "subject|objet|betreff|onderwerp|oggetto|asunto|assunto|temat|ämne|emne|aihe"
    "|тема|konu|الموضوع|موضوع|主题|主旨|件名|제목|נושא|tárgy|předmět",
}
_LABEL_LINES = {
    kind: re.compile(rf"[*\s]*(?:{names})\s*\*?\s*[:：]", re.IGNORECASE)
    for kind, names in _LABELS.items()
}
_BLOCK_LINES = 10  # lines of a header block


def probe(line: str) -> str:
    """The line for matching: no direction marks, diacritics, quote signs or outer spaces."""
    plain = _DIACRITICS.sub("", _MARKS.sub("", line)).replace("\xa0", " ")
    return plain.strip().lstrip(">").strip()


def introduction_length(lines: list[str], at: int) -> int:
    """How many lines from `at` form the line above a quote ("On … wrote:"), 0 if they are none."""
    joined = ""
    for count, line in enumerate(lines[at : at + MAX_WRAP], start=1):
        if not line:
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > MAX_INTRODUCTION:
            return 0
        if _ENDS.search(line[-60:]) and _is_introduction(joined):
            return count
    return 0


def _is_introduction(text: str) -> bool:
    text = text.rstrip("* ")
    ends = text.endswith((":", "："))
    if not re.search(r"\d", text) and not _HAS_EMAIL.search(text):
        return False
    if any(pattern.fullmatch(text.rstrip(": (a)")) for pattern in _INTRODUCTIONS):
        return bool(re.search(r"\d", text))
    if not ends:
        return False
    is_dated = bool(_CLOCK.search(text) or _YEAR.search(text))
    has_email = bool(_HAS_EMAIL.search(text))
    if _ARABIC_BEGIN.match(text):
        return bool(_ARABIC_STRONG.search(text)) or (
            bool(_ARABIC_VERB.search(text)) and (has_email or bool(_CLOCK.search(text)))
        )
    if has_email and (_ARABIC_STRONG.search(text) or _ARABIC_VERB.search(text)):
        return is_dated or bool(re.search(r"(?:كتبت?|ما يلي)\s*:$", text))
    if _GENERIC_VERB.search(text):
        return is_dated and (has_email or text.count(" ") <= 15)
    # no verb at all: `30.09.2017, 18.30, "Name" <mail>:`
    bracketed = re.search(rf"[<\[(]\s*(?:mailto:)?{_EMAIL}\s*[>\])][^\w]*[:：]$", text)
    return bool(bracketed and is_dated and re.match(r"[\d\"'(<\w]", text))


def is_separator(line: str) -> bool:
    """Whether the line is "-----Original Message-----" or the like."""
    return bool(_SEPARATOR.fullmatch(line) or _BEGIN_FORWARD.fullmatch(line))


def header_block_length(lines: list[str], at: int) -> int:
    """How many lines from `at` form a block From/Sent/To/Subject above a quoted mail, or 0.

    An enquiry may itself say "From: Cairo / To: Riyadh / Date: …"; so a block needs a subject or
    an address besides its From line.
    """
    if not _LABEL_LINES["from"].match(lines[at]):
        return 0
    found: set[str] = set()
    has_email, length = False, 0
    for offset, line in enumerate(lines[at : at + _BLOCK_LINES]):
        kinds = {kind for kind, pattern in _LABEL_LINES.items() if pattern.match(line)}
        if not line and length:
            break
        if kinds:
            found |= kinds
            length = offset + 1
        for kind, pattern in _LABEL_LINES.items():  # À : a@b.be Objet : on one line
            if kind == "subject" and re.search(rf"\s{pattern.pattern}", line, re.IGNORECASE):
                found.add(kind)
        has_email = has_email or bool(_HAS_EMAIL.search(line))
    is_block = len(found) >= 3 and (has_email or "subject" in found)
    return length if is_block and "from" in found else 0
