"""`manage.py verify_backup`: can it be restored, and is everything in it?"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from operations.services.restore import verify_backup

from ._report import add_key_arguments, key_of, orderly, print_report


class Command(BaseCommand):
    """Restores into a scratch database and compares; exit code 1 for any difference."""

    help = (
        "Restore a backup into a scratch database, compare everything with its manifest, and drop"
        " the scratch database. The product's own database is not touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="latest", help="Default: the newest.")
        add_key_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with orderly():
            test, report = verify_backup(options["name"], key_of(options))
        self.stdout.write(test.name)
        if not print_report(self.stdout, report):
            sys.exit(1)
