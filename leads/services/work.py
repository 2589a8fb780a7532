"""What people do with a lead: accept, hand over, snooze, reject, reopen, convert.

Every change checks and moves the lead's version in one conditional UPDATE, so two people who decide
at the same moment do not overwrite each other.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.models import User
from accounts.services import Notice, Reason, notify, record
from crm_project.kit.events import publish
from crm_project.kit.live import tell_once
from crm_project.kit.locks import wait_for_turn
from customers.models import Customer
from customers.services import NewCustomer, create_customer
from customers.services.timeline import TimelineLine, add_to_timeline
from leads import permissions
from leads.errors import (
    CannotTakeLeads,
    LeadChangedMeanwhile,
    LeadIsClosed,
    OpenLeadExists,
    SnoozeInThePast,
)
from leads.events import LeadConverted
from leads.models import Lead, RoutingDecision
from leads.titles import title_of
from leads.words import place_name
from messaging.models import Conversation

from .actions import CHANGED, groups_of, tell_history
from .corrections import correct_field
from .matching import customer_of

log = structlog.get_logger(__name__)

__all__ = [
    "accept_lead",
    "assign_lead",
    "convert_lead",
    "correct_field",
    "reject_lead",
    "reopen_lead",
    "snooze_lead",
    "wake_snoozed_leads",
]

LONGEST_SNOOZE = timedelta(days=366)


def change_lead(
    lead: Lead, actor: User | None, verb: str, *, reason: Reason | None = None, **columns: Any
) -> Lead:
    """Write the columns if nobody was faster, log before → after, and refresh open pages.

    An automatic step without a `reason` of its own is its own rule.
    """
    before = {name: getattr(lead, name) for name in columns}
    groups = groups_of(lead)
    moved = Lead.objects.filter(pk=lead.pk, version=lead.version).update(
        **columns, version=lead.version + 1
    )
    if not moved:
        raise LeadChangedMeanwhile
    lead.version += 1
    for name, value in columns.items():
        setattr(lead, name, value)
    told = [name for name in columns if name != "name_keys"]  # derived from the names
    changes = {name: [_plain(before[name]), _plain(columns[name])] for name in told}
    if reason is None and actor is None:
        reason = Reason(rule=verb, version="1")
    record(actor, verb, lead, changes=changes, reason=reason)
    tell_once(groups | groups_of(lead), CHANGED)
    return lead


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _refuse_closed(lead: Lead) -> None:
    if lead.status not in Lead.OPEN:
        raise LeadIsClosed


@transaction.atomic
def accept_lead(lead: Lead, *, actor: User) -> Lead:
    """Take the lead into work; an unassigned one becomes the actor's. Twice is once."""
    _refuse_closed(lead)
    if lead.status in (Lead.Status.ACCEPTED, Lead.Status.QUALIFIED):
        return lead
    is_unowned, owner = lead.owner is None, lead.owner or actor
    change_lead(
        lead, actor, "lead.accepted", status=Lead.Status.ACCEPTED, owner=owner,
        accepted_at=lead.accepted_at or timezone.now(), snoozed_until=None,
    )  # fmt: skip
    if is_unowned:
        hand_conversation(lead, owner)
    return lead


@transaction.atomic
def qualify_lead(lead: Lead, *, actor: User) -> Lead:
    """Mark that there is real business in it. Twice is once."""
    _refuse_closed(lead)
    if lead.status == Lead.Status.QUALIFIED:
        return lead
    return change_lead(
        lead, actor, "lead.qualified", status=Lead.Status.QUALIFIED, snoozed_until=None
    )


@transaction.atomic
def assign_lead(lead: Lead, *, to: User, actor: User) -> Lead:
    """Hand the lead to a colleague, who is told. Twice is once.

    Raises CannotTakeLeads, LeadIsClosed, LeadChangedMeanwhile.
    """
    _refuse_closed(lead)
    if not may_take(to, lead):
        raise CannotTakeLeads
    if lead.owner_id == to.pk:
        return lead
    change_lead(lead, actor, "lead.assigned", owner=to, assigned_at=timezone.now())
    hand_conversation(lead, to)
    RoutingDecision.objects.create(
        lead=lead,
        rule_name="by hand",
        person=to,
        decided_by=actor,
        reasons=[{"code": "by_hand", "weight": 100, "params": {"name": actor.name}}],
    )
    if to != actor:
        notify(
            Notice(
                user=to,
                kind="lead.assigned",
                subject=title_of(lead, to),
                detail=lead.excerpt,
                url=lead.get_absolute_url(),
                key=f"lead.assigned:{lead.pk}:{lead.version}",
            )
        )
    return lead


def may_take(person: User, lead: Lead) -> bool:
    """Return True when the person is there and may work on leads of this branch."""
    may_work = person.is_active and not person.is_service and person.has_perm(permissions.CHANGE)
    return may_work and (person.branch_id == lead.branch_id or person.is_company_wide)


def hand_conversation(lead: Lead, owner: User | None) -> None:
    """After the lead's own change: everybody locks the lead first, then its conversation."""
    if lead.conversation_id:
        Conversation.objects.filter(pk=lead.conversation_id).update(owner=owner)


@transaction.atomic
def snooze_lead(lead: Lead, *, until: datetime, actor: User) -> Lead:
    """Put the lead aside until a time; it comes back by itself. Twice is once."""
    _refuse_closed(lead)
    if lead.status == Lead.Status.SNOOZED and lead.snoozed_until == until:
        return lead
    if not timezone.now() < until <= timezone.now() + LONGEST_SNOOZE:
        raise SnoozeInThePast
    return change_lead(lead, actor, "lead.snoozed", status=Lead.Status.SNOOZED, snoozed_until=until)


@transaction.atomic
def reject_lead(lead: Lead, *, reason: str, actor: User) -> Lead:
    """Close the lead without business; reopen_lead undoes it. Twice is once."""
    if lead.status == Lead.Status.REJECTED:
        return lead
    _refuse_closed(lead)
    return change_lead(
        lead, actor, "lead.rejected", status=Lead.Status.REJECTED, close_reason=reason[:200],
        closed_at=timezone.now(), snoozed_until=None,
    )  # fmt: skip


def reopen_lead(lead: Lead, *, actor: User) -> Lead:
    """Undo an acceptance, a snooze or a rejection; a converted lead stays converted."""
    if lead.status == Lead.Status.CONVERTED:
        raise LeadIsClosed
    if lead.status == Lead.Status.NEW:
        return lead
    try:
        with transaction.atomic():
            return change_lead(
                lead, actor, "lead.reopened", status=Lead.Status.NEW, closed_at=None,
                close_reason="", snoozed_until=None, accepted_at=None,
            )  # fmt: skip
    except IntegrityError as error:
        raise OpenLeadExists from error


@transaction.atomic
def convert_lead(lead: Lead, *, actor: User, customer: Customer | None = None) -> Customer:
    """Turn the lead into a customer, new or known; the conversation follows. Twice is once.

    Known is also who became a customer since the lead came, by phone or e-mail.
    """
    if lead.status == Lead.Status.CONVERTED and lead.customer:
        return lead.customer
    _refuse_closed(lead)
    wait_for_turn("leads.convert")  # two leads of one person at the same moment: one customer
    lead.refresh_from_db(fields=["status", "customer"])
    if lead.status == Lead.Status.CONVERTED and lead.customer:  # a double click
        return lead.customer
    customer = customer or lead.customer or customer_of(lead)
    customer = customer or create_customer(_as_customer(lead), actor=actor)
    change_lead(
        lead, actor, "lead.converted", status=Lead.Status.CONVERTED, customer=customer,
        closed_at=timezone.now(), snoozed_until=None,
    )  # fmt: skip
    if lead.conversation_id:
        Conversation.objects.filter(pk=lead.conversation_id).update(customer=customer)
    tell_history(lead)
    add_to_timeline(
        [
            TimelineLine(
                customer_id=customer.pk,
                kind="lead.converted",
                text=str(lead),
                url=lead.get_absolute_url(),
                source=f"lead.converted:{lead.pk}",
                actor=actor,
            )
        ]
    )
    publish(LeadConverted(lead_id=lead.pk, customer_id=customer.pk))
    return customer


def _as_customer(lead: Lead) -> NewCustomer:
    is_company = bool(lead.company and not lead.name)
    sources = set(Customer.Source.values)
    return NewCustomer(
        kind=Customer.Kind.COMPANY if is_company else Customer.Kind.PERSON,
        name=(lead.company if is_company else str(lead))[:200],
        company="" if is_company else lead.company,
        branch=lead.branch,
        owner=lead.owner,
        source=lead.channel if lead.channel in sources else Customer.Source.OTHER,
        phones=(lead.phone,) if lead.phone else (),
        emails=(lead.email,) if lead.email else (),
        city=_city_of(lead),
        language="en" if lead.language == "en" else "ar",
    )


def _city_of(lead: Lead) -> str:
    """The city as the company writes it: a reading keeps the gazetteer's English name."""
    with translation.override(settings.LANGUAGE_CODE):
        return place_name(lead.city)


def wake_snoozed_leads() -> int:
    """Bring back the leads whose time has come; their owners are told. Returns how many."""
    due = Lead.objects.filter(status=Lead.Status.SNOOZED, snoozed_until__lte=timezone.now())
    count = 0
    for pk in due.values_list("pk", flat=True)[:200]:
        try:
            with transaction.atomic():
                count += _wake(pk)
        except Exception:  # one that cannot be woken must not keep the others asleep
            log.exception("lead_not_woken", lead=pk)
    return count


def _wake(pk: int) -> int:
    rows = Lead.objects.select_for_update(skip_locked=True, of=("self",))
    lead = rows.select_related("owner", "branch").filter(pk=pk, status=Lead.Status.SNOOZED).first()
    if lead is None:
        return 0
    change_lead(
        lead,
        None,
        "lead.woken",
        status=Lead.Status.ACCEPTED if lead.accepted_at else Lead.Status.NEW,
        snoozed_until=None,
    )
    if lead.owner:
        notify(
            Notice(
                user=lead.owner,
                kind="lead.woken",
                subject=title_of(lead, lead.owner),
                detail=lead.excerpt,
                url=lead.get_absolute_url(),
                key=f"lead.woken:{lead.pk}:{lead.version}",
            )
        )
    return 1
