"""When and by whom, in the dialog and by dragging; calling off."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.pickers import PersonField
from accounts.models import User
from inspections.hours import at
from inspections.models import Inspection
from inspections.services import Slot, carriers

from .fields import AUTO, ClockField, DayField, TextField, UtcField

VERSION = {"min_value": 1, "max_value": 2**31 - 1}


class _SlotForm(forms.Form):
    """A day, a time on the branch's clock, a person; `version` is the one that was seen."""

    inspector = PersonField(label=_("Inspector"), queryset=User.objects.none())
    day = DayField(label=_("Day"))
    time = ClockField(label=_("Time"))
    version = forms.IntegerField(widget=forms.HiddenInput, **VERSION)  # type: ignore[arg-type]

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inspection = inspection
        people = User.objects.filter(pk__in=[one.pk for one in carriers(inspection.branch)])
        self.fields["inspector"].queryset = people  # type: ignore[attr-defined]

    @property
    def starts_at(self) -> datetime:
        """The chosen moment."""
        data = self.cleaned_data
        return at(data["day"], data["time"], self.inspection.branch)

    @property
    def usual_minutes(self) -> int:
        """How long the visit is planned now, or how long its type usually takes."""
        visit = self.inspection
        if visit.starts_at and visit.ends_at:
            return int((visit.ends_at - visit.starts_at).total_seconds() // 60)
        return visit.type.minutes


class ScheduleForm(_SlotForm):
    """The dialog, which also works with the keyboard alone."""

    minutes = forms.IntegerField(label=_("Length (minutes)"), min_value=5, max_value=720)
    is_outside_hours_allowed = forms.BooleanField(
        label=_("Also outside of the working hours"), required=False
    )
    reason = TextField(
        label=_("Why is it moved?"), max_length=300, widget=forms.TextInput(attrs=AUTO)
    )

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, inspection=inspection, **kwargs)
        self.order_fields(
            ["day", "time", "minutes", "inspector", "reason", "is_outside_hours_allowed"]
        )
        for name, value in self._present().items():
            self.fields[name].initial = value
        if self.initial:  # the place is chosen already: the reason is what is left to say
            self.fields["reason"].widget.attrs["autofocus"] = True
        if inspection.status == Inspection.Status.REQUESTED:
            del self.fields["reason"]

    def _present(self) -> dict[str, Any]:
        visit = self.inspection
        present: dict[str, Any] = {
            "minutes": self.usual_minutes,
            "version": visit.version,
            "inspector": visit.inspector_id,
            "is_outside_hours_allowed": visit.is_outside_hours_allowed,
        }
        if visit.starts_at:
            local = visit.starts_at.astimezone(visit.branch.clock)
            present |= {"day": local.date(), "time": local.time()}
        return present

    def slot(self) -> Slot:
        """What was chosen."""
        data = self.cleaned_data
        return Slot(
            inspector=data["inspector"],
            starts_at=self.starts_at,
            minutes=data["minutes"],
            is_outside_hours_allowed=data["is_outside_hours_allowed"],
        )


class DropForm(_SlotForm):
    """Where a visit was dropped, or a suggestion that was taken; the length stays.

    A visit that has its time already moves with a reason only: without one, `asks_why` is true and
    `place()` fills the dialog that asks for it.
    """

    inspector = PersonField(queryset=User.objects.none(), required=False)
    day = DayField(required=False)
    time = ClockField(required=False)
    starts_at_utc = UtcField(required=False)
    reason = TextField(required=False, max_length=300)

    def clean_starts_at_utc(self) -> datetime | None:
        """A moment that every clock can show."""
        moment: datetime | None = self.cleaned_data["starts_at_utc"]
        if moment and not 2000 <= moment.year < 2200:
            raise forms.ValidationError(_("Choose a day and a time."))
        return moment

    def clean(self) -> None:
        """A moment, in either of both writings."""
        data = self.cleaned_data
        if not data.get("starts_at_utc") and not (data.get("day") and data.get("time")):
            raise forms.ValidationError(_("Choose a day and a time."))

    @property
    def starts_at(self) -> datetime:
        """The chosen moment."""
        moment: datetime | None = self.cleaned_data.get("starts_at_utc")
        return moment or super().starts_at

    @property
    def asks_why(self) -> bool:
        """True for a move without its reason."""
        is_move = self.inspection.status != Inspection.Status.REQUESTED
        return is_move and not self.cleaned_data["reason"]

    def place(self, inspector: User) -> dict[str, Any]:
        """What was chosen, as the dialog's first values."""
        local = self.starts_at.astimezone(self.inspection.branch.clock)
        return {"day": local.date(), "time": local.time(), "inspector": inspector.pk}

    def slot(self, inspector: User) -> Slot:
        """What was chosen, with the person who carries it out."""
        return Slot(
            inspector=inspector,
            starts_at=self.starts_at,
            minutes=self.usual_minutes,
            is_outside_hours_allowed=self.inspection.is_outside_hours_allowed,
        )


class CancelForm(forms.Form):
    """Why a visit is called off."""

    reason = TextField(label=_("Reason"), max_length=300, widget=forms.TextInput(attrs=AUTO))
