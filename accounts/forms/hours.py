"""Working hours in a form: two spans or more for each weekday, from and until."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

WEEK = ("7", "1", "2", "3", "4", "5", "6")  # ISO weekdays, Sunday first
LEAST_SPANS = 2  # a morning and an evening
MIDNIGHT = "24:00"  # how the end of a day is kept; the control shows 00:00
Hours = dict[str, list[list[str]]]


class HoursForm(forms.Form):
    """A form with the hours of a week; an empty day is a closed one."""

    def add_hours(self, known: Any) -> None:
        """Add the fields, filled with the hours that are known."""
        hours = known if isinstance(known, dict) else {}
        most = max([len(hours.get(day) or []) for day in WEEK], default=0)
        self.spans = range(max(LEAST_SPANS, most))
        for day in WEEK:
            for place in self.spans:
                start, end = _span(hours.get(day), place)
                self.fields[f"{day}_{place}_from"] = _time_field(_("From"), start, day)
                self.fields[f"{day}_{place}_to"] = _time_field(_("Until"), end, day)

    def week(self) -> Iterator[dict[str, Any]]:
        """Yield each day with its pairs of controls and what is wrong with it."""
        for day in WEEK:
            pairs = [(self[f"{day}_{at}_from"], self[f"{day}_{at}_to"]) for at in self.spans]
            problems = [problem for pair in pairs for field in pair for problem in field.errors]
            yield {"label": day_name(day), "pairs": pairs, "problems": dict.fromkeys(problems)}

    def hours(self) -> Hours:
        """Return what was written as the branch keeps it; closed days are left out."""
        week = {day: self._spans_of(day) for day in WEEK}
        return {day: spans for day, spans in week.items() if spans}

    def check_hours(self) -> None:
        """Put an error beside a span that is half written, empty, or overlaps another one."""
        for day in WEEK:
            for at in self.spans:
                start = self.cleaned_data.get(f"{day}_{at}_from")
                end = self.cleaned_data.get(f"{day}_{at}_to")
                if (start is None) != (end is None):
                    missing = "from" if start is None else "to"
                    self.add_error(f"{day}_{at}_{missing}", _("Write both times, or none."))
                elif start is not None and start == end != time(0):
                    self.add_error(f"{day}_{at}_to", _("It ends when it begins."))
            if overlap(self._spans_of(day)):
                self.add_error(f"{day}_0_from", _("These hours overlap."))

    def _spans_of(self, day: str) -> list[list[str]]:
        pairs = (
            (self.cleaned_data.get(f"{day}_{at}_from"), self.cleaned_data.get(f"{day}_{at}_to"))
            for at in self.spans
        )
        return sorted(
            [f"{start:%H:%M}", MIDNIGHT if end == time(0) else f"{end:%H:%M}"]
            for start, end in pairs
            if start is not None and end is not None
        )


def day_name(day: str) -> str:
    """Return the name of an ISO weekday in the reader's language."""
    return str(WEEKDAYS[int(day) - 1])


def _time_field(label: Any, initial: str, day: str) -> forms.TimeField:
    attrs = {"type": "time", "dir": "ltr", "aria-label": f"{day_name(day)}: {label}"}
    return forms.TimeField(
        label=label,
        initial=initial,
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs=attrs),
    )


def _span(spans: Any, place: int) -> tuple[str, str]:
    try:
        start, end = spans[place]
    except (TypeError, IndexError, ValueError, KeyError):
        return "", ""
    return str(start), "00:00" if end == MIDNIGHT else str(end)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def overlap(spans: list[list[str]]) -> bool:
    """True when one span begins before the one before it ends; an early end is the next day's."""
    ends = -1
    for start, end in ((_minutes(start), _minutes(end)) for start, end in spans):
        if start < ends:
            return True
        ends = end if end > start else end + 24 * 60
    return False
