"""The leads app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    """Names the app."""

    name = "leads"
    verbose_name = _("Leads")
