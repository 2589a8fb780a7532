"""The consent ledger."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import branch_group, tell_once
from customers.models import Consent, ContactPoint, Customer

from .people import CHANGED

SAME_CLICK = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a customer agreed to or withdrew, where it was said, and the proof of it."""

    purpose: str
    is_granted: bool
    source: str
    evidence: str = ""


@transaction.atomic
def record_consent(point: ContactPoint, statement: Statement, *, actor: User | None) -> Consent:
    """Append one entry; the newest entry for the point and purpose counts from now on.

    The very same statement again within a minute is the one that is there: a double click.
    """
    Customer.objects.select_for_update(of=("self",)).get(pk=point.customer_id)
    newest = Consent.objects.filter(point=point, purpose=statement.purpose).order_by("-pk").first()
    if newest and _is_repeated(newest, statement, actor):
        return newest
    entry = Consent.objects.create(
        customer_id=point.customer_id,
        point=point,
        purpose=statement.purpose,
        is_granted=statement.is_granted,
        source=statement.source,
        evidence=statement.evidence,
        recorded_by=actor,
    )
    verb = "consent.granted" if statement.is_granted else "consent.withdrawn"
    changes = {"purpose": statement.purpose, "source": statement.source, "point": point.pk}
    record(actor, verb, point.customer, changes=changes)
    tell_once({branch_group(None), branch_group(point.customer.branch_id)}, CHANGED)
    return entry


def _is_repeated(entry: Consent, statement: Statement, actor: User | None) -> bool:
    names = ("is_granted", "source", "evidence")
    is_same = all(getattr(entry, name) == getattr(statement, name) for name in names)
    is_by_same = entry.recorded_by_id == (actor.pk if actor else None)
    return is_same and is_by_same and entry.at > timezone.now() - SAME_CLICK


def current_consents(customer: Customer) -> list[Consent]:
    """Return the entry that counts for every point and purpose, in one query."""
    newest = (
        Consent.objects.filter(customer=customer, point__removed_at=None)
        .order_by("point_id", "purpose", "-pk")
        .distinct("point_id", "purpose")
        .select_related("point", "recorded_by")
    )
    return list(newest)
