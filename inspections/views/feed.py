"""The own calendar link, and the feed behind it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from crm_project.kit.addresses import counted_as
from crm_project.kit.htmx import redirect_to, toast
from crm_project.kit.limits import count
from inspections import permissions
from inspections.ical import CONTENT_TYPE
from inspections.models import CalendarLink
from inspections.services import feed_of, link_by_token, make_link, revoke_link

from .reach import InspectionView

WINDOW = 60  # seconds
MOST_CALLS = 30  # of one address in a window
LONGEST_TOKEN = 100


class LinkView(InspectionView):
    """Shows the secret address to its owner, makes it anew, or revokes it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        link = CalendarLink.objects.visible_to(self.me).first()
        url = f"{settings.PUBLIC_URL.rstrip('/')}{_path(link)}" if link else ""
        return render(request, "inspections/feed.html", {"link": link, "url": url})

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("revoke"):
            revoke_link(self.me)
            text = _("The link no longer works.")
        else:
            make_link(self.me)
            text = _("Your calendar link is ready.")
        return toast(redirect_to(request, reverse("inspections:link")), text)


def _path(link: CalendarLink) -> str:
    return reverse("inspections:feed", args=[link.token])


@method_decorator(login_not_required, name="dispatch")
class FeedView(View):
    """The visits of whoever the secret address belongs to. The address is the proof."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if _is_too_much(request.META.get("REMOTE_ADDR", "")):
            return HttpResponse(status=429, headers={"Retry-After": str(WINDOW)})
        link = link_by_token(token) if len(token) <= LONGEST_TOKEN else None
        if link is None or not link.user.has_perm(self.permission_required):
            raise Http404
        response = HttpResponse(feed_of(link.user), content_type=CONTENT_TYPE)
        response["Cache-Control"] = "private, max-age=300"
        response["Content-Disposition"] = 'inline; filename="inspections.ics"'
        response["X-Robots-Tag"] = "noindex"
        return response


def _is_too_much(address: str) -> bool:
    """Count a call of an address in this minute."""
    return count(f"calendar-feed:{counted_as(address)}", window=WINDOW) > MOST_CALLS
