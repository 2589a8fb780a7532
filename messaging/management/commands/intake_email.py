"""`manage.py intake_email FILE…|-`: take mail in, from files or from a mail server's pipe.

Exit codes are those of sysexits.h that Postfix and Exim understand: 0 stored, 75 try again later
(the mail stays in the queue), 65 an empty mail, 66 a file that cannot be read.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from crm_project.kit.logs import bind_request_id
from messaging.services.mail import LONGEST_MAIL, keep_mail
from messaging.tasks import drain_signals

EMPTY, UNREADABLE, TRY_LATER = 65, 66, 75


class Command(BaseCommand):
    """Stores raw mail before anything else is done with it."""

    help = "Take in e-mails from files, or one from standard input (-)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a raw mail, or - for a pipe")
        parser.add_argument(
            "--mailbox", default="", help="address it was delivered to; decides the branch"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stored, worst = 0, 0
        with bind_request_id("intake_email"):
            for name in options["files"]:
                code = self._take(name, mailbox=options["mailbox"].strip().lower())
                stored += code == 0
                worst = max(worst, code)
        if options["verbosity"]:
            self.stdout.write(f"{stored} of {len(options['files'])} stored")
        if worst:
            raise CommandError("not every mail was stored", returncode=worst)

    def _take(self, name: str, *, mailbox: str) -> int:
        try:
            raw = _read(name)
        except (OSError, ValueError) as error:  # ValueError: a name with NUL
            self.stderr.write(f"{name}: {getattr(error, 'strerror', None) or error}")
            return UNREADABLE
        if not raw.strip():
            self.stderr.write(f"{name}: empty")
            return EMPTY
        try:
            keep_mail(raw, mailbox=mailbox, reader=drain_signals)
        except DatabaseError as error:
            self.stderr.write(f"{name}: cannot be stored now, try again: {error}")
            return TRY_LATER
        return 0


def _read(name: str) -> bytes:
    if name != "-":
        with Path(name).open("rb") as file:
            return _all_of(file)
    return _all_of(sys.stdin.buffer)


def _all_of(source: BinaryIO) -> bytes:
    """Read up to the longest mail kept; the rest is drained, so that the pipe does not break."""
    raw = source.read(LONGEST_MAIL)
    for _rest in _chunks(source):
        pass
    return raw


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(1 << 20):
        yield chunk
