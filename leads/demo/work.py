"""What colleagues did with the demo's leads, through the same services as their screens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from leads.models import ExtractedField, Lead
from leads.services import (
    accept_lead,
    convert_lead,
    dismiss_duplicate,
    link_duplicate,
    reject_lead,
    snooze_lead,
)
from leads.services.corrections import accept_certain_fields, correct_field
from leads.services.replies import reply_to_lead
from leads.services.work import qualify_lead
from messaging.services.obstacles import obstacle_to

from .company import Company
from .enquiries import lines

UNTOUCHED = timedelta(minutes=14)  # younger ones nobody has looked at
REASONS = ("no_answer", "too_expensive", "bought_elsewhere", "outside_area", "not_our_product")
NOT_BUSINESS = {"spam": "spam", "job": "not_a_customer", "partnership": "not_a_customer"}
ENDINGS = ("accepted", "qualified", "converted", "rejected", "snoozed", "new")
OF_TODAY = (38, 14, 8, 6, 8, 26)  # percent of each ending
OF_BEFORE = (27, 22, 26, 16, 6, 3)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that somebody does with the lead of an enquiry; `random` decides the details."""

    name: str
    key: str  # of the enquiry
    at: datetime
    random: Random


def plan(key: str, arrived: datetime, random: Random, *, now: datetime) -> list[Step]:
    """Return what happens to an enquiry from its arrival on; nothing happens in the future."""
    age = now - arrived
    if age < UNTOUCHED:
        return []
    shares = OF_TODAY if age < timedelta(hours=14) else OF_BEFORE
    ending = random.choices(ENDINGS, shares)[0]
    if ending == "new":
        return []
    taken = arrived + timedelta(seconds=round(random.lognormvariate(5.3, 0.8)))  # about 3 min
    steps = [("accepted", taken)]
    if random.random() < 0.7:
        steps.append(("replied", taken + timedelta(minutes=random.randint(1, 9))))
    if random.random() < 0.4:
        steps.append(("checked", taken + timedelta(minutes=random.randint(2, 14))))
    if random.random() < 0.5:
        steps.append(("compared", taken + timedelta(minutes=random.randint(3, 20))))
    if ending in ("qualified", "converted"):
        steps.append(("qualified", taken + timedelta(minutes=random.randint(20, 200))))
    if ending != "accepted":
        hours = random.randint(1, 5) if age < timedelta(hours=14) else random.randint(4, 60)
        steps.append((ending, taken + timedelta(hours=hours)))
    return [Step(name=name, key=key, at=at, random=random) for name, at in steps if at < now]


def do_step(step: Step, company: Company, *, lead_id: int, now: datetime) -> None:
    """Do the step where the lead is still open; its owner does it, else the branch's senior."""
    rows = Lead.objects.select_related("owner__role", "branch", "conversation", "customer")
    lead = rows.get(pk=lead_id)
    if lead.status not in Lead.OPEN:
        return
    fallback = "supervisor" if lead.branch.code == "riyadh" else "sales.b"
    _DO[step.name](lead, lead.owner or company.people[fallback], step.random, now)


def _accept(lead: Lead, actor: User, _random: Random, _now: datetime) -> None:
    if reason := NOT_BUSINESS.get(lead.intent):
        reject_lead(lead, reason=reason, actor=actor)
    else:
        accept_lead(lead, actor=actor)


def _reply(lead: Lead, actor: User, random: Random, _now: datetime) -> None:
    is_english = lead.language == "en"
    texts = [text for text in lines("replies") if text.isascii() == is_english]
    if lead.conversation and obstacle_to(lead.conversation) is None:
        reply_to_lead(lead, text=random.choice(texts), key="demo", actor=actor)


def _check(lead: Lead, actor: User, random: Random, _now: datetime) -> None:
    """Confirm what is certain, and put right one thing that was read wrongly or not fully."""
    accept_certain_fields(lead, actor=actor)
    unsure = lead.fields.filter(
        state=ExtractedField.State.SUGGESTED, name__in=("person_name", "city", "region")
    ).order_by("confidence", "pk")
    field = unsure.first()
    if field and random.random() < 0.6:
        correct_field(field, text=_corrected(field, lead), actor=actor)


def _corrected(field: ExtractedField, lead: Lead) -> str:
    if field.name == "city":
        return "Riyadh" if lead.branch.code == "riyadh" else "Jeddah"
    first = "حي " if field.name == "region" else ""
    return f"{first}{field.value}"[:200]


def _compare(lead: Lead, actor: User, random: Random, _now: datetime) -> None:
    """Say of a suggested duplicate whether it is the same person."""
    suggestion = lead.duplicates.filter(state="open").select_related("lead", "customer").first()
    if suggestion and random.random() < 0.5:
        decide = link_duplicate if suggestion.score > 0.9 else dismiss_duplicate
        decide(suggestion, actor=actor)


def _qualify(lead: Lead, actor: User, _random: Random, _now: datetime) -> None:
    qualify_lead(lead, actor=actor)


def _convert(lead: Lead, actor: User, _random: Random, _now: datetime) -> None:
    convert_lead(lead, actor=actor)


def _reject(lead: Lead, actor: User, random: Random, _now: datetime) -> None:
    reject_lead(lead, reason=random.choice(REASONS), actor=actor)


def _snooze(lead: Lead, actor: User, random: Random, now: datetime) -> None:
    snooze_lead(lead, until=now + timedelta(hours=random.randint(5, 70)), actor=actor)


_DO = {
    "accepted": _accept,
    "replied": _reply,
    "checked": _check,
    "compared": _compare,
    "qualified": _qualify,
    "converted": _convert,
    "rejected": _reject,
    "snoozed": _snooze,
}
