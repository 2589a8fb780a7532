"""Understanding a message again with the rules of today, and comparing with what was kept.

A replay changes nothing but the list of stage results. The lead takes the new reading over only
when a person applies it, and never in a field that a person has decided.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from accounts.services import record
from customers.services.names import keys_of
from leads.capture.enquiry import read_enquiry
from leads.models import ExtractedField, Lead, LeadMessage, StageResult
from messaging.models import Message

from .corrections import AMOUNTS, COLUMNS
from .intake import SPAM_CLOSES, Taken, field_rows, new_lead, results_of
from .matching import Known
from .replay_facts import Difference, differences
from .routing import Router
from .understanding import understand
from .work import change_lead

READING = ("language", "intent", "urgency", "tone", "spam_score", "score")


@dataclass(kw_only=True)
class Replay:
    """One run over one message, beside the run before it."""

    message: Message
    lead: Lead | None
    run: int
    differences: list[Difference] = field(default_factory=list)
    can_apply: bool = False

    @property
    def is_same(self) -> bool:
        """True when today's rules say what was said before."""
        return not self.differences


@transaction.atomic
def replay_message(message: Message, *, actor: User) -> Replay:
    """Run everything from capture to routing without effect, and keep the run."""
    message = _loaded(message)
    item, link = _understand_again(message), _link_of(message)
    before, last_run = _last_results(message)
    results = results_of(item)
    run = last_run + 1
    StageResult.objects.bulk_create(
        StageResult(
            message=message, lead=link.lead if link else None, stage=stage, version="1",
            result=result, run=run,
        )
        for stage, result in results.items()
    )  # fmt: skip
    record(actor, "message.replayed", link.lead if link else None, changes={"run": [last_run, run]})
    return Replay(
        message=message,
        lead=link.lead if link else None,
        run=run,
        differences=differences(before, results) if before else [],
        can_apply=bool(link and link.is_first and link.lead.status in Lead.OPEN),
    )


@transaction.atomic
def apply_replay(message: Message, *, actor: User) -> Lead | None:
    """Let the lead that the message opened take today's reading over; None if it opened none.

    Fields that a person accepted or corrected stay, and so does the responsible person. Raises
    LeadChangedMeanwhile.
    """
    message = _loaded(message)
    link = _link_of(message)
    if link is None or not link.is_first or link.lead.status not in Lead.OPEN:
        return None
    item, lead = _understand_again(message), link.lead
    decided = set(
        lead.fields.exclude(state=ExtractedField.State.SUGGESTED).values_list("name", flat=True)
    )
    columns = _new_columns(item.lead, lead, decided)
    if columns:
        change_lead(lead, actor, "lead.reread", **columns)
    item.lead = lead
    lead.fields.filter(message=message, state=ExtractedField.State.SUGGESTED).delete()
    ExtractedField.objects.bulk_create(row for row in field_rows(item) if row.name not in decided)
    return lead


def _loaded(message: Message) -> Message:
    related = ("conversation__branch", "conversation__channel", "conversation__customer")
    return Message.objects.select_related(*related).get(pk=message.pk)


def _link_of(message: Message) -> LeadMessage | None:
    links = LeadMessage.objects.select_related("lead__branch", "lead__owner", "lead__customer")
    return links.filter(message=message).first()


def _understand_again(message: Message) -> Taken:
    """Everything that intake does with an enquiry, on a lead that is never saved."""
    enquiry = read_enquiry(message)
    known = Known([enquiry])
    understood = understand(enquiry, is_known_customer=known.is_customer(enquiry))
    known.read_near([understood])
    _forget(
        known, LeadMessage.objects.filter(message=message).values_list("lead", flat=True).first()
    )
    matches = known.of(enquiry, understood)
    lead = new_lead(enquiry, understood, matches)
    item = Taken(enquiry, understood, lead, True, matches)
    if matches.open_lead is None:
        item.outcome = Router().route(lead, is_spam=lead.spam_score >= SPAM_CLOSES)
    return item


def _forget(known: Known, own: int | None) -> None:
    """The message's own lead is no duplicate of itself."""
    known.leads = {key: lead for key, lead in known.leads.items() if lead.pk != own}
    for sharing in known.by_key.values():
        for other in [one for one in sharing if isinstance(one, Lead) and one.pk == own]:
            del sharing[other]


def _last_results(message: Message) -> tuple[dict[str, dict[str, Any]], int]:
    last = StageResult.objects.filter(message=message).aggregate(run=Max("run"))["run"] or 0
    rows = StageResult.objects.filter(message=message, run=last)
    return {row.stage: row.result for row in rows}, last


def _new_columns(fresh: Lead, lead: Lead, decided: set[str]) -> dict[str, Any]:
    """What today's reading changes, without the columns that a person has decided."""
    names = {name: column for name, column in COLUMNS.items() if name not in decided}
    columns = [*names.values(), *READING]
    for name, (_key, amount, unit) in AMOUNTS.items():
        columns += [] if name in decided else [amount, unit]
    changed = {
        column: getattr(fresh, column)
        for column in columns
        if getattr(fresh, column) != getattr(lead, column)
    }
    if changed.keys() & {"name", "company"}:
        name, company = changed.get("name", lead.name), changed.get("company", lead.company)
        changed["name_keys"] = keys_of(person=name, company=company)
    return changed
