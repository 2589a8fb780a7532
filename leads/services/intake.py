"""From messages to leads: capture → normalise → interpret → deduplicate → route → store → act.

A batch is one transaction with a bounded number of queries. A message that breaks it is found by
taking the messages one by one; the others go on. A message belongs to one lead by constraint, so
running twice does nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.models import CompanySettings
from accounts.services.numbers import next_numbers
from crm_project.kit.events import publish
from crm_project.kit.locks import wait_for_turn
from customers.services.names import keys_of
from leads.capture.enquiry import Enquiry, read_enquiry
from leads.events import LeadOpened
from leads.models import ExtractedField, Lead, LeadMessage, StageResult
from messaging.models import Message
from messaging.services.numbers import new_number_of

from .actions import Acted, act
from .answers import ECHO, stop_clocks, stop_clocks_of
from .matching import Known, Matches
from .numbers import suggest_numbers
from .routing import Router, RoutingOutcome
from .understanding import FIELDS_SHOWN, Understanding, fill_gaps, fill_lead, understand

log = structlog.get_logger(__name__)

LEAD_SEQUENCE = "leads_lead_code_seq"
BATCH = 25  # messages in one transaction: short, so that a killed worker is soon made up for
SPAM_CLOSES = 0.9  # from this probability on nobody is bothered; one click undoes it
SPAM_REASON = "spam"
LONGEST_REDELIVERY = timedelta(days=8)  # WhatsApp repeats itself for up to seven (facts A1)
CONTINUED = [
    "last_message_at", "conversation", "name", "company", "phone", "email", "country", "city",
    "region", "product", "specs", "quantity", "unit", "budget", "currency", "name_keys",
]  # fmt: skip


class IntakeFailed(Exception):
    """Some messages could not be taken in; their ids and causes."""

    def __init__(self, failures: dict[int, Exception]) -> None:
        super().__init__(", ".join(f"{pk}: {error!r}" for pk, error in failures.items()))
        self.failures = failures


@dataclass
class Taken:
    """One message on its way to its lead."""

    enquiry: Enquiry
    understood: Understanding
    lead: Lead
    is_new: bool
    matches: Matches
    outcome: RoutingOutcome | None = None


def take_in(message_ids: Sequence[int]) -> None:
    """Give every message its lead. Raises IntakeFailed for those that could not be taken in."""
    failures: dict[int, Exception] = {}
    for start in range(0, len(message_ids), BATCH):
        failures |= _take_in_some(message_ids[start : start + BATCH])
    if failures:
        raise IntakeFailed(failures)


def _take_in_some(message_ids: Sequence[int]) -> dict[int, Exception]:
    """Take a batch in, or else one message after the other; return what failed."""
    try:
        with transaction.atomic():
            _take_in_all(_messages(message_ids))
        return {}
    except Exception as error:
        log.warning("intake_batch_failed", messages=len(message_ids), error=repr(error))
    failures: dict[int, Exception] = {}
    for number in message_ids:
        try:
            with transaction.atomic():
                _take_in_all(_messages([number]))
        except Exception as error:
            log.exception("intake_failed", message=number)
            failures[number] = error
    return failures


def _messages(message_ids: Sequence[int]) -> list[Message]:
    """Messages that no lead has yet, in the order they were written.

    One intake at a time looks and writes, in whatever job or process: else two would each open the
    lead of a person who wrote on two channels, or hand the same turn to two leads.
    """
    wait_for_turn("leads.intake")
    rows = Message.objects.filter(pk__in=message_ids, lead_link=None)
    return list(
        rows.select_related(
            "conversation__branch", "conversation__channel", "conversation__customer"
        ).order_by("sent_at", "pk")
    )


def _take_in_all(messages: list[Message]) -> None:
    """Enquiries make leads; answers from the phone app and new numbers tell something of them."""
    is_out = {message: message.direction == Message.Direction.OUT for message in messages}
    moves = [message for message in messages if not is_out[message] and new_number_of(message)]
    _take_in_batch([one for one in messages if not is_out[one] and one not in moves])
    stop_clocks([message for message in messages if is_out[message] and message.kind == ECHO])
    suggest_numbers(moves)


def _take_in_batch(messages: list[Message]) -> None:
    if not messages:
        return
    company = CompanySettings.current()
    enquiries = [read_enquiry(message) for message in messages]
    known = Known(enquiries)
    router = Router()
    understood = [understand(item, is_known_customer=known.is_customer(item)) for item in enquiries]
    known.read_near(understood)
    taken = [_take(item, known, router) for item in understood]
    _store(taken, company)
    router.save()
    act(
        [
            Acted(item.lead, item.enquiry, item.understood, item.matches, item.outcome, item.is_new)
            for item in taken
        ],
        company,
    )
    new = [item.lead for item in taken if item.is_new]
    stop_clocks_of(new)
    for lead in new:
        publish(LeadOpened(lead_id=lead.pk))


def _take(understood: Understanding, known: Known, router: Router) -> Taken:
    """Find or make the lead of one understood enquiry, in memory."""
    enquiry = understood.enquiry
    matches = known.of(enquiry, understood)
    if matches.open_lead:
        lead = _continue(matches.open_lead, enquiry, understood)
        known.remember(lead)
        return Taken(enquiry, understood, lead, False, matches)
    lead = new_lead(enquiry, understood, matches)
    item = Taken(enquiry, understood, lead, True, matches)
    item.outcome = router.route(lead, is_spam=lead.spam_score >= SPAM_CLOSES)
    if lead.spam_score >= SPAM_CLOSES:
        lead.status = Lead.Status.REJECTED
        lead.close_reason = SPAM_REASON
        lead.closed_at = timezone.now()
    known.remember(lead)
    return item


def _continue(lead: Lead, enquiry: Enquiry, understood: Understanding) -> Lead:
    """A further message of a lead that is still open: it fills gaps, nothing is overwritten."""
    lead.last_message_at = max(lead.last_message_at, enquiry.message.sent_at)
    if lead.conversation_id is None:  # entered by hand; now there is a channel to answer on
        lead.conversation = enquiry.message.conversation
    fill_gaps(lead, understood)
    lead.name_keys = keys_of(person=lead.name, company=lead.company)
    return lead


def _received_at(message: Message) -> datetime:
    """When it was written; a date that a redelivery cannot explain is the sender's wrong clock."""
    is_likely = message.sent_at > message.created_at - LONGEST_REDELIVERY
    return message.sent_at if is_likely else message.created_at


def new_lead(enquiry: Enquiry, understood: Understanding, matches: Matches) -> Lead:
    """Return the unsaved lead of an enquiry, filled with what was understood."""
    conversation = enquiry.message.conversation
    lead = Lead(
        branch=conversation.branch,
        conversation=conversation,
        customer=matches.customer,
        channel=_channel(enquiry),
        source=enquiry.source,
        excerpt=" ".join(enquiry.text.split())[:300],
        received_at=_received_at(enquiry.message),
        last_message_at=enquiry.message.sent_at,
        is_test=enquiry.is_test,
    )
    fill_lead(lead, understood)
    lead.name_keys = keys_of(person=lead.name, company=lead.company)
    return lead


def _channel(enquiry: Enquiry) -> str:
    is_marketplace = enquiry.message.kind == "marketplace"
    return "marketplace" if is_marketplace else enquiry.message.conversation.kind


def _store(taken: list[Taken], company: CompanySettings) -> None:
    """Write leads, log, fields, stage results and decisions: a fixed number of statements."""
    new = [item.lead for item in taken if item.is_new]
    for lead, number in zip(new, next_numbers(LEAD_SEQUENCE, len(new)), strict=True):
        lead.code = f"{company.lead_prefix}{number:05d}"
    Lead.objects.bulk_create(new)
    old = {item.lead.pk: item.lead for item in taken if not item.is_new}
    Lead.objects.bulk_update(old.values(), CONTINUED)
    LeadMessage.objects.bulk_create(
        [
            LeadMessage(lead=item.lead, message=item.enquiry.message, is_first=item.is_new)
            for item in taken
        ]
    )
    ExtractedField.objects.bulk_create([row for item in taken for row in field_rows(item)])
    StageResult.objects.bulk_create([row for item in taken for row in _stages(item)])


def field_rows(item: Taken) -> list[ExtractedField]:
    """Return the unsaved fields of a taken enquiry, in the order they are shown."""
    shown = [found for found in item.understood.candidates if found.field in FIELDS_SHOWN]
    return [
        ExtractedField(
            lead=item.lead,
            message=item.enquiry.message,
            name=found.field,
            value=found.value,
            raw=found.raw[:300],
            confidence=round(found.confidence, 3),
            start=found.start,
            end=found.end,
            extractor=found.extractor[:60],
            version=found.version[:20],
        )
        for found in sorted(shown, key=lambda found: FIELDS_SHOWN.index(found.field))[:24]
    ]


def results_of(item: Taken) -> dict[str, dict[str, Any]]:
    """Return what each stage made of a taken enquiry, to be kept."""
    results = {
        "normalise": item.understood.as_json(),
        "interpret": item.understood.reading_as_json(),
        "deduplicate": item.matches.as_json(),
    }
    return {**results, "route": item.outcome.as_json()} if item.outcome else results


def _stages(item: Taken) -> list[StageResult]:
    return [
        StageResult(
            message=item.enquiry.message, lead=item.lead, stage=stage, version="1", result=result
        )
        for stage, result in results_of(item).items()
    ]
