"""The kit as a Django app: tags and commands, no tables."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class KitConfig(AppConfig):
    """Makes the kit's template tags and management commands known to Django."""

    name = "crm_project.kit"
    label = "kit"

    def ready(self) -> None:
        """Let migrations take their time, and no request wait long behind one of their locks."""
        pre_migrate.connect(_take_time, dispatch_uid="kit.take_time")
        post_migrate.connect(_hurry_again, dispatch_uid="kit.hurry_again")


def _take_time(*, using: str, **_event: Any) -> None:
    """An index on millions of rows takes longer than any request may (SECURITY.md OP-3)."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = '2s'")


def _hurry_again(*, using: str, **_event: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("RESET statement_timeout; RESET lock_timeout")
