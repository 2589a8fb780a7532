"""`manage.py restore_backup`: the database and the files as they were."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from operations.services.backup_folder import folder_of
from operations.services.restore import restore_backup

from ._report import add_key_arguments, key_of, orderly


class Command(BaseCommand):
    """Replaces the database that DATABASE_URL names, and the uploaded files."""

    help = (
        "Replace the database and the uploaded files by those of a backup. Stop web, ws and"
        " workers first. Nothing is changed when the backup is damaged."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="latest", help="Default: the newest.")
        parser.add_argument("--noinput", action="store_true", help="Do not ask.")
        add_key_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with orderly():
            name = folder_of(options["name"]).name
            if not options["noinput"]:
                self._ask(name)
            differences = restore_backup(name, key_of(options))
        for difference in differences:
            self.stderr.write(str(difference))
        if differences:
            sys.exit(1)
        self.stdout.write(f"{name} is restored. Now: manage.py migrate, manage.py verify_activity")

    def _ask(self, name: str) -> None:
        database = connection.settings_dict["NAME"]
        self.stdout.write(f"This replaces the database {database!r} and its files by {name}.")
        if input("Type yes to go on: ").strip().lower() != "yes":
            raise CommandError("Nothing was changed.")
