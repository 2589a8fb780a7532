"""Refusals about channels and sending, each with a sentence for the person who asked."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class ChannelTaken(BusinessError):
    """Another channel has this id at the provider: a message must know its branch."""

    code = "channel_taken"
    message = _("Another channel has this number or mailbox.")


class ChannelChangedMeanwhile(BusinessError):
    """Somebody else saved the channel while it was being edited."""

    code = "edit_conflict"
    message = _("Somebody changed this while you were editing. Check it and save again.")


class NeverWroteHere(BusinessError):
    """A file goes by WhatsApp only to somebody who has written to us there."""

    code = "no_whatsapp_conversation"
    message = _(
        "This customer has not written to this branch by WhatsApp yet, so nothing can be sent "
        "there. Send it by e-mail, or open the PDF and share it yourself."
    )


class WindowClosed(BusinessError):
    """WhatsApp takes free messages for 24 hours after the person's last one."""

    code = "whatsapp_window_closed"
    message = _(
        "More than 24 hours have passed since this customer's last WhatsApp message, so WhatsApp "
        "takes no files. Send it by e-mail, or open the PDF and share it yourself."
    )


class NoEmailAddress(BusinessError):
    """Nobody knows where a mail should go."""

    code = "no_email_address"
    message = _("This customer has no e-mail address. Add one on the customer's page first.")


class NoMailbox(BusinessError):
    """The branch has no mailbox from which a mail could come and to which its answer could go."""

    code = "no_mailbox"
    message = _(
        "This branch has no active e-mail channel. Add its mailbox under Settings, Channels; "
        "until then open the PDF and share it yourself."
    )


class AddressOfAnother(BusinessError):
    """The conversation with this address belongs to another customer."""

    code = "address_of_another_customer"
    message = _(
        "Mails with this address belong to another customer. Correct the address, or merge the two "
        "customers if they are the same."
    )


class ConsentWithdrawn(BusinessError):
    """The person does not want to be written to, not even about their own business."""

    code = "consent_withdrawn"
    message = _(
        "This customer has withdrawn the consent to be written to at this number or address. "
        "Record a new consent on the customer's page, or share the PDF another way."
    )


class ChannelOff(BusinessError):
    """The number or mailbox is not in use: nothing leaves by it."""

    code = "channel_off"
    message = _("This channel is switched off, so nothing can be sent by it.")


class NobodyToAnswer(BusinessError):
    """The person left no number and no address."""

    code = "no_address"
    message = _("They left no address that can be answered from here.")


class CustomerBlocked(BusinessError):
    """The company does not want to write to this customer."""

    code = "customer_blocked"
    message = _(
        "This customer is blocked, so nothing is sent to them. Change their status on the "
        "customer's page first."
    )


class AddressRemoved(BusinessError):
    """The number or address was taken away from the customer: it may be somebody else's by now."""

    code = "address_removed"
    message = _(
        "This number or address was removed from the customer, so nothing is sent there. Write to "
        "another one, or add it again on the customer's page."
    )


class AddressBounced(BusinessError):
    """The address does not exist, says its server; a person may know better."""

    code = "address_bounced"
    message = _(
        "A mail to this address came back because the address does not exist, so nothing more is "
        "sent there. Correct it on the customer's page, or allow it again beside the conversation."
    )


class SignalRemoved(BusinessError):
    """Its time was over: only what was read out of it is left."""

    code = "signal_removed"
    message = _(
        "The source of this signal was removed because it was old. What was read from it is kept."
    )
