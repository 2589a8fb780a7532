"""Compares customers with one another and keeps the pairs that look alike for people to decide."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from customers.models import Customer, DuplicatePair
from customers.services import look_for_pairs, refresh_name_keys

BATCH = 200  # customers between two lines of progress


class Command(BaseCommand):
    """`manage.py find_duplicates` compares all customers; it may be stopped and run again.

    First it reads their names anew: what they are found by may be of an older matcher.
    """

    help = "Find customers that may be one. Decided pairs stay decided."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--customers",
            default="all",
            help="all, or numbers of customers (e.g. C-00012) between commas",
        )
        parser.add_argument("--after", type=int, default=0, help="go on behind this id")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = _chosen(options["customers"]).filter(pk__gt=options["after"])
        total = rows.count()
        renewed = sum(refresh_name_keys(ids) for ids in _batches(rows))
        self.stdout.write(f"{renewed:,} names read anew.")
        seen = found = 0
        began = time.monotonic()
        for ids in _batches(rows):
            found += look_for_pairs(ids)
            seen, last = seen + len(ids), ids[-1]
            rate = seen / max(time.monotonic() - began, 0.001)
            self.stdout.write(
                f"\r{seen:,} of {total:,} customers, {found:,} new pairs, "
                f"{rate:,.0f} customers/s (up to id {last})",
                ending="",
            )
            self.stdout.flush()
        still = DuplicatePair.objects.open().count()
        self.stdout.write(f"\n{found:,} new pairs; {still:,} wait for a decision.")


def _batches(rows: QuerySet[Customer]) -> Iterator[list[int]]:
    last = 0
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield ids
        last = ids[-1]


def _chosen(text: str) -> QuerySet[Customer]:
    """The customers that the option names, in the order of their ids. Raises CommandError."""
    rows: Any = Customer.objects.open().order_by("pk")
    if text == "all":
        return rows
    codes = {code.strip() for code in text.split(",") if code.strip()}
    known = set(rows.filter(code__in=codes).values_list("code", flat=True))
    if missing := codes - known:
        raise CommandError(f"No such customer: {', '.join(sorted(missing))}")
    found: QuerySet[Customer] = rows.filter(code__in=codes)
    return found
