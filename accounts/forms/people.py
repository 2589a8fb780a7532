"""People: the own profile, and colleagues."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.errors import IdentityNotConfirmed
from accounts.models import Branch, Department, Role, User
from accounts.services.people import grantable_roles
from crm_project.kit.phones import parse_phone

from .pickers import DepartmentField
from .sign_in import confirmation_fields

LTR = {"dir": "ltr"}


class _PhoneMixin(forms.Form):
    """A phone in any writing, kept as E.164."""

    phone_region = "SA"

    def clean_phone(self) -> str:
        raw: str = self.cleaned_data["phone"]
        phone = parse_phone(raw, region=self.phone_region) if raw else None
        if raw and phone is None:
            raise forms.ValidationError(_("This is not a phone number."), code="invalid")
        return phone.e164 if phone else ""


class ProfileForm(_PhoneMixin):
    """What a person may change about themselves."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=LTR),
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=32, required=False, widget=forms.TextInput(attrs=LTR)
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=User.Theme.choices)
    has_single_keys = forms.BooleanField(label=_("Single-key shortcuts"), required=False)
    is_available = forms.BooleanField(label=_("I take new leads"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(user, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.phone_region = user.branch.phone_region if user.branch else "SA"


class PersonForm(_PhoneMixin):
    """A colleague: who they are and what they may do. Choices are what the editor can give."""

    email = forms.EmailField(
        label=_("Work e-mail"), max_length=254, widget=forms.EmailInput(attrs=LTR)
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=LTR),
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=32, required=False, widget=forms.TextInput(attrs=LTR)
    )
    role = forms.ModelChoiceField(
        Role.objects.none(), label=_("Role"), empty_label=_("Please choose")
    )
    branch = forms.ModelChoiceField(
        Branch.objects.none(), label=_("Branch"), required=False, empty_label=_("Whole company")
    )
    department = DepartmentField(
        Department.objects.none(),
        label=_("Department"),
        required=False,
        empty_label=_("No department"),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="ar")
    is_available = forms.BooleanField(label=_("Takes new leads"), required=False, initial=True)
    lead_capacity = forms.IntegerField(
        label=_("Open leads at most"), min_value=0, max_value=10_000, initial=30
    )

    def __init__(self, *args: Any, editor: User, person: User | None = None, **kwargs: Any) -> None:
        if person:
            kwargs["initial"] = {name: getattr(person, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.person = person
        if person and self.is_bound and self._new_email() != person.email:
            self._ask_again(editor)
        self._offer_what_editor_can_give(editor, person)
        if editor.branch:
            self.phone_region = editor.branch.phone_region

    def _new_email(self) -> str:
        return str(self.data.get(self.add_prefix("email"), "")).strip().lower()

    def _ask_again(self, editor: User) -> None:
        """Links to new passwords go to an e-mail: who changes one says the own password again."""
        self.fields |= confirmation_fields(editor)
        self.fields["current"].help_text = IdentityNotConfirmed.message

    @property
    def about_person(self) -> dict[str, Any]:
        """What was filled in about the person: all but the editor's own password and code."""
        own = ("current", "code")
        return {name: value for name, value in self.cleaned_data.items() if name not in own}

    @property
    def is_confirming(self) -> bool:
        """Whether the editor has to prove who they are."""
        return "current" in self.fields

    def _offer_what_editor_can_give(self, editor: User, person: User | None) -> None:
        roles = {role.pk for role in grantable_roles(editor)}
        branches = Branch.objects.visible_to(editor).active()
        if person and person.role_id:
            roles.add(person.role_id)
        self.fields["role"].queryset = Role.objects.filter(pk__in=roles)  # type: ignore[attr-defined]
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.visible_to(editor)  # type: ignore[attr-defined]
        if not editor.is_company_wide:
            self.fields["branch"].required = True
            self.fields["branch"].empty_label = None  # type: ignore[attr-defined]
        if person and person.pk == editor.pk:
            for name in ("role", "branch", "department"):
                del self.fields[name]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        others = User.objects.filter(email=email).exclude(pk=self.person.pk if self.person else 0)
        if others.exists():
            raise forms.ValidationError(_("An account has this address already."), code="unique")
        return email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        department, branch = cleaned.get("department"), cleaned.get("branch")
        if department and branch and department.branch_id != branch.pk:
            self.add_error("department", _("This department belongs to another branch."))
        role = cleaned.get("role")
        if role and "branch" in self.fields and not branch and not _is_company_wide(role):
            self.add_error("branch", _("This role works in one branch: choose it."))
        return cleaned


def _is_company_wide(role: Role) -> bool:
    return role.grants.get("accounts.view_company") == "company"
