"""The inbox: the live list, and the lead opened beside it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from accounts.forms.pickers import by_shown_name
from accounts.models import User
from crm_project.kit.htmx import wants_partial
from crm_project.kit.text import whole_number
from crm_project.kit.views import Declared, TableView
from leads import permissions
from leads.figures import MOST_COUNTED, queue_counts
from leads.filters import QUEUES, LeadFilter, open_duplicates
from leads.models import Lead
from leads.titles import title_of
from leads.words import ENTERED, INTENT_TONES, channel_mark, place_name
from messaging.models.channels import ChannelKind

from .inbox_next import DEFAULT_QUEUE, ORDERS, with_queue
from .pane import history_of, pane_of, stamp_of
from .reach import lead_for

FIRST_ROWS = 12  # of the page: more than a screenful, so that it stays light (DESIGN §8)
MORE_ROWS = 50  # of each further page
MOST_ROWS = 300  # that one live refresh brings back
PASSING = ("after", "shown", "menu", "part")  # what says nothing about the choice of rows
MOST_PEOPLE = 60  # in the menu of who is responsible
FLAGS = ("urgent", "unsure", "duplicate", "unassigned", "mine")


class InboxView(TableView):
    """Leads by queue, newest or most promising first."""

    permission_required = permissions.VIEW
    queryset = Lead.objects.for_list().annotate(has_duplicate=open_duplicates())
    filterset_class = LeadFilter
    orders: ClassVar = ORDERS
    template_name = "leads/inbox.html"
    table_template = "leads/partials/lead_list.html"
    rows_template = "leads/partials/lead_rows.html"
    page_size = FIRST_ROWS

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        query = with_queue(request.GET)
        request.GET = query  # type: ignore[assignment]
        shown = whole_number(query.get("shown", ""))
        if query.get("after"):
            self.page_size = MORE_ROWS
        elif shown is not None:
            self.page_size = min(max(shown, FIRST_ROWS), MOST_ROWS)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page or its list; a menu of filters is fetched when it is opened."""
        menu = request.GET.get("menu", "")
        if not wants_partial(request) or menu not in self._menus():
            return super().get(request, *args, **kwargs)  # type: ignore[return-value]
        options = {"menu": self._with_options(menu)}
        response = render(request, "leads/partials/filter_options.html", options)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _url_of(self, **changes: str) -> str:
        """Addresses of the list, also when a lead is open beside it."""
        return f"{reverse('leads:inbox')}?{self._query(**changes)}"

    def _query(self, **changes: str) -> str:
        query = self.request.GET.copy()
        for gone in PASSING:
            query.pop(gone, None)
        for name, value in changes.items():
            query[name] = value
            if not value:
                query.pop(name)
        if query.get("queue") == DEFAULT_QUEUE and len(query) == 1:
            query.pop("queue")
        return query.urlencode()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(
            list_query=self._query(),
            list_url=self._url_of(),
            is_partial=wants_partial(self.request),
        )
        for lead in context["page"].rows:
            dress(lead, self.request.user)
        if context["page"].is_first or not context["is_partial"]:
            context.update(self._controls())
        if not context["is_partial"] and "lead" not in context:
            context.update(self._first(context["page"].rows))
        return context

    def _first(self, rows: Sequence[Lead]) -> dict[str, Any]:
        """The pane of the first lead: where both fit on the screen, one is open from the start."""
        user = self.request.user
        return pane_of(dress(lead_for(user, rows[0].pk), user), user) if rows else {}  # type: ignore[arg-type]

    def _controls(self) -> dict[str, Any]:
        """Chips with their counts, menus, the order."""
        user = self.request.user
        chosen = self.request.GET
        queue = chosen.get("queue", "all")
        counts = queue_counts(user, QUEUES.get(queue, QUEUES["all"])[1])
        return {
            "counts": counts,
            "most_counted": MOST_COUNTED,
            "queue": queue,
            "queues": [self._queue_chip(name, queue, counts) for name in QUEUES],
            "flags": [self._flag_chip(name, counts) for name in FLAGS],
            "menus": [self._menu(name, label) for name, label in self._menus().items()],
            "is_by_score": chosen.get("order") == "score",
            "order_url": self._url_of(order="" if chosen.get("order") == "score" else "score"),
        }

    def _queue_chip(self, name: str, queue: str, counts: dict[str, int]) -> dict[str, Any]:
        return {
            "label": QUEUES[name][0],
            "count": counts.get(name),
            "shown": _up_to(counts.get(name)),
            "url": self._url_of(queue=name),
            "is_on": name == queue,
        }

    def _flag_chip(self, name: str, counts: dict[str, int]) -> dict[str, Any]:
        is_on = self.request.GET.get(name) == "true"
        return {
            "name": name,
            "label": self.filterset_class.base_filters[name].label,
            "count": counts.get(name, 0),
            "shown": _up_to(counts.get(name, 0)),
            "url": self._url_of(**{name: "" if is_on else "true"}),
            "is_on": is_on,
        }

    def _menus(self) -> dict[str, Any]:
        """The menus that the reader has, each with its words."""
        menus = {"channel": _("Channel"), "product": _("Product")}
        return {**menus, "owner": _("Responsible")} if self._is_wide else menus

    @property
    def _is_wide(self) -> bool:
        return self.request.user.has_perm(permissions.ASSIGN)  # type: ignore[union-attr]

    def _menu(self, name: str, label: Any) -> dict[str, Any]:
        """What the closed menu shows: its name, and what is chosen in it."""
        chosen = self.request.GET.get(name, "")
        options = self._choices(name, chosen) if chosen else []
        return {
            "name": name,
            "label": label,
            "value": next((text for code, text in options if code == chosen), ""),
            "url": self._url_of(menu=name),
        }

    def _with_options(self, name: str) -> dict[str, Any]:
        """What the open menu shows."""
        chosen = self.request.GET.get(name, "")
        return {
            "value": chosen,
            "clear_url": self._url_of(**{name: ""}),
            "options": [
                {"label": text, "url": self._url_of(**{name: code}), "is_on": code == chosen}
                for code, text in self._choices(name)
            ],
        }

    def _choices(self, name: str, chosen: str = "") -> Sequence[tuple[str, Any]]:
        """The codes of a menu with their words; of the people only the chosen one if wanted."""
        if name == "channel":
            return ChannelKind.choices
        if name == "product":
            return Lead.Product.choices
        people = User.objects.visible_to(self.request.user).staff()  # type: ignore[arg-type]
        if chosen:
            people = people.filter(pk=whole_number(chosen))
        return [(str(row.pk), row.shown_name) for row in by_shown_name(people)[:MOST_PEOPLE]]


def _up_to(count: int | None) -> str:
    """A count as the chips show it: what is more than was looked at has a plus."""
    if count is None:
        return ""
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def dress(lead: Any, user: Any) -> Any:
    """Add what a row shows its reader beyond its columns."""
    lead.title = title_of(lead, user)
    lead.mark_css, lead.mark_icon = channel_mark(lead.channel)
    lead.channel_label = lead.get_channel_display()
    lead.source_label = lead.get_channel_display() if lead.source == lead.channel else lead.source
    lead.city_label = place_name(lead.city)
    if lead.source in ENTERED:
        lead.channel_label, lead.mark_css, lead.mark_icon = ENTERED[lead.source]
        lead.source_label = _("Entered by hand")
    lead.intent_tone = INTENT_TONES.get(lead.intent, "")
    lead.score_css = "a" if lead.score >= 75 else "b" if lead.score >= 45 else "c"
    return lead


class LeadView(InboxView):
    """One lead: the whole inbox with it opened, or its pane (or all its steps) alone for HTMX."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead = dress(lead_for(request.user, kwargs["pk"]), request.user)
        if not wants_partial(request):
            context = pane_of(lead, request.user)  # type: ignore[arg-type]
            return self.render_to_response(self.get_context_data(is_named=True, **context))
        if request.GET.get("part") == "steps":
            template, context = "history", {"lead": lead, "history": history_of(lead)}
        else:
            template = "lead_pane"
            context = {**pane_of(lead, request.user), "list_query": self._query()}  # type: ignore[arg-type]
        response = render(request, f"leads/partials/{template}.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response


class LeadPulseView(Declared, View):
    """Asked when some lead changed: 204 while this one is as shown, else its pane again."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead = lead_for(request.user, pk)
        seen = (request.GET.get("version"), request.GET.get("stamp"))
        if seen == (str(lead.version), stamp_of(lead)):
            return HttpResponse(status=204)
        context = pane_of(dress(lead, request.user), request.user)  # type: ignore[arg-type]
        return render(request, "leads/partials/lead_pane.html", context)
