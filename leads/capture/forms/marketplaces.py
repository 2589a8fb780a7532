"""Enquiries from marketplaces: IndiaMART, TradeIndia, JustDial.

Source: IndiaMART Lead Manager, "Push API" and "CRM API v2"; the others as seen in public
integrations, there is no official description.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

from .assemble import assemble
from .labels import folded
from .shapes import mapping, objects, text
from .submission import NO_ANSWER, Answer, FormSubmission, UnreadableForm
from .values import as_text, moment, without_markup

INDIA = timezone(timedelta(hours=5, minutes=30))

_INDIAMART_NAMES = {
    "SENDER_NAME": "name",
    "SENDERNAME": "name",
    "SENDER_COMPANY": "company",
    "GLUSR_USR_COMPANYNAME": "company",
    "SENDER_EMAIL": "email",
    "SENDEREMAIL": "email",
    "SENDER_EMAIL_ALT": "email",
    "EMAIL_ALT": "email",
    "SENDER_MOBILE": "phone",
    "MOB": "phone",
    "SENDER_MOBILE_ALT": "phone",
    "MOBILE_ALT": "phone",
    "SENDER_PHONE": "phone",
    "PHONE": "phone",
    "SENDER_PHONE_ALT": "phone",
    "PHONE_ALT": "phone",
    "SENDER_CITY": "city",
    "ENQ_CITY": "city",
    "SENDER_COUNTRY_ISO": "country",
    "COUNTRY_ISO": "country",
    "QUERY_PRODUCT_NAME": "product",
    "PRODUCT_NAME": "product",
    "QUERY_MESSAGE": "message",
    "ENQ_MESSAGE": "message",
    "SUBJECT": "subject",
}
_INDIAMART_CHANNELS = {
    "W": "direct",
    "B": "buy_lead",
    "P": "call",
    "BIZ": "catalogue",
    "WA": "whatsapp",
    "V": "call",
}
_INDIAMART_IDS = ("UNIQUE_QUERY_ID", "QUERY_ID")
_FLAT_NAMES = {
    "sender_name": "name",
    "sender_email": "email",
    "sender_other_emails": "email",
    "sender_mobile": "phone",
    "sender_other_mobiles": "phone",
    "landline_number": "phone",
    "sender_company": "company",
    "sender_co": "company",
    "company": "company",
    "sender_city": "city",
    "sender_country": "country",
    "product_name": "product",
    "category": "product",
    "query_message": "message",
    "message": "message",
    "subject": "subject",
}
_TRADEINDIA_IDS = ("inquiry_id", "rfi_id", "enquiry_id", "generated_id")
_JUSTDIAL_IDS = ("leadid", "lead_id")
_JUSTDIAL_MARKS = ("brancharea", "branchpin", "dncmobile", "leadtype", "parentid")


def indiamart_rows(data: Any) -> list[dict[str, Any]]:
    """Return the enquiries of a push (one object) or a pull (a list); [] for anything else."""
    rows = objects(data, "RESPONSE") or ([data] if isinstance(data, dict) else [])
    return [row for row in rows if any(text(row, key) for key in _INDIAMART_IDS)]


def is_indiamart(data: Any) -> bool:
    """Return whether this comes from IndiaMART, enquiries or not."""
    return bool(indiamart_rows(data)) or ("RESPONSE" in mapping(data) and "CODE" in mapping(data))


def read_indiamart(data: Any, known: Mapping[str, str]) -> list[FormSubmission]:
    """Return every enquiry. A missed call has neither a name nor words: it is kept all the same."""
    rows = indiamart_rows(data)
    if not rows:
        raise UnreadableForm("RESPONSE", NO_ANSWER)
    return [_indiamart(row, known) for row in rows]


def _indiamart(row: dict[str, Any], known: Mapping[str, str]) -> FormSubmission:
    answers = [Answer(key=key, value=without_markup(as_text(row[key]))) for key in row]
    kind = text(row, "QUERY_TYPE") or text(row, "QTYPE")
    channel = _INDIAMART_CHANNELS.get(kind.upper(), "")
    about = FormSubmission(
        source="indiamart",
        external_id=next(filter(None, (text(row, key) for key in _INDIAMART_IDS)), ""),
        fields={"channel": channel} if channel else {},
        submitted_at=moment(
            row.get("QUERY_TIME") or row.get("DATE_TIME_RE") or row.get("DATE_RE"), zone=INDIA
        ),
    )
    return _told(answers, _INDIAMART_NAMES | dict(known), about)


def _told(answers: list[Answer], known: Mapping[str, str], about: FormSubmission) -> FormSubmission:
    """The person's words are the message alone; the columns around it are kept in the fields."""
    columns = {folded(key) for key in known}
    used = [answer for answer in answers if folded(answer.key) in columns]
    kept = {answer.key: answer.value for answer in answers} | about.fields
    if not any(answer.value for answer in used):
        raise UnreadableForm("answers", NO_ANSWER)
    return replace(assemble(used, known=known, about=about), fields=kept)


def is_flat_marketplace(data: Any) -> bool:
    """Return whether this is an enquiry from TradeIndia or JustDial."""
    return bool(_flat_source(mapping(data)))


def _flat_source(row: Mapping[str, Any]) -> str:
    if any(key in row for key in _JUSTDIAL_MARKS) and any(key in row for key in _JUSTDIAL_IDS):
        return "justdial"
    is_sender = any(key in row for key in ("sender_name", "sender_mobile", "sender_email"))
    return "tradeindia" if is_sender and any(key in row for key in _TRADEINDIA_IDS) else ""


def read_flat_marketplace(row: Any, known: Mapping[str, str]) -> list[FormSubmission]:
    """Return the one enquiry of TradeIndia or JustDial."""
    row = mapping(row)
    source = _flat_source(row)
    ids = _JUSTDIAL_IDS if source == "justdial" else _TRADEINDIA_IDS
    names = _FLAT_NAMES | (
        {"name": "name", "mobile": "phone", "phone": "phone"} | _JUSTDIAL_EXTRA
        if source == "justdial"
        else {}
    )
    answers = [Answer(key=key, value=without_markup(as_text(value))) for key, value in row.items()]
    about = FormSubmission(
        source=source,
        external_id=next(filter(None, (text(row, key) for key in ids)), ""),
        submitted_at=moment(_when(row), zone=INDIA),
    )
    return [_told(answers, names | dict(known), about)]


_JUSTDIAL_EXTRA = {"email": "email", "city": "city"}


def _when(row: Mapping[str, Any]) -> str:
    day = text(row, "inquiry_date") or text(row, "generated_date") or text(row, "date")
    time = text(row, "generated_time") or text(row, "inquiry_time") or text(row, "time")
    return f"{day} {time}".strip()
