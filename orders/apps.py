"""The orders app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Names the app."""

    name = "orders"
    verbose_name = _("Orders")
