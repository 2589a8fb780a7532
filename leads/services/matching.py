"""Deduplicate: exact joins the open lead or links the customer, near is suggested, never merged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from crm_project.kit.phones import find_phones, parse_phone
from customers.matching import THRESHOLD, match_names
from customers.models import ContactPoint, Customer
from customers.services.names import keys_of
from leads.capture.enquiry import Enquiry
from leads.models import Lead
from leads.normalize.document import read
from leads.normalize.emails import find_emails

from .understanding import Understanding

NEAR_AT_MOST = 1000  # rows of a batch that share a name key and are scored
NEAR_PER_KEY = 20  # a name that more people share tells nothing
SUGGESTIONS = 3  # per lead


@dataclass(frozen=True, kw_only=True)
class Near:
    """A lead or customer whose name is like this one's."""

    other: Lead | Customer
    score: float
    reasons: list[str]


@dataclass(kw_only=True)
class Matches:
    """What is known of the sender."""

    open_lead: Lead | None = None
    joined_by: str = ""  # conversation, phone, email
    customer: Customer | None = None
    linked_by: str = ""
    near: list[Near] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What was found, to be kept."""
        return {
            "version": "1",
            "open_lead": self.open_lead.code if self.open_lead else None,
            "joined_by": self.joined_by,
            "customer": self.customer.code if self.customer else None,
            "linked_by": self.linked_by,
            "near": [
                {"of": near.other.code, "score": near.score, "reasons": near.reasons}
                for near in self.near
            ],
        }


class Known:
    """Open leads and customers of a batch of enquiries, read in a fixed number of queries."""

    def __init__(self, enquiries: Sequence[Enquiry]) -> None:
        self.leads: dict[tuple[Any, ...], Lead] = {}
        self.customers: dict[tuple[int, str, str], Customer] = {}
        self.by_key: dict[tuple[int, str], dict[Lead | Customer, None]] = {}
        phones, emails = _stated_contacts(enquiries)
        conversations = [enquiry.message.conversation for enquiry in enquiries]
        branches = {conversation.branch_id for conversation in conversations}
        self._read_leads(conversations, phones, emails)
        self._read_customers(branches, phones, emails)

    def _read_leads(self, conversations: Iterable[Any], phones: set[str], emails: set[str]) -> None:
        rows = Lead.objects.open().filter(
            Q(conversation__in=[row.pk for row in conversations])
            | Q(phone__in=phones)
            | Q(email__in=emails)
        )
        locked = rows.select_for_update(of=("self",)).select_related("owner__role", "branch")
        for lead in locked.order_by("pk"):  # one order for all, so that nobody waits in a circle
            self._remember(lead)

    def _read_customers(self, branches: set[int], phones: set[str], emails: set[str]) -> None:
        """Customers of these branches; who shares a contact: the oldest that is not archived."""
        points = ContactPoint.objects.in_use().filter(
            Q(kind="phone", value__in=phones) | Q(kind="email", value__in=emails),
            customer__branch__in=branches,
        )
        last_wins = (F("customer__archived_at").asc(nulls_last=True), "-customer_id")
        for point in points.select_related("customer__owner").order_by(*last_wins):
            self.customers[point.customer.branch_id, point.kind, point.value] = point.customer

    def is_customer(self, enquiry: Enquiry) -> bool:
        """Return True when the channel or a stated contact names a known customer."""
        conversation = enquiry.message.conversation
        return conversation.customer_id is not None or any(
            (conversation.branch_id, stated.field, stated.value) in self.customers
            for stated in enquiry.stated
        )

    def of(self, enquiry: Enquiry, understood: Understanding) -> Matches:
        """Return what is known of the sender of one enquiry."""
        matches = Matches()
        self._find_open_lead(matches, enquiry, understood)
        self._find_customer(matches, enquiry, understood)
        if matches.open_lead is None:
            matches.near = self._near(enquiry, understood, matches)
        return matches

    def remember(self, lead: Lead) -> None:
        """Let later enquiries of the batch find the lead just made."""
        if lead.status in Lead.OPEN:
            self._remember(lead)

    def _remember(self, lead: Lead) -> None:
        if lead.conversation_id:
            self.leads["conversation", lead.conversation_id] = lead
        if lead.phone:
            self.leads.setdefault(("phone", lead.branch_id, lead.phone), lead)
        if lead.email:
            self.leads.setdefault(("email", lead.branch_id, lead.email), lead)

    def _find_open_lead(
        self, matches: Matches, enquiry: Enquiry, understood: Understanding
    ) -> None:
        conversation = enquiry.message.conversation
        keys: list[tuple[Any, ...]] = [("conversation", conversation.pk)]
        for kind in ("phone", "email"):
            keys += [(kind, conversation.branch_id, value) for value in own(understood, kind)]
        for key in keys:
            if lead := self.leads.get(key):
                matches.open_lead, matches.joined_by = lead, str(key[0])
                return

    def _find_customer(self, matches: Matches, enquiry: Enquiry, understood: Understanding) -> None:
        if customer := enquiry.message.conversation.customer:
            matches.customer, matches.linked_by = customer, "conversation"
            return
        for kind in ("phone", "email"):
            for value in own(understood, kind):
                conversation = enquiry.message.conversation
                if customer := self.customers.get((conversation.branch_id, kind, value)):
                    matches.customer, matches.linked_by = customer, kind
                    return

    def read_near(self, understood: Sequence[Understanding]) -> None:
        """Read the customers and open leads that share a name key with any of the enquiries."""
        keys = {key for item in understood for key in name_keys_of(item)}
        branches = {item.enquiry.message.conversation.branch_id for item in understood}
        self.read_sharing(keys, branches)

    def read_sharing(self, name_keys: Iterable[str], branches: set[int]) -> None:
        """Read the branches' customers and open leads that have one of the name keys."""
        keys = sorted(set(name_keys))
        if not keys:
            return
        rows = {"branch__in": branches, "name_keys__overlap": keys}
        customers = (
            Customer.objects.open()
            .filter(**rows)
            .order_by("-pk")
            .only("code", "kind", "name", "company", "branch", "name_keys")
        )
        leads = (
            Lead.objects.open()
            .filter(**rows)
            .order_by("-pk")
            .only("code", "name", "company", "branch", "name_keys")
        )
        for other in (*customers[:NEAR_AT_MOST], *leads[:NEAR_AT_MOST]):
            for key in other.name_keys:
                sharing = self.by_key.setdefault((other.branch_id, key), {})
                if len(sharing) < NEAR_PER_KEY:
                    sharing[other] = None

    def _near(self, enquiry: Enquiry, understood: Understanding, matches: Matches) -> list[Near]:
        branch = enquiry.message.conversation.branch_id
        return self.near_to(*names_of(understood), branch=branch, known=matches.customer)

    def near_to(
        self, person: str, company: str, *, branch: int, known: Customer | None
    ) -> list[Near]:
        """Return who has a name like these among what was read, the surest first."""
        others = {
            other: None
            for key in keys_of(person=person, company=company)
            for other in self.by_key.get((branch, key), ())
            if other != known
        }
        found = [near for other in others if (near := _compare(person, company, other))]
        found.sort(key=lambda near: -near.score)
        return found[:SUGGESTIONS]


def customer_of(lead: Lead) -> Customer | None:
    """Return the branch's customer with the lead's phone or e-mail, the oldest not archived."""
    values = [value for value in (lead.phone, lead.email) if value]
    points = ContactPoint.objects.in_use().filter(value__in=values, customer__branch=lead.branch_id)
    order = (F("customer__archived_at").asc(nulls_first=True), "customer_id")
    point = points.select_related("customer__owner").order_by(*order).first()
    return point.customer if point else None


def own(understood: Understanding, kind: str) -> list[str]:
    """Phones or e-mails that nobody but the sender writes from or answers to.

    Where the channel itself names one, those in the text may be anybody's: to write down somebody's
    number must not open the door to that person's lead.
    """
    sure = [
        str(found.value)
        for found in understood.candidates
        if found.field == kind and found.extractor == "channel"
    ]
    return sure or understood.contacts(kind)


def names_of(understood: Understanding) -> tuple[str, str]:
    """The person's and the company's name of an enquiry, empty where unknown."""
    return str(understood.value("person_name") or ""), str(understood.value("company") or "")


def name_keys_of(understood: Understanding) -> list[str]:
    """The blocking keys of an enquiry's names."""
    person, company = names_of(understood)
    return keys_of(person=person, company=company)


def _stated_contacts(enquiries: Sequence[Enquiry]) -> tuple[set[str], set[str]]:
    """Contacts that the channel states, and those that stand in the text."""
    phones, emails = set(), set()
    for enquiry in enquiries:
        for stated in enquiry.stated:
            if stated.field == "email":
                emails.add(stated.value.lower())
            elif stated.field == "phone":
                parsed = parse_phone(stated.raw, region=enquiry.region)
                phones.update({stated.value, parsed.e164 if parsed else stated.value})
        text = enquiry.text[:20_000]
        phones.update(found.e164 for found in find_phones(text, region=enquiry.region))
        emails.update(str(found.value) for found in find_emails(read(text)))
    return phones, emails


def _compare(person: str, company: str, other: Lead | Customer) -> Near | None:
    """Score the names; two companies decide where both sides have one, else the people."""
    is_firm = isinstance(other, Customer) and other.kind == Customer.Kind.COMPANY
    other_company = other.company or (other.name if is_firm else "")
    pairs = [("company", company, other_company), ("person", person, "" if is_firm else other.name)]
    for kind, ours, theirs in pairs:
        if ours and theirs:
            match = match_names(ours, theirs, kind=kind)  # type: ignore[arg-type]
            if match.score >= THRESHOLD:
                return Near(other=other, score=match.score, reasons=list(match.reasons))
    return None
