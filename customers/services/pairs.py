"""Pairs of customers that look like one: found in the database, decided by people."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from customers.matching import THRESHOLD, match_names
from customers.models import ContactPoint, Customer, DuplicatePair

from .duplicates import SAME_EMAIL, SAME_PHONE
from .people import name_keys_of

MOST_COMPARED = 60  # customers that share a name key with one
MOST_SHARING = 20  # customers with one phone; beyond that it is a switchboard and says nothing
SURE = {ContactPoint.Kind.PHONE: (0.97, SAME_PHONE), ContactPoint.Kind.EMAIL: (0.95, SAME_EMAIL)}


def look_for_pairs(customer_ids: Iterable[int]) -> int:
    """Compare these customers with all others and remember the likely pairs. Returns how many are new.

    A pair that somebody has decided stays decided.
    """
    customers = Customer.objects.filter(pk__in=list(customer_ids), archived_at=None)
    found = [pair for customer in customers for pair in _pairs_of(customer)]
    wanted = {(pair.first_id, pair.second_id) for pair in found}
    rows = DuplicatePair.objects.filter(first__in={first for first, _second in wanted})
    known = wanted.intersection(rows.values_list("first_id", "second_id")) if wanted else set()
    DuplicatePair.objects.bulk_create(found, ignore_conflicts=True)
    return len(wanted) - len(known)


def refresh_name_keys(customer_ids: Iterable[int]) -> int:
    """Write the keys that the matcher makes of these names today. Returns how many changed."""
    stale = []
    named = Customer.objects.only("kind", "name", "company", "name_keys")
    for customer in named.filter(pk__in=list(customer_ids)):
        keys = name_keys_of(customer.kind, customer.name, customer.company)
        if keys != customer.name_keys:
            customer.name_keys = keys
            stale.append(customer)
    Customer.objects.bulk_update(stale, ["name_keys"])
    return len(stale)


@transaction.atomic
def dismiss_pair(pair: DuplicatePair, *, actor: User) -> None:
    """Remember that these are two customers. Safe to run twice."""
    is_open = DuplicatePair.objects.open().filter(pk=pair.pk)
    now = timezone.now()
    if is_open.update(status=DuplicatePair.Status.DISMISSED, decided_by=actor, decided_at=now):
        changes = {"duplicate": ["open", "dismissed"], "other": [None, pair.second.code]}
        record(actor, "customer.pair_dismissed", pair.first, changes=changes)


def _pairs_of(customer: Customer) -> list[DuplicatePair]:
    reasons: dict[int, tuple[float, list[str]]] = {}
    for other, score, reason in (*_sharing_points(customer), *_alike(customer)):
        best, known = reasons.get(other, (0.0, []))
        reasons[other] = (max(best, score), [*known, reason] if reason not in known else known)
    return [
        DuplicatePair(
            first_id=min(customer.pk, other),
            second_id=max(customer.pk, other),
            score=min(1.0, score + 0.02 * (len(words) - 1)),
            reasons=words,
        )
        for other, (score, words) in reasons.items()
    ]


def _sharing_points(customer: Customer) -> list[tuple[int, float, str]]:
    found = []
    for point in customer.points.filter(removed_at=None):
        same = ContactPoint.objects.filter(
            kind=point.kind, value=point.value, removed_at=None, customer__archived_at=None
        ).exclude(customer=customer)
        others = list(same.values_list("customer_id", flat=True)[: MOST_SHARING + 1])
        score, reason = SURE[ContactPoint.Kind(point.kind)]
        if len(others) <= MOST_SHARING:
            found += [(other, score, reason) for other in others]
    return found


def _alike(customer: Customer) -> list[tuple[int, float, str]]:
    if not customer.name_keys:
        return []
    rows = Customer.objects.filter(
        Q(name_keys__overlap=customer.name_keys), kind=customer.kind, archived_at=None
    ).exclude(pk=customer.pk)
    is_firm = customer.kind == Customer.Kind.COMPANY
    found = []
    for pk, name in rows.values_list("pk", "name")[:MOST_COMPARED]:
        match = match_names(customer.name, name, kind="company" if is_firm else "person")
        if match.score >= THRESHOLD:
            found += [(pk, match.score, reason) for reason in match.reasons]
    return found
