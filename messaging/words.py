"""Words of messaging: log entries and notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {
    "channel.added": _("added a channel"),
    "channel.changed": _("changed a channel"),
    "signal.failed": _("could not read a raw signal"),
    "signal.retried": _("read a raw signal again"),
    "message.outcome_unknown": _("lost track of a message while it was being sent"),
    "message.replayed": _("read a message again with the present rules"),
}
RULES: Mapping[str, Any] = {"intake.retry": _("asked for by a person")}
NOTICES: Mapping[str, Any] = {
    "signal.failed": _("A raw signal needs a person"),
    "message.outcome_unknown": _("It is not known whether a message left"),
}
KINDS: Mapping[str, Any] = {  # what a raw signal held
    "text": _("Text"),
    "image": _("Image"),
    "audio": _("Voice or sound"),
    "video": _("Video"),
    "document": _("Document"),
    "sticker": _("Sticker"),
    "location": _("Location"),
    "contacts": _("Contact card"),
    "interactive": _("Choice"),
    "button": _("Button"),
    "reaction": _("Reaction"),
    "order": _("Order"),
    "system": _("Notice"),
    "unsupported": _("Not supported"),
    "email": _("E-mail"),
    "bounce": _("Bounce"),
    "marketplace": _("Marketplace"),
    "web_form": _("Web form"),
    "form": _("Web form"),
    "status:sent": _("Sent"),
    "status:delivered": _("Delivered"),
    "status:read": _("Seen"),
    "status:failed": _("Not delivered"),
}


def kind_label(kind: str) -> str:
    """Return the words for what a signal held; an unknown name is shown as it is."""
    return str(KINDS.get(kind, kind))
