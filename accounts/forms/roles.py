"""A role's cells, as one form: scope by permission, how each sensitive field is shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.roles import Scope, declared_fields, declared_permissions
from accounts.services.reach import SHOWN, scopes_for, shown_for
from accounts.services.roles import Matrix

RADIO = {"class": "form-check-input"}
SHOWN_LABELS = {"visible": _("Visible"), "masked": _("Masked"), "hidden": _("Hidden")}


class MatrixForm(forms.Form):
    """One choice per permission and field; only what the editor can give is offered."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, role: Role, editor: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": role.version})
        super().__init__(*args, **kwargs)
        self.role = role
        for codes in declared_permissions().values():
            for code, label in codes.items():
                self._add_scope(code, label, editor)
        for name, label in declared_fields().items():
            self._add_field(name, label, editor)

    def _add_scope(self, code: str, label: str, editor: User) -> None:
        now = self.role.scope_of(code)
        offered = scopes_for(code, editor)
        choices = [(scope.value, scope.label) for scope in Scope if scope in {*offered, now}]
        self.fields[code] = forms.ChoiceField(
            label=label,
            choices=choices,
            initial=now.value,
            widget=forms.RadioSelect(attrs=RADIO),
            required=False,
        )

    def _add_field(self, name: str, label: str, editor: User) -> None:
        now = self.role.hidden_fields.get(name, "visible")
        offered = {*shown_for(name, editor), now}
        choices = [(shown, SHOWN_LABELS[shown]) for shown in SHOWN if shown in offered]
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=choices,
            initial=now,
            widget=forms.RadioSelect(attrs=RADIO),
            required=False,
        )

    def groups(self) -> list[dict[str, Any]]:
        """Return the permissions by app, as the template shows them."""
        return [
            {"app": app, "cells": [self[code] for code in codes]}
            for app, codes in declared_permissions().items()
        ]

    def field_cells(self) -> list[Any]:
        """Return the sensitive fields."""
        return [self[name] for name in declared_fields()]

    def matrix(self) -> Matrix:
        """Return what was chosen; cells that were not sent stay as they are."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        fields = declared_fields()
        return Matrix(
            grants={
                name: value
                for name, value in chosen.items()
                if name != "version" and name not in fields
            },
            fields={name: value for name, value in chosen.items() if name in fields},
            version=self.cleaned_data["version"],
        )


class NewRoleForm(forms.Form):
    """A role that begins like another one."""

    name_ar = forms.CharField(label=_("Arabic name"), max_length=120)
    name_en = forms.CharField(
        label=_("English name"), max_length=120, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    like = forms.ModelChoiceField(
        Role.objects.none(), label=_("Begin with the permissions of"), empty_label=None
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Role.objects.filter(pk__in=[role.pk for role in roles])
        self.fields["like"].queryset = offered  # type: ignore[attr-defined]
