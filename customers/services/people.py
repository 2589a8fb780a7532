"""Making customers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Branch, CompanySettings, User
from accounts.services import record
from accounts.services.numbers import next_numbers
from crm_project.kit.events import publish
from crm_project.kit.live import branch_group, tell_once
from customers.events import CustomerCreated
from customers.models import Category, ContactPoint, Customer, Tag

from .names import keys_of

CUSTOMER_SEQUENCE = "customers_customer_code_seq"
CHANGED = "customers-changed"


@dataclass(frozen=True, kw_only=True)
class NewCustomer:
    """A customer to be. Phones are E.164; `request_id` makes a repeated submit harmless."""

    name: str
    branch: Branch
    kind: str = Customer.Kind.PERSON
    company: str = ""
    owner: User | None = None
    category: Category | None = None
    source: str = Customer.Source.OTHER
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    city: str = ""
    address: str = ""
    language: str = "ar"
    national_id: str | None = None
    tax_id: str | None = None
    tags: tuple[Tag, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)  # {code: parse_custom(…)}
    request_id: UUID | None = None


def create_customer(new: NewCustomer, *, actor: User | None) -> Customer:
    """Make a customer with its contact points; the same request id answers with the first one."""
    if known := _made_before(new):
        return known
    try:
        return _create(new, actor)
    except IntegrityError:
        if known := _made_before(new):  # the same submit, a moment ago in another process
            return known
        raise


def _made_before(new: NewCustomer) -> Customer | None:
    if new.request_id is None:
        return None
    return Customer.objects.filter(request_id=new.request_id).first()


@transaction.atomic
def _create(new: NewCustomer, actor: User | None) -> Customer:
    (number,) = next_numbers(CUSTOMER_SEQUENCE)
    customer = Customer.objects.create(
        code=f"{CompanySettings.current().customer_prefix}{number:05d}",
        kind=new.kind,
        name=new.name,
        company=new.company,
        branch=new.branch,
        owner=new.owner,
        category=new.category,
        source=new.source,
        phone=next(iter(new.phones), ""),
        email=next(iter(new.emails), "").lower(),
        city=new.city,
        address=new.address,
        language=new.language,
        national_id=new.national_id,
        tax_id=new.tax_id,
        custom={code: value for code, value in new.custom.items() if value is not None},
        request_id=new.request_id,
        created_by=actor,
        contact_text=contact_text(new.phones, new.emails),
        name_keys=name_keys_of(new.kind, new.name, new.company),
    )
    ContactPoint.objects.bulk_create(_points(customer, new))
    if new.tags:
        customer.tags.set(new.tags)
    record(actor, "customer.created", customer)
    publish(CustomerCreated(customer_id=customer.pk))
    tell_once({branch_group(None), branch_group(customer.branch_id)}, CHANGED)
    return customer


def _points(customer: Customer, new: NewCustomer) -> list[ContactPoint]:
    phones = [("phone", value) for value in dict.fromkeys(new.phones)]
    emails = [("email", value) for value in dict.fromkeys(map(str.lower, new.emails))]
    first = {"phone": next(iter(new.phones), ""), "email": next(iter(new.emails), "").lower()}
    return [
        ContactPoint(customer=customer, kind=kind, value=value, is_primary=value == first[kind])
        for kind, value in (*phones, *emails)
    ]


def contact_text(phones: tuple[str, ...], emails: tuple[str, ...]) -> str:
    """Return what the list's search finds a customer by besides name and number.

    A phone is found in any writing: its digits stand there with and without the country's code.
    """
    local = [f"0{phone[4:]}" for phone in phones if phone.startswith("+966")]
    local += [f"0{phone[3:]}" for phone in phones if phone.startswith("+20")]
    return " ".join([*phones, *local, *(email.lower() for email in emails)])


def name_keys_of(kind: str, name: str, company: str) -> list[str]:
    """Return the blocking keys of a customer's names."""
    if kind == Customer.Kind.COMPANY:
        return keys_of(company=name)
    return keys_of(person=name, company=company)
