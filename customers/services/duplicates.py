"""Customers that may be the same as one that is being written down."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from customers.matching import THRESHOLD, match_names
from customers.models import ContactPoint, Customer

from .people import name_keys_of

MOST_COMPARED = 60  # customers that share a name key
MOST_SHOWN = 5
SAME_PHONE, SAME_EMAIL = gettext_noop("Same phone"), gettext_noop("Same e-mail")


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is known of the customer to be. Phones are E.164."""

    name: str = ""
    company: str = ""
    kind: str = Customer.Kind.PERSON
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    except_id: int | None = None


@dataclass(kw_only=True)
class Candidate:
    """A customer that may be the same, how sure that is (0 to 1), and why, as msgids."""

    customer: Customer
    score: float
    reasons: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The reasons in the reader's language."""
        return " · ".join(_(reason) for reason in self.reasons)


def find_duplicates(sought: Sought, *, user: Any) -> list[Candidate]:
    """Return the likely duplicates that the user may see, the surest first, at most five."""
    visible = Customer.objects.visible_to(user).open().exclude(pk=sought.except_id)
    found: dict[int, Candidate] = {}
    for kind, values, reason in (
        ("phone", sought.phones, SAME_PHONE),
        ("email", tuple(email.lower() for email in sought.emails), SAME_EMAIL),
    ):
        for customer in _with_point(visible, kind, values):
            candidate = found.setdefault(customer.pk, Candidate(customer=customer, score=1.0))
            candidate.reasons.append(reason)
    for candidate in _alike(visible, sought):
        known = found.setdefault(candidate.customer.pk, candidate)
        if known is not candidate:
            known.reasons.extend(candidate.reasons)
    return sorted(found.values(), key=lambda one: -one.score)[:MOST_SHOWN]


def _with_point(visible: QuerySet[Customer], kind: str, values: tuple[str, ...]) -> list[Customer]:
    if not values:
        return []
    points = ContactPoint.objects.in_use().filter(kind=kind, value__in=values).values("customer")
    return list(visible.filter(pk__in=points).select_related("owner", "branch")[:MOST_SHOWN])


def _alike(visible: QuerySet[Customer], sought: Sought) -> list[Candidate]:
    keys = name_keys_of(sought.kind, sought.name, sought.company) if sought.name else []
    if not keys:
        return []
    is_firm = sought.kind == Customer.Kind.COMPANY
    rows = visible.filter(Q(name_keys__overlap=keys), kind=sought.kind)
    candidates = []
    for customer in rows.select_related("owner", "branch")[:MOST_COMPARED]:
        match = match_names(sought.name, customer.name, kind="company" if is_firm else "person")
        if match.score >= THRESHOLD:
            candidates.append(
                Candidate(customer=customer, score=match.score, reasons=list(match.reasons))
            )
    return candidates
