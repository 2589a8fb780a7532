"""Reading a message again with today's rules, and the leads that came out of a raw signal."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.generic import View

from accounts.models import User
from crm_project.kit.htmx import redirect_to, toast
from crm_project.kit.views import Declared
from leads.models import Lead, LeadMessage
from leads.permissions import CHANGE, VIEW
from leads.services.replay import apply_replay, replay_message
from leads.titles import title_of
from leads.words import FIELDS
from messaging.models import Message, Signal
from messaging.permissions import RETRY_SIGNAL

MOST_MESSAGES = 50
STAGES = {
    "normalise": _lazy("Values"),
    "interpret": _lazy("Meaning"),
    "deduplicate": _lazy("Known before"),
    "route": _lazy("Routing"),
}
FACTS = {
    "intent": _lazy("Intent"),
    "urgency": _lazy("Urgency"),
    "language": _lazy("Language"),
    "dialect": _lazy("Dialect"),
    "spam": _lazy("Spam"),
    "tone": _lazy("Tone"),
    "probability": _lazy("Chance to convert"),
    "open_lead": _lazy("Open lead"),
    "customer": _lazy("Customer"),
    "near": _lazy("Similar names"),
    "rule": _lazy("Rule"),
    "person": _lazy("Responsible"),
}


class SignalLeadsView(Declared, View):
    """The leads that a raw signal's messages opened or joined, for the signal's page."""

    permission_required = VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = cast(User, request.user)
        signal = get_object_or_404(Signal.objects.visible_to(user), pk=pk)
        messages = list(
            Message.objects.visible_to(user)
            .filter(signal=signal)
            .select_related("conversation", "lead_link__lead")[:MOST_MESSAGES]
        )
        reached = Lead.objects.visible_to(user).filter(log__message__in=messages)
        leads = set(reached.values_list("pk", flat=True))
        context = {
            "rows": [(message, _link(message, leads, user)) for message in messages],
            "can_replay": Signal.objects.visible_to(user, RETRY_SIGNAL).filter(pk=pk).exists(),
        }
        return render(request, "leads/partials/signal_panel.html", context)


class ReplayView(Declared, View):
    """Runs the understanding of one message again; "apply" lets its lead take the result over."""

    permission_required = RETRY_SIGNAL
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = cast(User, request.user)
        message = get_object_or_404(_replayable(user), pk=pk)
        if "apply" in request.POST:
            return self._apply(request, user, message)
        replay = replay_message(message, actor=user)
        can_see = bool(
            replay.lead and Lead.objects.visible_to(user).filter(pk=replay.lead.pk).exists()
        )
        context = {
            "replay": replay,
            "rows": [
                (STAGES.get(one.stage, one.stage), _fact(one.fact), one)
                for one in replay.differences
            ],
            "can_see_lead": can_see,
            "can_apply": replay.can_apply
            and not replay.is_same
            and can_see
            and user.has_perm(CHANGE),
        }
        return render(request, "leads/replay.html", context)

    def _apply(self, request: HttpRequest, user: User, message: Message) -> HttpResponse:
        may_change = Lead.objects.visible_to(user, CHANGE).filter(log__message=message).exists()
        lead = apply_replay(message, actor=user) if may_change else None
        if lead is None:
            problem = _("This message opened no lead that you may change.")
            return toast(HttpResponse(status=409), problem, kind="bad")
        return toast(
            redirect_to(request, lead.get_absolute_url()), _("The lead has the new reading.")
        )


def _fact(name: str) -> Any:
    return FACTS.get(name) or FIELDS.get(name) or name


def _link(message: Message, leads: set[int], user: User) -> LeadMessage | None:
    link: Any = getattr(message, "lead_link", None)
    if link is None or link.lead_id not in leads:
        return None
    link.title = title_of(link.lead, user)
    return cast(LeadMessage, link)


def _replayable(user: User) -> QuerySet[Message]:
    """Messages in of signals within the scope of the permission."""
    signals = Signal.objects.visible_to(user, RETRY_SIGNAL)
    rows = Message.objects.visible_to(user).filter(direction=Message.Direction.IN)
    return rows.filter(signal__in=signals)
