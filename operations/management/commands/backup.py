"""`manage.py backup`: the database and the files, compressed, encrypted, with a manifest."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from operations.services.backup import keys_for, make_backup
from operations.services.backup_folder import root

from ._report import orderly, print_report


class Command(BaseCommand):
    """Makes one backup and forgets those that have had their time."""

    help = (
        "Back up the database and the uploaded files, encrypted for the public key of"
        " BACKUP_GPG_KEY. Keeps 7 daily, 4 weekly and 12 monthly backups."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plain", action="store_true", help="Do not encrypt.")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="Restore the dump into a scratch database while it is made, and compare.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        is_plain = options["plain"]
        with orderly():
            if not keys_for(is_plain=is_plain) and not is_plain:
                self.stderr.write("BACKUP_GPG_KEY is not set: the backup is not encrypted.")
            outcome = make_backup(is_plain=is_plain, is_tested=options["verify"])
        backup = outcome.backup
        kind = "encrypted" if backup.is_encrypted else "not encrypted"
        self.stdout.write(f"{root() / backup.name} ({backup.size:,} bytes, {kind})")
        for name in outcome.removed:
            self.stdout.write(f"Removed {name}: it has had its time.")
        for problem in outcome.problems:
            self.stderr.write(problem)
        is_good = print_report(self.stdout, outcome.report) if outcome.report else True
        if outcome.problems or not is_good:
            sys.exit(1)
