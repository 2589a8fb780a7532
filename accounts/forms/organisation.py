"""Branches, departments and teams as forms; the services save them."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, Department, Team, User
from accounts.services.organisation import BRANCH_FIELDS, version_of
from crm_project.kit.text import strip_controls

from .company import CURRENCIES
from .hours import HoursForm
from .pickers import PeopleField, PersonField
from .regions import clocks, phone_regions

LTR = {"dir": "ltr", "autocomplete": "off"}


class _NamesForm(forms.Form):
    """The names in both languages, and the state that the editor saw."""

    name_ar = forms.CharField(
        label=_("Arabic name"), max_length=120, widget=forms.TextInput(attrs={"dir": "rtl"})
    )
    name_en = forms.CharField(
        label=_("English name"), max_length=120, widget=forms.TextInput(attrs=LTR)
    )
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def clean_name_ar(self) -> str:
        return _clean_name(self.cleaned_data["name_ar"])

    def clean_name_en(self) -> str:
        return _clean_name(self.cleaned_data["name_en"])

    def see(self, piece: Branch | Department | Team) -> None:
        """Let the next save go on top of what is stored now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = version_of(piece)
        self.data = data

    def values(self) -> dict[str, Any]:
        """Return what the service saves."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class BranchForm(_NamesForm, HoursForm):
    """A branch with its clock, money, phone rules and hours."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=12,
        help_text=_("Short, in Latin letters: programs name the branch by it."),
        error_messages={"invalid": _("Use Latin letters, digits and hyphens only.")},
        widget=forms.TextInput(attrs=LTR),
    )
    currency = forms.ChoiceField(label=_("Currency"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    phone_region = forms.ChoiceField(
        label=_("Default phone region"),
        help_text=_("Where a phone number without a country code belongs."),
    )
    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        initial=True,
        help_text=_(
            "A branch that is not active is offered nowhere any more; its records stay as they are."
        ),
    )

    def __init__(self, *args: Any, branch: Branch | None = None, **kwargs: Any) -> None:
        known = branch or Branch()
        initial = {name: getattr(known, name) for name in BRANCH_FIELDS}
        initial["seen"] = version_of(branch) if branch else ""
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.branch = branch
        self._offer("currency", [(code, code) for code in CURRENCIES], known.currency)
        self._offer("time_zone", clocks(), known.time_zone)
        self._offer("phone_region", phone_regions(), known.phone_region)
        self.add_hours(known.working_hours)
        self.order_fields(["code", "name_ar", "name_en"])

    def _offer(self, name: str, choices: list[Any], known: str) -> None:
        """Offer the choices, and what is stored although it is none of them."""
        flat = {
            code
            for key, value in choices
            for code in ([one for one, _label in value] if isinstance(value, list) else [key])
        }
        extra = [] if known in flat else [(known, known)]
        self.fields[name].choices = [*extra, *choices]  # type: ignore[attr-defined]

    @property
    def facts(self) -> list[forms.BoundField]:
        """The fields above the hours."""
        names = ("code", "name_ar", "name_en", "currency", "time_zone", "phone_region", "is_active")
        return [self[name] for name in names]

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_hours()
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the service saves."""
        data = {name: self.cleaned_data[name] for name in BRANCH_FIELDS if name != "working_hours"}
        return {**data, "working_hours": self.hours()}


class DepartmentForm(_NamesForm):
    """A department and who leads it."""

    manager = PersonField(
        User.objects.none(), label=_("Manager"), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, piece: Department, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(piece, manager=piece.manager_id)
        super().__init__(*args, **kwargs)
        people = _people_of(piece.branch_id, Q(pk=piece.manager_id))
        self.fields["manager"].queryset = people  # type: ignore[attr-defined]


class TeamForm(_NamesForm):
    """A team, its leader and its people."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False
    )
    leader = PersonField(User.objects.none(), label=_("Leader"), required=False)
    members = PeopleField(User.objects.none(), label=_("Members"), required=False)

    def __init__(self, *args: Any, piece: Team, **kwargs: Any) -> None:
        ids = list(piece.members.values_list("pk", flat=True)) if piece.pk else []
        chosen = {"department": piece.department_id, "leader": piece.leader_id}
        kwargs["initial"] = _initial(piece, members=ids, **chosen)
        super().__init__(*args, **kwargs)
        people = _people_of(piece.branch_id, Q(pk__in=[*ids, piece.leader_id or 0]))
        departments = Department.objects.filter(branch_id=piece.branch_id)
        choices = {"members": people, "leader": people, "department": departments}
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]


def _initial(piece: Department | Team, **more: Any) -> dict[str, Any]:
    seen = version_of(piece) if piece.pk else ""
    return {"name_ar": piece.name_ar, "name_en": piece.name_en, "seen": seen, **more}


def _people_of(branch_id: int, known: Q) -> QuerySet[User]:
    """Who can be chosen: the branch's active people, and those who are chosen already."""
    active = Q(branch_id=branch_id, is_active=True, is_service=False)
    return User.objects.filter(active | known)


def _clean_name(text: str) -> str:
    name = strip_controls(text).strip()
    if not name:
        raise forms.ValidationError(_("Write a name."), code="required")
    return name
