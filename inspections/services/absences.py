"""Times in which an inspector takes no visits."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import branch_group, tell_once
from inspections.errors import AbsenceOverlaps
from inspections.models import Absence

from .doors import CHANGED, constraint_of

LONGEST = timedelta(days=366)
_OVERLAPS = {"absence_no_overlap", "inspection_no_double_booking"}


@transaction.atomic
def add_absence(
    *, inspector: User, starts_at: datetime, ends_at: datetime, reason: str, actor: User
) -> Absence:
    """Keep a time free of visits. Errors: AbsenceOverlaps for visits or an absence in that time."""
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise AbsenceOverlaps(_("An absence ends after it starts, within a year."), field="until")
    try:
        with transaction.atomic():
            absence = Absence.objects.create(
                inspector=inspector,
                starts_at=starts_at,
                ends_at=ends_at,
                reason=reason[:120],
                created_by=actor,
            )
    except IntegrityError as error:
        if constraint_of(error) in _OVERLAPS:
            raise AbsenceOverlaps(field="since") from error
        raise
    words = {"from": [None, starts_at.isoformat()], "until": [None, ends_at.isoformat()]}
    record(actor, "absence.added", inspector, changes=words)
    _tell(inspector)
    return absence


@transaction.atomic
def remove_absence(absence: Absence, *, actor: User) -> None:
    """Take an absence away. Twice is once."""
    gone, _rows = Absence.objects.filter(pk=absence.pk).delete()
    if not gone:
        return
    words = {"from": [absence.starts_at.isoformat(), None]}
    record(actor, "absence.removed", absence.inspector, changes=words)
    _tell(absence.inspector)


def _tell(inspector: User) -> None:
    tell_once({branch_group(None), branch_group(inspector.branch_id)}, CHANGED)
