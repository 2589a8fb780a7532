"""Bring every encrypted value under the first key of FIELD_KEYS.

The steps: put the new key first, restart, run this, see `--check` pass, remove the old key.
"""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm_project.kit.crypto import Rotation, encrypted_fields, reencrypt, stale_rows


class Command(BaseCommand):
    help = "Re-encrypt stored fields with the primary key. Safe to stop and start again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count, change nothing")
        parser.add_argument("--batch", type=int, default=500, help="rows between two reports")

    def handle(self, *args: Any, **options: Any) -> None:
        """Errors: CommandError if, at the end, any row still needs another key."""
        left = 0
        for model in apps.get_models():
            for field in encrypted_fields(model) if model._meta.managed else []:
                name = f"{model._meta.label}.{field.name}"
                if not options["check"]:
                    self._rotate(name, model, field.name, max(1, options["batch"]))
                rows = stale_rows(model, field.name).filter(stored_form__isnull=False).count()
                self.stdout.write(f"{name}: {rows} rows need an old key")
                left += rows
        if left:
            raise CommandError(f"{left} rows need an old key")

    def _rotate(self, name: str, model: Any, field: str, batch: int) -> None:
        def report(progress: Rotation) -> None:
            self.stdout.write(f"{name}: {progress.rewritten} rewritten")

        unreadable = reencrypt(model, field, batch, report).unreadable
        if unreadable:
            self.stderr.write(f"{name}: {unreadable} rows can't be read with any key")
