"""Enquiries that a marketplace or a web-lead service sends on: the person stands in the body."""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from .mail import ParsedEmail

MAX_BODY = 100_000  # characters looked at
MAX_FIELD = 500  # characters, `message` 5,000
KNOWN_MARKETPLACES = frozenset(
    [
        "indiamart.com",
        "tradeindia.com",
        "exportersindia.com",
        "justdial.com",
        "alibaba.com",
        "made-in-china.com",
        "globalsources.com",
        "go4worldbusiness.com",
        "tradekey.com",
        "ec21.com",
        "europages.com",
        "thomasnet.com",
        "opensooq.com",
        "dubizzle.com",
        "olx.com.eg",
        "bayut.com",
        "propertyfinder.ae",
        "haraj.com.sa",
    ]
)
_LABELS = {
    "name": r"(?:buyer|customer|contact|client|sender|full|your)?['’]?s? ?"
    r"(?:contact )?(?:full )?name|contact person|buyer|from name"
    r"|الاسم(?: الكامل)?|اسم (?:العميل|المشتري|المرسل)"
    r"|العميل|المشتري",
    "company": r"(?:company|organi[sz]ation|business|firm)(?: name)?"
    r"|الشركة|اسم الشركة|المؤسسة|المنشأة",
    "phone": r"(?:mobile|phone|tel(?:ephone)?|contact|cell|whatsapp)(?: ?(?:no\.?|number|#))?"
    r"|الهاتف|رقم (?:الهاتف|الجوال|الموبايل|التواصل)|الجوال|الموبايل|جوال|موبايل|هاتف|واتساب",
    "email": r"e-?mail(?: ?(?:id|address))?|البريد(?: الإلكتروني| الالكتروني)?"
    r"|الإيميل|ايميل|بريد إلكتروني",
    "city": r"city|location|address|town|region|المدينة|العنوان|المنطقة|الموقع",
    "country": r"country|الدولة|البلد",
    "product": r"requirement|product(?: name)?|item|service|enquiry for|inquiry for|looking for"
    r"|interested in|المنتج|المطلوب|الخدمة|الصنف|اسم المنتج",
    "quantity": r"(?:order )?(?:quantity|qty)(?: required)?|الكمية(?: المطلوبة)?|العدد",
    "budget": r"budget|order value|price|الميزانية|السعر المتوقع",
    "message": r"message|comments?|enquiry|inquiry|details|description|remarks|notes?"
    r"|الرسالة|نص الرسالة|الاستفسار|التفاصيل|ملاحظات|الوصف",
    "external_id": r"(?:enquiry|inquiry|lead|query|reference|request|ticket) ?(?:id|no\.?|number|#)"
    r"|رقم (?:الطلب|الاستفسار|المرجع)",
}
_LINES = {
    name: re.compile(rf"[\s*•>-]*(?:{label})\s*\*?\s*[:：]\s*(.*)", re.IGNORECASE)
    for name, label in _LABELS.items()
}
_MACHINE_SENDER = re.compile(
    r"(?:no-?reply|do-?not-?reply|alerts?|notif\w*|leads?|enquir\w*|inquir\w*|info|mailer|buyleads)"
    r"(?:[+._-].*)?@"
)
_SPEAKS_OF_ENQUIRY = re.compile(
    r"enquir|inquir|buyer|\brfq\b|\blead\b|quotation|استفسار|طلب|مشتر|عميل",
    re.IGNORECASE,
)
_ADF = re.compile(r"<\?adf\b|<adf\b", re.IGNORECASE)


def marketplace_fields(
    mail: ParsedEmail, *, allowed: Collection[str] = KNOWN_MARKETPLACES
) -> dict[str, str] | None:
    """The person and wish in a forwarded enquiry, or None if the mail is none.

    `allowed` are sender domains (subdomains included) believed at two fields. Any other machine
    sender must give a name, a way to reach the person and a wish, and speak of an enquiry. ADF XML
    is believed from anyone. Keys, when present: name, company, phone, email, city, country,
    product, quantity, budget, message, external_id; values as written.
    """
    text = mail.text[:MAX_BODY]
    if _ADF.search(text):
        return _adf_fields(text) or None
    if mail.sender is None or mail.automatic in ("bounce", "complaint", "receipt"):
        return None
    fields = _labelled(text)
    is_reachable = bool(fields.get("phone") or fields.get("email"))
    if _is_allowed(mail.sender.email, allowed):
        return fields if is_reachable and len(fields) >= 2 else None
    is_enquiry = _SPEAKS_OF_ENQUIRY.search(f"{mail.subject}\n{text[:5000]}")
    is_complete = "name" in fields and bool(fields.keys() & {"product", "message"})
    is_machine = _MACHINE_SENDER.match(mail.sender.email)
    return fields if is_machine and is_enquiry and is_complete and is_reachable else None


def _is_allowed(email: str, allowed: Collection[str]) -> bool:
    domain = email.rpartition("@")[2]
    return any(domain == one or domain.endswith(f".{one}") for one in allowed)


def _labelled(text: str) -> dict[str, str]:
    """Fields of lines "Label: value"; a value may stand on the next line, a message on several."""
    fields: dict[str, str] = {}
    lines = [re.sub(r"[\u200e\u200f\u202a-\u202e]", "", line) for line in text.split("\n")]
    for at, line in enumerate(lines[:500]):
        for name, pattern in _LINES.items():
            match = pattern.fullmatch(line[:2000].rstrip()) if name not in fields else None
            if match:
                value = match[1].strip(" *") or _next_line(lines, at)
                if name == "message":
                    value = "\n".join([value, *_continuation(lines, at)])
                if value:
                    fields[name] = value[: 5000 if name == "message" else MAX_FIELD].strip()
                break
    return {name: value for name, value in fields.items() if value}


def _is_label(line: str) -> bool:
    return any(pattern.match(line[:2000]) for pattern in _LINES.values())


def _next_line(lines: list[str], at: int) -> str:
    following = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return "" if _is_label(following) else following


def _continuation(lines: list[str], at: int) -> list[str]:
    """The lines below a message's first one, up to an empty line or the next label."""
    start = at + 1 if lines[at].rstrip("* ").rstrip()[-1:] not in (":", "：") else at + 2
    out: list[str] = []
    for line in lines[start : start + 100]:
        if not line.strip() or _is_label(line):
            break
        out.append(line.strip())
    return out


def _adf_fields(text: str) -> dict[str, str]:
    """Fields of Auto-lead Data Format 1.0, by pattern: real ones are often not well-formed."""
    customer = _element(text, "customer") or text
    vehicle = _element(text, "vehicle")
    parts = [
        _element(customer, "name", 'part="first"'),
        _element(customer, "name", 'part="last"'),
    ]
    fields = {
        "name": _element(customer, "name", 'part="full"')
        or " ".join(filter(None, parts))
        or _element(customer, "name"),
        "phone": _element(customer, "phone"),
        "email": _element(customer, "email"),
        "city": _element(customer, "city"),
        "country": _element(customer, "country"),
        "product": " ".join(
            filter(None, (_element(vehicle, one) for one in ("year", "make", "model")))
        ),
        "message": _element(customer, "comments"),
        "external_id": _element(text, "id"),
    }
    return {name: _plain(value) for name, value in fields.items() if _plain(value)}


def _element(text: str, tag: str, attribute: str = "") -> str:
    """The inside of the first such element, "" if there is none or it isn't closed."""
    for match in re.finditer(rf"<{tag}\b([^<>]{{0,200}})>", text, re.IGNORECASE):
        wanted = attribute.replace('"', "").lower()
        if wanted in match[1].replace('"', "").replace("'", "").lower():
            end = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, match.end())
            return text[match.end() : end.start()].strip() if end else ""
    return ""


def _plain(value: str) -> str:
    value = re.sub(r"<!\[CDATA\[(.*?)\]\]>", r"\1", value, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^<>]{0,500}>", " ", value)).strip()[:5000]
