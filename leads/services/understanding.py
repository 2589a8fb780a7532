"""Normalise and interpret one enquiry: candidates with evidence, then readings with reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_project.kit.phones import parse_phone
from leads.capture.enquiry import Enquiry
from leads.interpret import Interpretation, doubted, interpret
from leads.models import Lead
from leads.normalize import Candidate, extract

NORMALISE_VERSION = "2"
INTERPRET_VERSION = "3"
FIELDS_SHOWN = (
    "person_name", "company", "phone", "email", "city", "region", "country", "product_category",
    "quantity", "budget", "specs",
)  # fmt: skip
USABLE = 0.5  # below this a value is shown, but not taken over
CERTAIN = 0.9  # from this a phone or e-mail in the text counts as the sender's own


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """What a message says, and what it means."""

    enquiry: Enquiry
    candidates: list[Candidate]
    reading: Interpretation

    def best(self, field: str) -> Candidate | None:
        """The candidate of a field with the highest confidence; what was stated wins a tie."""
        of_field = [found for found in self.candidates if found.field == field]
        return max(of_field, key=lambda found: found.confidence, default=None)

    def value(self, field: str) -> Any:
        """The best value when it is usable, else None."""
        best = self.best(field)
        return best.value if best and best.confidence >= USABLE else None

    def contacts(self, field: str) -> list[str]:
        """Phones or e-mails that are certainly the sender's, the channel's own first."""
        certain = [
            found
            for found in self.candidates
            if found.field == field and found.confidence >= CERTAIN
        ]
        certain.sort(key=lambda found: -found.confidence)
        return list(dict.fromkeys(str(found.value) for found in certain))

    def as_json(self) -> dict[str, Any]:
        """The candidates, to be kept and compared with a later run."""
        return {
            "version": NORMALISE_VERSION,
            "candidates": [
                {
                    "field": found.field, "value": found.value, "raw": found.raw[:300],
                    "confidence": round(found.confidence, 3), "extractor": found.extractor,
                }
                for found in self.candidates
            ],
        }  # fmt: skip

    def reading_as_json(self) -> dict[str, Any]:
        """The readings with their reasons, which become words when read."""
        names = ("language", "dialect", "intent", "urgency", "spam", "tone", "probability")
        readings = {name: getattr(self.reading, name) for name in names}
        return {
            "version": INTERPRET_VERSION,
            **{
                name: {
                    "value": reading.value,
                    "confidence": round(reading.confidence, 3),
                    "reasons": [reason.as_json() for reason in reading.reasons],
                }
                for name, reading in readings.items()
            },
        }


def understand(enquiry: Enquiry, *, is_known_customer: bool) -> Understanding:
    """Read one enquiry. Pure: no query, no network."""
    channel = enquiry.message.conversation.kind
    found = extract(enquiry.text, region=enquiry.region, channel=channel)
    candidates = _merge([*_usable_stated(enquiry), *_placed(enquiry), *found])
    reading = interpret(
        enquiry.text,
        candidates,
        channel=channel,
        is_known_customer=is_known_customer,
        region=enquiry.region,
    )
    return Understanding(
        enquiry=enquiry, candidates=list(doubted(candidates, reading)), reading=reading
    )


def _usable_stated(enquiry: Enquiry) -> Iterable[Candidate]:
    """Stated values in standard form; a phone that is none is dropped, the text still has it."""
    for stated in enquiry.stated:
        if stated.field != "phone" or stated.extractor == "channel":
            yield stated
        elif phone := parse_phone(stated.raw, region=enquiry.region):
            yield Candidate(
                "phone", phone.e164, stated.raw, stated.confidence, None, None,
                stated.extractor, stated.version,
            )  # fmt: skip


def _placed(enquiry: Enquiry) -> list[Candidate]:
    """City, country and product from a form's own fields, through the same gazetteer."""
    answers = enquiry.message.answers or {}
    stated = " - ".join(str(answers.get(key) or "") for key in ("city", "country", "product"))
    if not stated.strip(" -"):
        return []
    wanted = {"city", "country", "region", "product_category"}
    return [
        Candidate(found.field, found.value, found.raw, 0.95, None, None, "form", found.version)
        for found in extract(stated, region=enquiry.region)
        if found.field in wanted
    ]


def _merge(found: Iterable[Candidate]) -> list[Candidate]:
    """One candidate per field and value, the most certain; a mention in the text adds its place."""
    merged: dict[tuple[str, str], Candidate] = {}
    for candidate in found:
        key = candidate.field, str(candidate.value)
        known = merged.get(key)
        if known is None or candidate.confidence > known.confidence:
            merged[key] = candidate
    return list(merged.values())


def fill_lead(lead: Lead, understood: Understanding) -> None:
    """Set the lead's columns from what was understood; columns that a person set stay."""
    fill_gaps(lead, understood)
    _fill_reading(lead, understood.reading)


def fill_gaps(lead: Lead, understood: Understanding) -> None:
    """Set those columns of contact and wish that are still empty."""
    value = understood.value
    texts = {
        "name": "person_name", "company": "company", "country": "country", "city": "city",
        "region": "region", "product": "product_category", "specs": "specs",
    }  # fmt: skip
    for column, field in texts.items():
        limit = longest(column)
        setattr(lead, column, getattr(lead, column) or str(value(field) or "")[:limit])
    if lead.product not in Lead.Product.values:
        lead.product = ""
    lead.phone = lead.phone or next(iter(understood.contacts("phone")), "") or value("phone") or ""
    lead.email = lead.email or next(iter(understood.contacts("email")), "") or value("email") or ""
    _fill_amounts(lead, understood)


def _fill_amounts(lead: Lead, understood: Understanding) -> None:
    quantity = understood.value("quantity") or {}
    budget = understood.value("budget") or {}
    if lead.quantity is None:
        lead.quantity = quantity_of(quantity.get("value"))
        lead.unit = str(quantity.get("unit") or "")[:12] if lead.quantity is not None else ""
    if lead.budget is None:
        lead.budget = budget_of(budget.get("amount"))
        lead.currency = str(budget.get("currency") or "")[:3] if lead.budget is not None else ""


def quantity_of(value: Any) -> Decimal | None:
    """Return a number as the quantity column takes it, or None."""
    return _decimal(value, Decimal("1e11"), 3)


def budget_of(value: Any) -> Decimal | None:
    """Return an amount in major units as the budget column takes it, or None."""
    return _decimal(value, Decimal("1e14"), 2)


def longest(column: str) -> int:
    """The length of one of the lead's text columns, in characters."""
    field: Any = Lead._meta.get_field(column)
    return int(field.max_length)


def _decimal(value: Any, limit: Decimal, places: int) -> Decimal | None:
    try:
        number = Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
    if number is None or not number.is_finite() or not 0 <= number < limit:
        return None
    rounded = round(number, places)
    return rounded if rounded < limit else None


def _fill_reading(lead: Lead, reading: Interpretation) -> None:
    lead.language = str(reading.language.value or "")[:8]
    lead.intent = reading.intent.value if reading.intent.value in Lead.Intent.values else "other"
    lead.urgency = reading.urgency.value
    lead.tone = str(reading.tone.value or "")[:8]
    lead.spam_score = round(float(reading.spam.value), 4)
    lead.score = max(0, min(100, round(float(reading.probability.value) * 100)))
