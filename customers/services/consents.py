"""The consent ledger."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import branch_group, tell_once
from customers.models import Consent, ContactPoint, Customer

from .people import CHANGED


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a customer agreed to or withdrew, where it was said, and the proof of it."""

    purpose: str
    is_granted: bool
    source: str
    evidence: str = ""


@transaction.atomic
def record_consent(point: ContactPoint, statement: Statement, *, actor: User | None) -> Consent:
    """Append one entry; the newest entry for the point and purpose counts from now on."""
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


def current_consents(customer: Customer) -> list[Consent]:
    """Return the entry that counts for every point and purpose, in one query."""
    newest = (
        Consent.objects.filter(customer=customer, point__removed_at=None)
        .order_by("point_id", "purpose", "-pk")
        .distinct("point_id", "purpose")
        .select_related("point", "recorded_by")
    )
    return list(newest)
