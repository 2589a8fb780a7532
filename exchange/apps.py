"""The exchange app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """Names the app."""

    name = "exchange"
    verbose_name = _("Import and export")
