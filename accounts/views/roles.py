"""The role matrix: all roles at a glance, one role to edit."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.errors import OwnAccess, RoleAboveOwn, StaleRole
from accounts.forms.roles import SHOWN_LABELS, MatrixForm, NewRoleForm
from accounts.models import Role, User
from accounts.permissions import CHANGE_ROLE
from accounts.roles import SCOPES, declared_fields, declared_permissions
from accounts.services import people, roles
from accounts.words import app_label
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast

from .answers import refused
from .declared import AccountView

REFUSALS = (OwnAccess, RoleAboveOwn, StaleRole)


def _roles(reader: User) -> QuerySet[Role]:
    people_count = Count("users", filter=Q(users__is_active=True))
    return (
        Role.objects.visible_to(reader)
        .annotate(people_count=people_count)
        .order_by("-rank", "code")
    )


class RolesView(AccountView):
    """Every role beside the others: how far each permission reaches."""

    permission_required = CHANGE_ROLE

    def get(self, request: HttpRequest) -> HttpResponse:
        columns = list(_roles(self.me))
        context = {
            "columns": [
                {"role": role, "is_editable": roles.is_editable_by(role, self.me)}
                for role in columns
            ],
            "groups": [
                {
                    "label": app_label(app),
                    "rows": [_row(code, label, columns) for code, label in codes.items()],
                }
                for app, codes in declared_permissions().items()
            ],
            "field_rows": [
                _field_row(name, label, columns) for name, label in declared_fields().items()
            ],
            "scopes": [(level, scope.label) for level, scope in enumerate(SCOPES) if level],
        }
        return render(request, "accounts/roles.html", context)


def _row(code: str, label: str, columns: list[Role]) -> dict[str, Any]:
    cells = []
    for role in columns:
        scope = role.scope_of(code)
        cells.append({"role": role, "level": SCOPES.index(scope), "label": scope.label})
    return {"code": code, "label": label, "cells": cells}


def _field_row(name: str, label: str, columns: list[Role]) -> dict[str, Any]:
    shown = [role.hidden_fields.get(name, "visible") for role in columns]
    cells = [
        {"role": role, "shown": how, "label": SHOWN_LABELS[how]}
        for role, how in zip(columns, shown, strict=True)
    ]
    return {"name": name, "label": label, "cells": cells}


class RoleEditView(AccountView):
    """One role: the scope of each permission, how each sensitive field is shown."""

    permission_required = CHANGE_ROLE
    template = "accounts/role_edit.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        role = get_object_or_404(_roles(self.me), pk=pk)
        form = MatrixForm(role=role, editor=self.me)
        return render(request, self.template, self._context(role, form))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        role = get_object_or_404(_roles(self.me), pk=pk)
        form = MatrixForm(request.POST, role=role, editor=self.me)
        if not form.is_valid():
            return form_response(request, self.template, form, self._context(role, form))
        try:
            roles.save_matrix(role, form.matrix(), actor=self.me)
        except REFUSALS as error:
            return refused(request, self.template, form, error, self._context(role, form))
        return toast(redirect("accounts:roles"), _("The permissions are saved and in force."))

    def _context(self, role: Role, form: MatrixForm) -> dict[str, Any]:
        groups = [{**group, "label": app_label(group["app"])} for group in form.groups()]
        return {
            "form": form,
            "role": role,
            "groups": groups,
            "is_editable": roles.is_editable_by(role, self.me),
        }


class RoleNewView(AccountView):
    """A role that begins as a copy."""

    permission_required = CHANGE_ROLE
    template = "accounts/role_new.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, {"form": self._form()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return form_response(request, self.template, form)
        try:
            role = roles.create_role(**form.cleaned_data, actor=self.me)
        except REFUSALS as error:
            return refused(request, self.template, form, error)
        return redirect("accounts:role_edit", role.pk)

    def _form(self, *data: Any) -> NewRoleForm:
        return NewRoleForm(*data, roles=people.grantable_roles(self.me))
