"""`manage.py seed_demo`: a believable fictitious company, always the same, at any size."""

import io
import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from crm_project.kit.text import whole_number
from leads.demo.company import LOGINS, Access
from leads.demo.seed import is_settled, seed

CUSTOMERS, ORDERS, LEADS = 400, 260, 140
MOST = 5_000_000
BAR = 30  # characters


def _count(text: str) -> int:
    number = whole_number(text)
    if number is None or number > MOST:
        raise ArgumentTypeError(f"give a number from 0 to {MOST:,}")
    return number


def _known(name: str) -> str:
    return f"({name})" if os.environ.get(name) else "(as it was set before)"


class Command(BaseCommand):
    """Makes the demo; a second run adds what lacks."""

    help = (
        "Make a fictitious company with customers, orders, stock and leads. Only where DEBUG is on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=_count, default=CUSTOMERS, help="how many in all")
        parser.add_argument("--orders", type=_count, default=ORDERS, help="how many in all")
        parser.add_argument("--leads", type=_count, default=LEADS, help="how many in all")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is a company"
        )
        parser.add_argument("--quiet", action="store_true", help="say only the log-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "seed_demo makes accounts with a known password, so it runs only where DEBUG is "
                "on. Nothing was changed."
            )
        self.is_quiet = options["quiet"]
        self.stderr.style_func = None  # progress is no error: not in red
        if options["if_empty"] and is_settled():
            self._say("There is a company already: nothing to do.")
            return
        access = seed(
            customers=options["customers"],
            orders=options["orders"],
            leads=options["leads"],
            progress=self._progress,
        )
        call_command("rebuild_reports", stdout=io.StringIO())  # else the sweep would, bit by bit
        self._log_ins(access)

    @contextmanager
    def _progress(self, name: str, size: int) -> Iterator[Callable[[int], None]]:
        """A bar on a terminal, one line otherwise."""
        began, done = monotonic(), 0

        def advance(count: int) -> None:
            nonlocal done
            done = min(size, done + count)
            if self.stderr.isatty() and not self.is_quiet:
                bar = "█" * (BAR * done // max(1, size))
                self.stderr.write(f"\r{name:<10} {bar:<{BAR}} {done:,}/{size:,}", ending="")

        yield advance
        start = "\r" if self.stderr.isatty() else ""
        self._say(f"{start}{name:<10} {size:>9,}  {monotonic() - began:.1f} s{' ' * BAR}".rstrip())

    def _log_ins(self, access: Access) -> None:
        """Drawn secrets are shown this once; given ones are known, and stay out of the logs."""
        password = access.password or _known("DEMO_PASSWORD")
        for login in LOGINS:
            self.stdout.write(f"{login:<28} {password}")
        self.stdout.write(f"{'Integrator key':<28} {access.key or _known('DEMO_INTEGRATOR_KEY')}")

    def _say(self, line: str) -> None:
        if not self.is_quiet:
            self.stderr.write(line)
