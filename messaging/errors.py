"""Refusals about channels, each with a sentence for the person who asked."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class ChannelTaken(BusinessError):
    """Another channel has this id at the provider: a message must know its branch."""

    code = "channel_taken"
    message = _("Another channel has this number or mailbox.")
