"""A new integrator key, and a saved view."""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, Role, User
from accounts.roles import RoleCode, declared_permissions
from accounts.services.integrations import Connection
from accounts.services.reach import scopes_for

DAYS = {"90": _("90 days"), "365": _("One year"), "": _("Does not expire")}


class KeyForm(forms.Form):
    """A key for a new integration, or a second one for an existing (to rotate without a gap)."""

    name = forms.CharField(label=_("Name of the key"), max_length=80)
    integration = forms.ModelChoiceField(
        User.objects.none(), label=_("Integration"), required=False, empty_label=_("A new one")
    )
    branch = forms.ModelChoiceField(
        Branch.objects.none(), label=_("Branch of a new integration"), empty_label=None
    )
    scopes = forms.MultipleChoiceField(
        label=_("Permissions"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    days = forms.ChoiceField(
        label=_("Expires after"), choices=list(DAYS.items()), required=False, initial="365"
    )

    def __init__(self, *args: Any, editor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        integrations = User.objects.visible_to(editor).filter(is_service=True, is_active=True)
        self.fields["integration"].queryset = integrations  # type: ignore[attr-defined]
        self.fields["branch"].queryset = Branch.objects.visible_to(editor).active()  # type: ignore[attr-defined]
        self.fields["scopes"].choices = _integrator_permissions(editor)  # type: ignore[attr-defined]

    def wanted(self) -> Connection:
        """Return the key that is asked for; without days it does not end."""
        data = dict(self.cleaned_data)
        days = data.pop("days")
        ends = timezone.now() + timedelta(days=int(days)) if days else None
        return Connection(**data, expires_at=ends)


def _integrator_permissions(editor: User) -> list[tuple[str, str]]:
    """Return what the integrator's role has and the editor can give."""
    role = Role.objects.filter(code=RoleCode.INTEGRATOR).first()
    labels = {
        code: name for codes in declared_permissions().values() for code, name in codes.items()
    }
    return [
        (code, label)
        for code, label in labels.items()
        if role and role.scope_of(code) in scopes_for(code, editor)[1:]
    ]


class SavedViewForm(forms.Form):
    """The name of a list's filters; list and query come along hidden."""

    name = forms.CharField(label=_("Name"), max_length=60)
    is_shared = forms.BooleanField(label=_("Share with the branch"), required=False)
    page = forms.CharField(max_length=60, widget=forms.HiddenInput)
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)

    def clean_page(self) -> str:
        page: str = self.cleaned_data["page"]
        try:
            self.url = reverse(page)
        except NoReverseMatch as error:
            raise forms.ValidationError(_("There is no such list."), code="invalid") from error
        return page
