"""The notifications drawer, its lines, and how a person wants to hear of what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import Notification
from accounts.services import inbox
from crm_project.kit.htmx import toast
from crm_project.kit.pages import BadCursor, read_page

from .answers import own_path
from .declared import AccountView

DRAWER_SIZE = 20


class NotificationDrawerView(AccountView):
    """The newest lines, and the bell's count out of band; `?after=` continues."""

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        mine = Notification.objects.visible_to(self.me)
        try:
            page = read_page(mine, order=("-id",), after=after, size=DRAWER_SIZE)
        except BadCursor:
            page = read_page(mine, order=("-id",), after="", size=DRAWER_SIZE)
        next_url = f"{request.path}?after={page.next_cursor}" if page.next_cursor else ""
        context = {"rows": page.rows, "page": {"next_url": next_url}, "is_first": not after}
        template = "notification_rows" if after else "notification_drawer"
        return render(request, f"accounts/partials/{template}.html", context)


class NotificationOpenView(AccountView):
    """Marks a line read and goes where it leads, inside this site only."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        line = get_object_or_404(Notification.objects.visible_to(self.me), pk=pk)
        inbox.mark_read(self.me, [line.pk])
        return redirect(own_path(line.url))


class NotificationsReadAllView(AccountView):
    """Marks everything read and answers with the drawer."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        inbox.mark_all_read(self.me)
        if not request.headers.get("HX-Request"):
            return redirect("home")
        return redirect("accounts:notification_drawer")


class NotificationPreferencesView(AccountView):
    """For each kind: in the app, in the daily mail."""

    template = "accounts/notification_preferences.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, {"rows": inbox.preferences_of(self.me)})

    def post(self, request: HttpRequest) -> HttpResponse:
        inbox.set_preferences(
            self.me,
            in_app=set(request.POST.getlist("in_app")),
            by_email=set(request.POST.getlist("by_email")),
        )
        return toast(redirect("accounts:notification_preferences"), _("Saved."))


class BadgesView(AccountView):
    """All counts of the sidebar and the bell again, out of band."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "layouts/shell/badges.html")
