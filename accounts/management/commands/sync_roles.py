"""`manage.py sync_roles`: the built-in roles, and permissions that are new to them."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.roles import sync_roles


class Command(BaseCommand):
    """Safe to run at every start: edited roles keep what was edited."""

    help = "Make the built-in roles and give them the permissions that are new to them."

    def handle(self, *args: Any, **options: Any) -> None:
        synced = sync_roles()
        self.stdout.write(f"{len(synced.created)} roles made, {synced.added_grants} grants added.")
