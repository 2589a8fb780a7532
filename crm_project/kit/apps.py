"""The kit as a Django app: tags and commands, no tables."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Makes the kit's template tags and management commands known to Django."""

    name = "crm_project.kit"
    label = "kit"
