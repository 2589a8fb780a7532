"""Days by the clock of an order's branch: promises, prices and papers know no other."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, F, Func
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Branch


def today_in(time_zone: str) -> date:
    """Return the day that it is now in a time zone, by its IANA name."""
    return timezone.now().astimezone(ZoneInfo(time_zone)).date()


def day_at(moment: datetime, branch: Branch) -> date:
    """Return the day of a moment on the branch's clock."""
    return moment.astimezone(branch.clock).date()


class BranchDay(Func):
    """SQL of the day of a moment where the row's branch is."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()

    def __init__(self, moment: Any) -> None:
        super().__init__(moment, F("branch__time_zone"))


def branch_today() -> BranchDay:
    """SQL of the day that it is now where the row's branch is."""
    return BranchDay(Now())
