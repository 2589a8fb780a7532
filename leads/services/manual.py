"""A lead that a colleague enters: a call, a visit to the showroom. Routed like any other."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import Branch, CompanySettings, User
from accounts.services import Notice, notify, record, record_many
from accounts.services.numbers import next_numbers
from crm_project.kit.events import publish
from crm_project.kit.live import tell_once
from customers.models import ContactPoint, Customer
from customers.services.names import keys_of
from leads.events import LeadOpened
from leads.models import Lead

from .actions import CHANGED, groups_of, routing_entry
from .intake import LEAD_SEQUENCE
from .routing import Router


@dataclass(frozen=True, kw_only=True)
class NewLead:
    """What a colleague knows of an enquiry. `phone` is E.164, `email` lower case."""

    branch: Branch
    channel: str
    source: str = ""
    name: str = ""
    company: str = ""
    phone: str = ""
    email: str = ""
    city: str = ""
    product: str = ""
    quantity: Decimal | None = None
    budget: Decimal | None = None
    urgency: str = Lead.Urgency.NORMAL
    text: str = ""
    is_own: bool = False  # the person who enters it keeps it


@transaction.atomic
def enter_lead(new: NewLead, *, actor: User) -> Lead:
    """Make the lead, link its customer, route it or keep it, and tell its owner."""
    company = CompanySettings.current()
    lead = _lead(new, company)
    lead.customer = _customer(lead)
    router = Router()
    if new.is_own:
        lead.owner, lead.assigned_at = actor, timezone.now()
    else:
        router.route(lead)
    lead.save(force_insert=True)
    router.save()
    record(actor, "lead.entered", lead)
    record_many(routing_entry(lead, outcome) for _lead_, outcome in router.decided)
    _tell_owner(lead, actor)
    publish(LeadOpened(lead_id=lead.pk))
    tell_once(groups_of(lead), CHANGED)
    return lead


def _lead(new: NewLead, company: CompanySettings) -> Lead:
    (number,) = next_numbers(LEAD_SEQUENCE, 1)
    return Lead(
        code=f"{company.lead_prefix}{number:05d}",
        branch=new.branch,
        channel=new.channel,
        source=new.source,
        name=new.name,
        company=new.company,
        phone=new.phone,
        email=new.email,
        city=new.city,
        product=new.product,
        quantity=new.quantity,
        budget=new.budget,
        currency=new.branch.currency if new.budget is not None else "",
        urgency=new.urgency,
        intent=Lead.Intent.QUOTE,
        language="ar",
        score=50,  # as likely as not: nothing was read by a machine
        excerpt=" ".join(new.text.split())[:300],
        name_keys=keys_of(person=new.name, company=new.company),
        reply_due_at=timezone.now() + timedelta(minutes=company.first_reply_minutes),
    )


def _customer(lead: Lead) -> Customer | None:
    known = ContactPoint.objects.in_use().filter(
        value__in=[value for value in (lead.phone, lead.email) if value],
        customer__branch=lead.branch,
    )
    point = known.select_related("customer__owner").order_by("pk").first()
    return point.customer if point else None


def _tell_owner(lead: Lead, actor: User) -> None:
    if lead.owner is None or lead.owner == actor:
        return
    notify(
        Notice(
            user=lead.owner,
            kind="lead.assigned",
            subject=str(lead),
            detail=lead.excerpt,
            url=lead.get_absolute_url(),
            key=f"lead.assigned:{lead.pk}:{lead.version}",
        )
    )
