"""`manage.py verify_activity`: has anybody touched the activity log?"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services.verification import verify


class Command(BaseCommand):
    """Walks the chain of hashes; exit code 1 names the first bad number."""

    help = "Check that no entry of the activity log was edited, removed, reordered or inserted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")
        parser.add_argument(
            "--head",
            default="",
            metavar="NUMBER:HASH",
            help="A head noted earlier (log, backup): the log must still contain it.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        number, known_hash = self._head(options["head"])
        is_json = options["json"]
        result = verify(
            known_number=number,
            known_hash=known_hash,
            on_batch=lambda checked: None if is_json else self._progress(checked),
        )
        if is_json:
            self.stdout.write(json.dumps({**asdict(result), "ok": result.finding is None}))
        elif result.finding is None:
            self.stdout.write(
                f"{result.entries} entries, unbroken. Head: {result.head_number}:{result.head_hash}"
            )
        else:
            self.stderr.write(f"Number {result.finding.number}: {result.finding.problem}.")
        if result.finding:
            sys.exit(1)

    def _head(self, given: str) -> tuple[int, str]:
        if not given:
            return 0, ""
        number, _colon, known_hash = given.partition(":")
        if not (number.isascii() and number.isdigit() and len(known_hash) == 64):
            raise CommandError("--head is NUMBER:HASH as this command prints it.")
        return int(number), known_hash.lower()

    def _progress(self, checked: int) -> None:
        self.stderr.write(f"{checked} entries checked …")
