"""Colleagues: list, page, invitation, change."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import EmailTaken, LastManager, OutsideOwnBranch, OwnAccess, RoleAboveOwn
from accounts.filters import UserFilter
from accounts.forms.people import PersonForm
from accounts.models import Activity, User
from accounts.permissions import CHANGE_USER, VIEW_ACTIVITY, VIEW_USER
from accounts.services import people, sign_in
from accounts.tasks import send_invitation
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast
from crm_project.kit.pages import count_up_to
from crm_project.kit.views import TableView

from . import confirm
from .answers import refused
from .declared import AccountView

REFUSALS = (EmailTaken, LastManager, OutsideOwnBranch, OwnAccess, RoleAboveOwn)
RECENT = 20  # entries of the log on a person's page


class UserListView(TableView):
    """Colleagues within the reader's reach."""

    permission_required = VIEW_USER
    queryset = User.objects.with_access().select_related("department").filter(is_service=False)
    filterset_class = UserFilter
    orders: ClassVar = {"name": ("name", "id"), "newest": ("-id",)}
    template_name = "accounts/users.html"
    table_template = "accounts/partials/user_table.html"
    rows_template = "accounts/partials/user_rows.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_change = self.request.user.has_perm(CHANGE_USER)  # type: ignore[union-attr]
        return super().get_context_data(can_change=can_change, **kwargs)


class UserView(AccountView):
    """One colleague; the own account has its own page."""

    permission_required = VIEW_USER

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = _person(self.me, pk)
        if person.pk == self.me.pk:
            return redirect("accounts:profile")
        done = Activity.objects.visible_to(self.me).filter(actor=person)
        context = {
            "person": person,
            "entries": done[:RECENT] if self.me.has_perm(VIEW_ACTIVITY) else [],
            "work": _work(done) if self.me.has_perm(VIEW_ACTIVITY) else None,
            "can_change": _can_change(self.me, person),
            "session_count": person.sessions.count(),
        }
        return render(request, "accounts/user.html", context)


class UserNewView(AccountView):
    """Invites a colleague."""

    permission_required = CHANGE_USER
    template = "accounts/user_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, {"form": PersonForm(editor=self.me)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PersonForm(request.POST, editor=self.me)
        if not form.is_valid():
            return form_response(request, self.template, form)
        try:
            person = people.invite_person(
                form.cleaned_data, actor=self.me, invitation=send_invitation
            )
        except REFUSALS as error:
            return refused(request, self.template, form, error)
        return toast(redirect(person), _("The invitation is on its way."))


class UserEditView(AccountView):
    """Changes a colleague."""

    permission_required = CHANGE_USER
    template = "accounts/user_form.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = _changeable(self.me, pk)
        form = PersonForm(editor=self.me, person=person)
        return render(request, self.template, {"form": form, "person": person})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = _changeable(self.me, pk)
        form, context = PersonForm(request.POST, editor=self.me, person=person), {"person": person}
        if not form.is_valid():
            return form_response(request, self.template, form, context)
        try:
            self._confirm(form)
            people.update_person(
                person, form.about_person, actor=self.me, is_confirmed=form.is_confirming
            )
        except (*REFUSALS, *confirm.REFUSALS) as error:
            return refused(request, self.template, form, error, context)
        return toast(redirect(person), _("Saved."))

    def _confirm(self, form: PersonForm) -> None:
        """Let the editor prove who they are, where the form asks for it."""
        if form.is_confirming:
            sign_in.confirm_identity(
                user=self.me,
                password=form.cleaned_data["current"],
                code=form.cleaned_data.get("code", ""),
                request=self.request,
            )


class UserActionView(AccountView):
    """One thing done to a colleague by a button, such as signing them out everywhere."""

    permission_required = CHANGE_USER
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        person = _changeable(self.me, pk)
        if action == "deactivate":
            people.update_person(person, {"is_active": False}, actor=self.me)
        elif action == "activate":
            people.update_person(person, {"is_active": True}, actor=self.me)
        elif action == "sign-out":
            people.end_all_access(person, actor=self.me)
        else:
            people.invite_again(person, actor=self.me, invitation=send_invitation)
        return toast(redirect(person), _("Done."))


def _work(done: QuerySet[Activity]) -> dict[str, int]:
    """Return the sign-ins of 30 days and the actions of 7 days, counted up to 1,000."""
    now = timezone.now()
    signed_in = done.filter(verb="sign_in.succeeded", at__gt=now - timedelta(days=30))
    actions = done.exclude(verb__startswith="sign_").filter(at__gt=now - timedelta(days=7))
    return {"sign_ins": count_up_to(signed_in)[0], "actions": count_up_to(actions)[0]}


def _person(reader: User, pk: int) -> User:
    people_ = User.objects.visible_to(reader).with_access().select_related("department")
    return get_object_or_404(people_, pk=pk, is_service=False)


def _changeable(editor: User, pk: int) -> User:
    """Return a colleague within the scope of CHANGE_USER; others are not there."""
    rows = people.changeable_by(editor).select_related("role", "branch")
    return get_object_or_404(rows, pk=pk, is_service=False)


def _can_change(editor: User, person: User) -> bool:
    is_reached = people.changeable_by(editor).filter(pk=person.pk).exists()
    return is_reached and people.outranks(editor, person)
