"""Lead forms inside advertisements: Meta (Facebook, Instagram) and Google.

Sources: developers.facebook.com, Marketing API, "Lead Ads"; developers.google.com,
"Google Ads lead form webhook".
"""

from collections.abc import Mapping
from typing import Any

from .assemble import assemble
from .shapes import mapping, objects, text
from .submission import NO_ANSWER, Answer, FormSubmission, UnreadableForm
from .values import as_text, moment

_META_NAMES = {
    "full_name": "name",
    "work_email": "email",
    "work_phone_number": "phone",
    "company_name": "company",
    "street_address": "",
    "inbox_url": "ignored",
}
_GOOGLE_NAMES = {
    "FULL_NAME": "name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "EMAIL": "email",
    "WORK_EMAIL": "email",
    "PHONE_NUMBER": "phone",
    "WORK_PHONE": "phone",
    "COMPANY_NAME": "company",
    "CITY": "city",
    "COUNTRY": "country",
}


def is_meta_webhook(data: Any) -> bool:
    """Return whether this is the page webhook that announces leads by their ids."""
    return text(data, "object") == "page" and isinstance(mapping(data).get("entry"), list | dict)


def read_meta_webhook(data: Any) -> list[FormSubmission]:
    """Return one submission per announced lead, all of them still to be fetched."""
    leads = [
        _announced(mapping(change, "value"), page_id=text(entry, "id"))
        for entry in objects(data, "entry")
        for change in objects(entry, "changes")
        if text(change, "field") == "leadgen" and text(mapping(change, "value"), "leadgen_id")
    ]
    if not leads:
        raise UnreadableForm("entry", NO_ANSWER)
    return leads


def _announced(value: Mapping[str, Any], *, page_id: str) -> FormSubmission:
    lead_id = text(value, "leadgen_id")
    named = {key: text(value, key) for key in ("form_id", "ad_id", "adgroup_id", "page_id")}
    named["page_id"] = named["page_id"] or page_id
    return FormSubmission(
        source="meta_lead",
        external_id=lead_id,
        fields={key: held for key, held in named.items() if held},
        submitted_at=moment(value.get("created_time")),
        needs_fetch=lead_id,
    )


def is_meta_lead(data: Any) -> bool:
    """Return whether this is the answer to fetching one lead."""
    return isinstance(mapping(data).get("field_data"), list)


def read_meta_lead(data: Any, known: Mapping[str, str]) -> list[FormSubmission]:
    """Return the one lead that was fetched."""
    answers = [
        Answer(key=text(answer, "name"), value=as_text(answer.get("values", answer.get("value"))))
        for answer in objects(data, "field_data")
    ]
    marks = {key: text(data, key) for key in ("ad_id", "campaign_id") if text(data, key)}
    about = FormSubmission(
        source="meta_lead",
        external_id=text(data, "id"),
        submitted_at=moment(mapping(data).get("created_time")),
        utm=marks,
    )
    return [assemble(answers, known=_META_NAMES | dict(known), about=about)]


def is_google_lead(data: Any) -> bool:
    """Return whether this is a lead from a Google lead form."""
    return isinstance(mapping(data).get("user_column_data"), list)


def read_google_lead(data: Any, known: Mapping[str, str]) -> list[FormSubmission]:
    """Return the one lead. `is_test` is absent for real ones."""
    answers = [
        Answer(
            key=text(column, "column_id") or text(column, "column_name"),
            label=text(column, "column_name"),
            value=as_text(column.get("string_value")),
        )
        for column in objects(data, "user_column_data")
    ]
    marks = {"gclid": text(data, "gcl_id"), "campaign_id": text(data, "campaign_id")}
    about = FormSubmission(
        source="google_lead",
        external_id=text(data, "lead_id"),
        is_test=text(data, "is_test").lower() in ("yes", "true", "1"),
        submitted_at=moment(mapping(data).get("lead_submit_time")),
        utm={key: value for key, value in marks.items() if value},
    )
    return [assemble(answers, known=_GOOGLE_NAMES | dict(known), about=about)]
