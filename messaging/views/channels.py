"""Settings → Channels: the numbers and mailboxes through which people write, and their branches."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.models import User
from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast
from crm_project.kit.views import Declared
from messaging.errors import ChannelChangedMeanwhile
from messaging.forms.channels import ChannelForm
from messaging.gateways.choose import sends_mail
from messaging.models import Channel
from messaging.permissions import CHANGE_CHANNEL
from messaging.services.channels import KEPT_KINDS, add_channel, change_channel


class ChannelListView(Declared, View):
    """The channels within the reader's reach, and whether each way in and out is set up."""

    permission_required = CHANGE_CHANNEL

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = _channels(cast(User, request.user)).order_by("-is_active", "kind", "name", "pk")
        context = {"rows": rows, "kept_kinds": KEPT_KINDS, **ways_in_and_out()}
        return render(request, "messaging/channels.html", context)


def ways_in_and_out() -> dict[str, Any]:
    """What the environment has set up; secrets are never shown, only whether they are there."""
    return {
        "webhook_url": settings.PUBLIC_URL.rstrip("/") + reverse("webhooks:whatsapp"),
        "sends_whatsapp": bool(settings.WHATSAPP_ACCESS_TOKEN),
        "sends_mail": sends_mail(),
        "polls_mail": bool(settings.IMAP_URL),
    }


class ChannelNewView(Declared, View):
    """A number or mailbox before its first message."""

    permission_required = CHANGE_CHANNEL
    template = "messaging/channel_form.html"
    channel: Channel | None = None

    def get(self, request: HttpRequest, **_record: int) -> HttpResponse:
        form = ChannelForm(editor=cast(User, request.user), channel=self.found())
        return render(request, self.template, {"form": form, "channel": self.channel})

    def post(self, request: HttpRequest, **_record: int) -> HttpResponse:
        editor = cast(User, request.user)
        form = ChannelForm(request.POST, editor=editor, channel=self.found())
        if form.is_valid():
            try:
                self.save(form, editor)
                return toast(redirect("messaging:channels"), _("Saved."))
            except BusinessError as error:
                form.add_error(error.field, str(error.message))
                if isinstance(error, ChannelChangedMeanwhile):
                    mine = Channel.objects.visible_to(request.user)
                    form.start_from(mine.get(pk=cast(Channel, self.channel).pk))
        return form_response(request, self.template, form, {"channel": self.channel})

    def found(self) -> Channel | None:
        """The channel to change; none for a new one."""
        return None

    def save(self, form: ChannelForm, editor: User) -> None:
        """Save it by its service."""
        add_channel(form.about_channel, actor=editor)


class ChannelEditView(ChannelNewView):
    """Another name or branch; or no longer in use."""

    def found(self) -> Channel | None:
        """The channel to change. Raises Http404 outside the editor's reach."""
        rows = _channels(cast(User, self.request.user)).filter(kind__in=KEPT_KINDS)
        self.channel = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self.channel

    def save(self, form: ChannelForm, editor: User) -> None:
        """Save it by its service."""
        seen = form.cleaned_data["seen"]
        change_channel(cast(Channel, self.channel), form.about_channel, actor=editor, seen=seen)


def _channels(user: User) -> Any:
    return Channel.objects.visible_to(user).select_related("branch")
