"""When an inspector takes no visits."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.pickers import PersonField
from accounts.models import Branch, User
from accounts.roles import Scope
from inspections import permissions
from inspections.hours import at
from inspections.models import Absence
from inspections.services import add_absence, carriers

from .fields import AUTO, ClockField, DayField, TextField


class AbsenceForm(forms.Form):
    """From a time until a time, on the branch's clock."""

    inspector = PersonField(label=_("Inspector"), queryset=User.objects.none())
    since_day = DayField(label=_("From"))
    since_time = ClockField(label=_("At"))
    until_day = DayField(label=_("Until"))
    until_time = ClockField(label=_("At"))
    reason = TextField(label=_("Reason"), max_length=120, widget=forms.TextInput(attrs=AUTO))

    def __init__(self, *args: Any, editor: User, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editor, self.branch = editor, branch
        people = User.objects.filter(pk__in=[one.pk for one in self._people()])
        self.fields["inspector"].queryset = people  # type: ignore[attr-defined]

    def _people(self) -> list[User]:
        """Whose time the editor may block: at scope "own" nobody else's."""
        people = carriers(self.branch)
        if self.editor.scope_of(permissions.SCHEDULE) == Scope.OWN:
            return [one for one in people if one.pk == self.editor.pk]
        return people

    def _moment(self, name: str) -> datetime:
        return at(self.cleaned_data[f"{name}_day"], self.cleaned_data[f"{name}_time"], self.branch)

    def clean(self) -> None:
        """The end comes after the start."""
        data = self.cleaned_data
        keys = ("since_day", "since_time", "until_day", "until_time")
        is_whole = all(data.get(key) is not None for key in keys)
        if is_whole and self._moment("until") <= self._moment("since"):
            self.add_error("until_day", _("The end comes after the start."))

    def save(self) -> Absence:
        """Keep the time free. Errors: AbsenceOverlaps."""
        return add_absence(
            inspector=self.cleaned_data["inspector"],
            starts_at=self._moment("since"),
            ends_at=self._moment("until"),
            reason=self.cleaned_data["reason"],
            actor=self.editor,
        )
