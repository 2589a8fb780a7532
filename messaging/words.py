"""Words of messaging: log entries, notifications, and why a message could not be sent."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {
    "channel.added": _("added a channel"),
    "channel.changed": _("changed a channel"),
    "signal.failed": _("could not read a raw signal"),
    "signal.retried": _("read a raw signal again"),
    "message.failed": _("could not send a message"),
    "message.outcome_unknown": _("lost track of a message while it was being sent"),
    "conversation.number_changed": _("followed a person to their new WhatsApp number"),
    "message.files_received": _("kept the files of a message"),
    "message.file_failed": _("could not fetch a file of a message"),
    "message.file_asked": _("asked for a file of a message again"),
    "message.files_forgotten": _("removed old files of messages"),
    "conversation.address_held": _("stopped mails to an address that does not exist"),
    "conversation.address_lifted": _("allowed mails to an address again"),
    "conversation.user_id_changed": _("followed a person to their new WhatsApp user id"),
    "message.replayed": _("read a message again with the present rules"),
}
RULES: Mapping[str, Any] = {
    "intake.retry": _("asked for by a person"),
    "delivery.refused": _("the other side did not take it"),
    "delivery.reported": _("the other side reported it afterwards"),
    "delivery.interrupted": _("the sending was interrupted"),
    "address.bounced": _("its server says that it does not exist"),
    "whatsapp.number": _("WhatsApp says that it is the same person"),
    "files.received": _("a message came with files"),
    "files.unavailable": _("it could not be had three times"),
    "files.old": _("the time for which files are kept is over"),
}
NOTICES: Mapping[str, Any] = {
    "signal.failed": _("A raw signal needs a person"),
    "message.failed": _("A message could not be sent"),
    "message.outcome_unknown": _("It is not known whether a message left"),
    "conversation.number_changed": _("A customer has a new WhatsApp number"),
    "message.file_failed": _("A file that a customer sent could not be fetched"),
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
    "user_id_update": _("Notice"),
    "echo": _("Written in the phone app"),
    "edit": _("Changed message"),
    "calls": _("Call"),
    "unsupported": _("Not supported"),
    "unknown": _("Unknown kind"),
    "other": _("Unknown kind"),
    "unreadable": _("Unreadable"),
    "unusable": _("Unreadable"),
    "account_update": _("News of the account"),
    "message_template_status_update": _("News of a template"),
    "message_template_quality_update": _("News of a template"),
    "template_category_update": _("News of a template"),
    "user_preferences": _("Wish about marketing"),
    "email": _("E-mail"),
    "bounce": _("Bounce"),
    "auto_reply": _("Automatic reply"),
    "list": _("Mailing list"),
    "complaint": _("Spam complaint"),
    "receipt": _("Read receipt"),
    "marketplace": _("Marketplace"),
    "web_form": _("Web form"),
    "form": _("Web form"),
    "json": _("Web form"),
    "webchat": _("Web chat"),
    "status:sent": _("Sent"),
    "status:delivered": _("Delivered"),
    "status:read": _("Seen"),
    "status:failed": _("Not delivered"),
}


FILE_REASONS: Mapping[str, Any] = {  # why a received file is not here
    "too_many": _("too many files in one message"),
    "too_large": _("larger than 20 MB"),
    "empty": _("empty"),
    "kind": _("a kind of file that is not kept"),
    "infected": _("a virus was found"),
    "unavailable": _("the other side did not give it"),
    "mail_gone": _("the raw mail is gone"),
    "not_connected": _("WhatsApp is not connected for sending and files"),
    "by_link": _("anybody can send such a link, so it is fetched when you ask for it"),
    "bad_link": _("its address may not be fetched"),
    "no_scanner": _("the virus scanner did not answer"),
}


def file_reason_label(reason: str) -> str:
    """Return in plain words why a received file is not here."""
    return str(FILE_REASONS.get(reason, reason))


def kind_label(kind: str) -> str:
    """Return the words for what a signal held; an unknown name is shown as it is."""
    return str(KINDS.get(kind, kind))


# Why a message did not arrive, by the beginning of what was said; the first that fits counts.
# Our own refusals, and SMTP replies with their enhanced codes (RFC 5321 4.2, RFC 3463).
OUR_REASONS: tuple[tuple[str, Any], ...] = (
    (r"channel[ _]off", _("The channel was switched off before it could leave.")),
    (r"consent[ _]withdrawn", _("The consent was withdrawn before it could leave.")),
    (r"customer_blocked", _("The customer was blocked before it could leave.")),
    (r"address_removed", _("The number or address was removed before it could leave.")),
    (r"address_bounced", _("An earlier mail to this address came back: it does not exist.")),
    (r"order_cancelled", _("The order was cancelled before its quote could leave.")),
    (r"order_returned", _("The order was returned before its quote could leave.")),
    (r"whatsapp_window_closed", _("More than 24 hours have passed since their last message.")),
)
MAIL_REASONS: tuple[tuple[str, Any], ...] = (
    *OUR_REASONS,
    (r"bad address|our own address|no_address", _("Mails can't be sent to this address.")),
    (r"(452|552) [45]\.2\.2|[45]\.2\.2|552\b", _("The mailbox is full, or the mail too large.")),
    (r"53[045]\b", _("Our mail server did not let us in. Tell your administrator.")),
    (r"5\d\d 5\.7\.|5\.7\.|554\b", _("The mail server refused the mail as unwanted.")),
    (r"55[0135]\b|5\d\d 5\.1\.|5\.1\.", _("The mail server does not know this address.")),
    (r"no connection|connection lost", _("The mail server could not be reached.")),
    (r"no answer", _("The connection broke before the mail server answered.")),
    (r"4\d\d\b|4\.\d", _("The mail server could not take the mail for some time.")),
    (r"5\d\d\b|5\.\d", _("The mail server refused the mail.")),
)
WHATSAPP_REASONS: tuple[tuple[str, Any], ...] = (  # codes of the Cloud API, see its errors.py
    *OUR_REASONS,
    (r"no_address", _("They left no address that can be answered from here.")),
    (r"(131047|470)\b", _("More than 24 hours have passed since their last message.")),
    (r"131026\b", _("This number can't be reached by WhatsApp.")),
    (r"13105[23]\b", _("WhatsApp could not take the file.")),
    (r"131050\b", _("This person has asked not to be written to.")),
    (r"(0|190)\b", _("WhatsApp did not let us in. Tell your administrator.")),
)


def reason_label(error: str, kind: str) -> str:
    """Return in plain words why a message on a channel of this kind did not arrive.

    What is not known is shown as the provider said it; "" where there is no error.
    """
    reasons = WHATSAPP_REASONS if kind == "whatsapp" else MAIL_REASONS
    found = (words for pattern, words in reasons if re.match(pattern, error))
    return str(next(found, error))
