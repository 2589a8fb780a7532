"""`manage.py rebuild_reports`: sums up months anew, or checks that the kept sums are right."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.models import BuiltMonth
from reports.services import differing_months, due_months, rebuild_month


class Command(BaseCommand):
    """Builds what is missing or stale; `--all` everything; `--check` only compares."""

    help = "Keep the sums of sales of months that are over, or check them against the orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every month anew")
        parser.add_argument("--check", action="store_true", help="compare and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        if options["all"]:
            BuiltMonth.objects.all().delete()
        due = due_months()
        for month, branches in due.items():
            if not rebuild_month(month, branches):
                raise CommandError("A worker is building these sums right now. Try again.")
        self.stdout.write(f"{len(due)} months summed up.")

    def _check(self) -> None:
        wrong = [f"{month:%Y-%m} {table}" for month, table in differing_months()]
        if wrong:
            raise CommandError("Kept sums differ from the orders: " + ", ".join(wrong))
        self.stdout.write("All kept sums equal the orders.")
