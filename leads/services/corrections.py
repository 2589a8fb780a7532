"""People's word on extracted fields: accepted or corrected, kept as the ground truth."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import tell_once
from crm_project.kit.money import parse_amount
from crm_project.kit.phones import parse_phone
from crm_project.kit.text import strip_controls
from customers.services.names import keys_of
from leads.errors import LeadIsClosed, ValueDoesNotFit
from leads.models import ExtractedField, Lead
from leads.normalize import extract

from .actions import CHANGED, groups_of
from .understanding import budget_of, longest, quantity_of

COLUMNS = {
    "person_name": "name", "company": "company", "phone": "phone", "email": "email",
    "city": "city", "region": "region", "country": "country", "product_category": "product",
    "specs": "specs",
}  # fmt: skip
AMOUNTS = {"quantity": ("value", "quantity", "unit"), "budget": ("amount", "budget", "currency")}


@transaction.atomic
def accept_field(field: ExtractedField, *, actor: User) -> ExtractedField:
    """Confirm what the machine found; the lead takes the value over. Raises LeadIsClosed."""
    return _decide(field, field.value, ExtractedField.State.ACCEPTED, actor)


@transaction.atomic
def correct_field(field: ExtractedField, *, text: str, actor: User) -> ExtractedField:
    """Replace what the machine found by what a person says. Raises LeadIsClosed, ValueDoesNotFit."""
    value = read_value(field.name, text, field=field)
    return _decide(field, value, ExtractedField.State.CORRECTED, actor)


@transaction.atomic
def add_field(lead: Lead, *, name: str, text: str, actor: User) -> ExtractedField:
    """Store a value that nobody found in the messages. Raises LeadIsClosed, ValueDoesNotFit."""
    field = ExtractedField(
        lead=lead, name=name, confidence=1, extractor="person", version="1", raw="", value=None
    )
    field.corrected = read_value(name, text, field=field)
    field.save()
    return _decide(field, field.corrected, ExtractedField.State.CORRECTED, actor)


@transaction.atomic
def accept_certain_fields(lead: Lead, *, actor: User, least: float = 0.85) -> int:
    """Confirm at once all open fields of at least this confidence; returns how many."""
    open_fields = lead.fields.filter(
        state=ExtractedField.State.SUGGESTED, confidence__gte=least
    ).order_by("confidence")
    count = 0
    for field in open_fields:
        try:
            _decide(field, field.value, ExtractedField.State.ACCEPTED, actor)
        except ValueDoesNotFit:  # stays open for a person to correct
            continue
        count += 1
    return count


def _decide(field: ExtractedField, value: Any, state: str, actor: User) -> ExtractedField:
    """Write the decision. Raises LeadIsClosed, ValueDoesNotFit before anything is written."""
    lead = (
        Lead.objects.select_for_update(of=("self",)).select_related("branch").get(pk=field.lead_id)
    )
    if lead.status not in Lead.OPEN:
        raise LeadIsClosed
    columns = _columns(field.name, value)
    before = {name: str(getattr(lead, name) or "") for name in columns}
    for name, new in columns.items():
        setattr(lead, name, new)
    lead.name_keys = keys_of(person=lead.name, company=lead.company)
    lead.save(update_fields=[*columns, "name_keys"])
    Lead.objects.filter(pk=lead.pk).update(version=F("version") + 1)
    field.state, field.decided_by, field.decided_at = state, actor, timezone.now()
    field.corrected = value if state == ExtractedField.State.CORRECTED else None
    field.save(update_fields=["state", "decided_by", "decided_at", "corrected"])
    changes = {name: [before[name], str(columns[name] or "")] for name in columns}
    record(actor, f"lead.field_{state}", lead, changes={"field": field.name, **changes})
    tell_once(groups_of(lead), CHANGED)
    return field


def _columns(name: str, value: Any) -> dict[str, Any]:
    """Return the lead's columns of a field's value. Raises ValueDoesNotFit."""
    if name in AMOUNTS:
        return _amount_columns(name, value)
    column = COLUMNS.get(name)
    if column is None:
        return {}
    text = str(value or "")
    if len(text) > longest(column):
        raise ValueDoesNotFit(field=name)
    return {column: text}


def _amount_columns(name: str, value: Any) -> dict[str, Any]:
    key, column, unit = AMOUNTS[name]
    value = value if isinstance(value, dict) else {}
    amount = (quantity_of if name == "quantity" else budget_of)(value.get(key))
    if amount is None:
        raise ValueDoesNotFit(field=name)
    return {column: amount, unit: str(value.get(unit) or "")[: longest(unit)]}


def read_value(name: str, text: str, *, field: ExtractedField) -> Any:
    """Return a person's writing as the field's value. Raises ValueDoesNotFit."""
    text = strip_controls(text).strip()
    if not text or len(text) > 500 or name not in {*COLUMNS, *AMOUNTS}:
        raise ValueDoesNotFit(field=name)
    if name == "phone":
        phone = parse_phone(text, region=field.lead.branch.phone_region)
        if phone is None:
            raise ValueDoesNotFit(field=name)
        return phone.e164
    if name == "email":
        return _email(text)
    if name == "country":
        return _country(text)
    if name == "product_category" and text not in Lead.Product.values:
        raise ValueDoesNotFit(field=name)
    if name in AMOUNTS:
        return _amount(name, text, field)
    return text


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValueDoesNotFit(field="email") from error
    return text.lower()


def _country(text: str) -> str:
    """Read "sa", "Saudi Arabia" or "السعودية"."""
    if len(text) == 2 and text.isascii() and text.isalpha():
        return text.upper()
    read = (found for found in extract(text, region="") if found.field == "country")
    country = next(read, None)
    if country is None:
        raise ValueDoesNotFit(field="country")
    return str(country.value)


def _amount(name: str, text: str, field: ExtractedField) -> dict[str, Any]:
    """Read "20,000 SAR", "٢٠ ألف ريال" or "6 pcs"; a bare number keeps the unit that was known."""
    key, _column, unit = AMOUNTS[name]
    region = field.lead.branch.phone_region
    cue = "الميزانية " if name == "budget" else ""
    read = [found for found in extract(cue + text, region=region) if found.field == name]
    for found in read:
        value = found.value if isinstance(found.value, dict) else {}
        if value.get(key) is not None and value.get(unit):
            return {key: value[key], unit: str(value[unit])[:12]}
    known = field.value.get(unit, "") if isinstance(field.value, dict) else ""
    default = field.lead.branch.currency if name == "budget" else ""
    try:
        amount = parse_amount(text)
    except (ValueError, InvalidOperation) as error:
        raise ValueDoesNotFit(field=name) from error
    if not 0 <= amount < Decimal("1e11"):
        raise ValueDoesNotFit(field=name)
    # JSON has one kind of number. Every reader takes it as Decimal(str(…)), which is exact here: money
    # has 13 digits at most here, a double holds 15.
    return {key: float(amount), unit: str(known or default)[:12]}
