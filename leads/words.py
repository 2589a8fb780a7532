"""Words of leads: log entries, notifications, fields, channels and units."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm_project.kit.countries import COUNTRIES
from leads.interpret.reasons import REASON_MARK, sentence
from leads.models import Lead
from leads.route.conditions import FLAGS
from leads.route.reasons import LINE_MARK, reason_of
from leads.route.reasons import sentence as decision_sentence
from messaging.models.channels import ChannelKind

VERBS: Mapping[str, Any] = {
    "lead.opened": _("opened the lead from a message"),
    "lead.entered": _("entered the lead by hand"),
    "lead.entered_again": _("entered a further call or visit"),
    "lead.interpreted": _("read the intent and urgency"),
    "lead.message_joined": _("joined a further message to the lead"),
    "lead.customer_linked": _("linked the customer"),
    "lead.assigned": _("assigned the lead"),
    "lead.queued": _("put the lead into the queue"),
    "lead.greeted": _("sent the greeting"),
    "lead.replied": _("replied"),
    "lead.answered": _("saw an answer written in the phone app"),
    "lead.number_changed": _("saw that the person has a new WhatsApp number"),
    "lead.accepted": _("accepted the lead"),
    "lead.qualified": _("marked the lead as qualified"),
    "lead.snoozed": _("snoozed the lead"),
    "lead.woken": _("brought the lead back"),
    "lead.rejected": _("rejected the lead"),
    "lead.reopened": _("reopened the lead"),
    "lead.reread": _("took over a new reading of its message"),
    "lead.fields_suggested": _("suggested further details"),
    "lead.undone": _("took back the last step"),
    "lead.converted": _("made the lead a customer"),
    "lead.field_accepted": _("confirmed a detail"),
    "lead.field_corrected": _("corrected a detail"),
    "lead.duplicate_suggested": _("suggested a possible duplicate"),
    "lead.duplicate_linked": _("confirmed a duplicate"),
    "lead.duplicate_dismissed": _("dismissed a duplicate"),
    "leads.exported": _("exported leads"),
    "routing_rule.created": _("added a routing rule"),
    "routing_rule.changed": _("changed a routing rule"),
    "routing_rule.moved": _("changed the order of routing rules"),
    "routing_rule.deleted": _("deleted a routing rule"),
    "routing_rule.restored": _("brought back a routing rule"),
    "web_form.created": _("added a web form"),
    "web_form.changed": _("changed a web form"),
}
NOTICES: Mapping[str, Any] = {
    "lead.assigned": _("A lead was assigned to you"),
    "lead.message": _("A further message of a lead"),
    "lead.unassigned": _("A lead waits for somebody"),
    "lead.woken": _("A snoozed lead is back"),
}
FIELDS: Mapping[str, Any] = {
    "person_name": _("Name"),
    "company": _("Company"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "city": _("City"),
    "region": _("District"),
    "country": _("Country"),
    "product_category": _("Product"),
    "quantity": _("Quantity"),
    "budget": _("Budget"),
    "specs": _("Specifications"),
}
FIELD_ICONS: Mapping[str, str] = {
    "city": "map-pin",
    "region": "map-pin",
    "country": "world",
    "product": "tag",
    "urgency": "flame",
    "intent": "target",
    "language": "language",
    "channel": "message",
    "source": "speakerphone",
    "branch": "building",
    "score": "gauge",
    "budget": "cash",
    "is_customer": "user-check",
    "is_working_hours": "clock-hour-4",
}
CHANNEL_MARKS: Mapping[str, tuple[str, str]] = {  # css class of .ch, icon
    "whatsapp": ("wa", "brand-whatsapp"),
    "email": ("mail", "mail"),
    "web_form": ("web", "world"),
    "marketplace": ("ord", "building-store"),
}
ENTERED: Mapping[str, tuple[Any, str, str]] = {  # source of a lead entered by hand
    "entered:phone": (_("A call"), "call", "phone-incoming"),
    "entered:visit": (_("A visit to the showroom"), "insp", "building-store"),
    "entered:whatsapp": (_("WhatsApp"), "wa", "brand-whatsapp"),
    "entered:email": (_("E-mail"), "mail", "mail"),
}
INTENT_TONES: Mapping[str, str] = {
    "purchase": "good",
    "quote_request": "good",
    "support": "brand",
    "complaint": "bad",
    "spam": "warn",
}
STATUS_TONES: Mapping[str, str] = {
    "new": "warn",
    "accepted": "info",
    "qualified": "brand",
    "snoozed": "",
    "converted": "good",
    "rejected": "bad",
}
LANGUAGES: Mapping[str, Any] = {
    "ar": _("Arabic"),
    "en": _("English"),
    "arabizi": _("Arabic in Latin letters"),
    "mixed": _("Mixed languages"),
    "other": _("Another language"),
    "fr": _("French"),
    "es": _("Spanish"),
    "tr": _("Turkish"),
    "ur": _("Urdu"),
    "hi": _("Hindi"),
    "zh": _("Chinese"),
}
CHOICES: dict[str, list[tuple[str, Any]]] = {
    "product": list(Lead.Product.choices),
    "urgency": list(Lead.Urgency.choices),
    "intent": list(Lead.Intent.choices),
    "channel": list(ChannelKind.choices),
    "language": [(code, LANGUAGES[code]) for code in ("ar", "arabizi", "en", "mixed", "other")],
}
TONES: Mapping[str, Any] = {
    "positive": _("Friendly"),
    "friendly": _("Friendly"),
    "neutral": _("Neutral tone"),
    "negative": _("Unhappy"),
    "angry": _("Angry"),
    "polite": _("Polite"),
    "upset": _("Upset"),
}
UNITS: Mapping[str, Any] = {
    "m2": _("m²"),
    "m": pgettext_lazy("length", "m"),
    "m3": _("m³"),
    "piece": _("pieces"),
    "pcs": _("pieces"),
    "unit": _("units"),
    "set": _("sets"),
    "kg": _("kg"),
    "ton": _("tons"),
    "roll": _("rolls"),
    "box": _("boxes"),
    "carton": _("cartons"),
    "container": _("containers"),
    "room": _("rooms"),
    "sheet": _("sheets"),
    "hp": _("hp"),
}
REJECT_REASONS: Mapping[str, Any] = {
    "not_a_customer": _("Not a customer enquiry"),
    "spam": _("Spam or advertising"),
    "wrong_contact": _("Wrong number or address"),
    "no_answer": _("Does not answer"),
    "too_expensive": _("Found it too expensive"),
    "bought_elsewhere": _("Bought elsewhere"),
    "outside_area": _("Outside our area"),
    "not_our_product": _("We do not sell this"),
}
BUILT_IN_RULES: Mapping[str, Any] = {
    "customer's own salesperson": _("the customer's own salesperson"),
    "fallback queue": _("the queue of the branch"),
    "spam": _("spam"),
    "by hand": _("by hand"),
}
RULES: Mapping[str, Any] = {  # as the log names them, and what they saw
    **BUILT_IN_RULES,
    **REJECT_REASONS,
    "intake.open": _("a new enquiry"),
    "intake.join": _("it belongs to an open lead"),
    "interpret": _("what the message says"),
    "deduplicate": _("comparison with what is known"),
    "greeting": _("greeting of new enquiries"),
    "answer.phone_app": _("WhatsApp shows what is written in the phone app"),
    "llm": _("second reading by a language model"),
    "lead.woken": _("the time of snoozing is over"),
    "message": _("message"),
    "score": _("similarity"),
    "phone": _("same phone"),
    "email": _("same e-mail"),
    "conversation": _("same conversation"),
    "open": _("not decided"),
    "linked": _("the same person"),
    "dismissed": _("not the same"),
}


def _decision_line(line: str) -> str:
    reason = reason_of(line)
    return decision_sentence(readable(reason)) if reason else line


WRITTEN: Mapping[str, Any] = {  # reasons of readings and decisions, as the log keeps them
    REASON_MARK: sentence,
    LINE_MARK: _decision_line,
}


def seen_label(seen: str) -> str:
    """Return what a step of the log saw in the reader's language; older sentences as they are."""
    reader = WRITTEN.get(seen[:1])
    return str(reader(seen)) if reader else seen


def channel_mark(channel: str) -> tuple[str, str]:
    """Return the CSS class and icon of a channel."""
    return CHANNEL_MARKS.get(channel, ("", "message"))


def reject_reason(code: str) -> str:
    """Return a stored reason in the reader's language; a free text is shown as it is."""
    return str(REJECT_REASONS.get(code, code))


def rule_label(name: str) -> str:
    """Return a rule's name; the built-in ones in the reader's language."""
    return str(BUILT_IN_RULES.get(name, name))


def _grouped(amount: str) -> str:
    """90000.00 as 90,000; anything else as it is."""
    try:
        number = Decimal(amount)
    except InvalidOperation:
        return amount
    if not number.is_finite() or number.adjusted() > 15:
        return amount
    return f"{number:,.2f}".removesuffix(".00")


def place_name(canonical: str) -> str:
    """Return a city in the reader's language; one that the gazetteer lacks is shown as it is."""
    is_arabic = (get_language() or "").startswith("ar")
    return _arabic_places().get(canonical, canonical) if is_arabic else canonical


@lru_cache(maxsize=1)
def _arabic_places() -> dict[str, str]:
    """The first Arabic name of every city, by its English one."""
    path = Path(__file__).parent / "normalize" / "data" / "places.tsv"
    names: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if columns[0] != "city" or len(columns) < 6:
            continue
        written = (name.lstrip("+=") for name in columns[5].split("|"))
        arabic = next((name for name in written if "\u0600" <= name[:1] <= "\u06ff"), "")
        if arabic:
            names.setdefault(columns[1], arabic)
    return names


def value_label(field: str, value: str) -> str:
    """Return a value of a rule or a reason as people read it."""
    if field in FLAGS:
        return str(_("yes") if value.lower() in ("true", "1", "yes") else _("no"))
    if field == "city":
        return place_name(value)
    if field == "budget":
        return _grouped(value)
    tables: dict[str, Mapping[str, Any]] = {"country": COUNTRIES, "language": LANGUAGES}
    names = tables.get(field) or {str(code): label for code, label in CHOICES.get(field, [])}
    return str(names.get(value, value))


def readable(reason: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reason of a decision with its value in words: hvac becomes air conditioning."""
    params = dict(reason.get("params") or {})
    if "value" in params:
        params["value"] = value_label(str(params.get("field")), str(params["value"]))
    return {**reason, "params": params}
