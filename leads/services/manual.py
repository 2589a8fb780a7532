"""A lead that a colleague enters: a call, a visit to the showroom. Routed like any other."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Branch, CompanySettings, User
from accounts.services import Notice, Reason, notify, record, record_many
from accounts.services.numbers import next_numbers
from crm_project.kit.events import publish
from crm_project.kit.live import tell_once
from crm_project.kit.locks import wait_for_turn
from customers.services.names import keys_of
from leads.events import LeadOpened
from leads.models import Lead
from leads.titles import title_of

from .actions import CHANGED, groups_of, routing_entry, suggest_duplicates
from .intake import LEAD_SEQUENCE
from .matching import Known, Near, customer_of
from .routing import Router
from .work import change_lead, hand_conversation

LONGEST_EXCERPT = 300  # characters
LONGEST_NOTE = 1000  # characters of a further entry that the lead's steps keep


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


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What became of an entry: a lead of its own, or a part of the one that was open already."""

    lead: Lead
    is_joined: bool


@transaction.atomic
def enter_lead(new: NewLead, *, actor: User) -> Entered:
    """Make the lead, link its customer, route it or keep it, and tell its owner.

    Where the branch has an open lead with this phone or e-mail, the entry joins that one: it fills
    what is empty, and the owner is told. The same entry twice is therefore one.
    """
    wait_for_turn("leads.intake")  # with the messages: one person's lead is opened once
    known = _open_lead(new)
    if known:
        return Entered(lead=_join(known, new, actor), is_joined=True)
    return Entered(lead=_open(new, actor), is_joined=False)


def _open_lead(new: NewLead) -> Lead | None:
    """The branch's oldest open lead of the same phone or e-mail."""
    same = Q(phone=new.phone) if new.phone else Q()
    same |= Q(email=new.email) if new.email else Q()
    if not same:
        return None
    rows = Lead.objects.open().filter(same, branch=new.branch).select_for_update(of=("self",))
    return rows.select_related("owner__role", "branch", "customer").order_by("pk").first()


def _join(lead: Lead, new: NewLead, actor: User) -> Lead:
    """Fill what the open lead lacks; what it says already stays."""
    text = " ".join(new.text.split())
    columns = {
        name: value for name, value in _gaps(new).items() if value and not getattr(lead, name)
    }
    if new.is_own and lead.owner is None:
        columns |= {"owner": actor, "assigned_at": timezone.now()}
    if not columns and text[:LONGEST_EXCERPT] == lead.excerpt:
        return lead  # a double click, a page sent again
    if {"name", "company"} & columns.keys():
        name, company = columns.get("name", lead.name), columns.get("company", lead.company)
        columns["name_keys"] = keys_of(person=name, company=company)
    reason = Reason(rule="intake.join", version="1", evidence=(text[:LONGEST_NOTE],))
    change_lead(lead, actor, "lead.entered_again", reason=reason, **columns)
    if "owner" in columns:
        hand_conversation(lead, actor)
    _tell_owner(lead, actor, kind="lead.message", detail=text[:LONGEST_EXCERPT])
    return lead


def _gaps(new: NewLead) -> dict[str, Any]:
    """The columns of an entry that fill a gap of a lead."""
    names = ("name", "company", "phone", "email", "city", "product", "quantity", "budget")
    columns = {name: getattr(new, name) for name in names}
    columns["excerpt"] = " ".join(new.text.split())[:LONGEST_EXCERPT]
    return columns | ({"currency": new.branch.currency} if new.budget is not None else {})


def _open(new: NewLead, actor: User) -> Lead:
    company = CompanySettings.current()
    lead = _lead(new, company)
    lead.customer = customer_of(lead)
    router = Router()
    if new.is_own:
        lead.owner, lead.assigned_at = actor, timezone.now()
    else:
        router.route(lead)
    near = _near(lead)
    lead.save(force_insert=True)
    router.save()
    suggest_duplicates((lead, one) for one in near)
    record(actor, "lead.entered", lead)
    record_many(routing_entry(lead, outcome) for _lead_, outcome in router.decided)
    _tell_owner(lead, actor, kind="lead.assigned", detail=lead.excerpt)
    publish(LeadOpened(lead_id=lead.pk))
    tell_once(groups_of(lead), CHANGED)
    return lead


def _near(lead: Lead) -> list[Near]:
    """Customers and open leads of the branch with a name like the lead's."""
    known = Known([])
    known.read_sharing(lead.name_keys, {lead.branch_id})
    return known.near_to(lead.name, lead.company, branch=lead.branch_id, known=lead.customer)


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
        excerpt=" ".join(new.text.split())[:LONGEST_EXCERPT],
        name_keys=keys_of(person=new.name, company=new.company),
        reply_due_at=timezone.now() + timedelta(minutes=company.first_reply_minutes),
    )


def _tell_owner(lead: Lead, actor: User, *, kind: str, detail: str) -> None:
    if lead.owner is None or lead.owner == actor:
        return
    notify(
        Notice(
            user=lead.owner,
            kind=kind,
            subject=title_of(lead, lead.owner),
            detail=detail,
            url=lead.get_absolute_url(),
            key=f"{kind}:{lead.pk}:{lead.version}",
        )
    )
