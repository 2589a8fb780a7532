"""What the commands about backups share: their options, the table, an orderly end."""

import signal
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from django.core.management.base import CommandError
from django.db import DatabaseError

from operations.services.backup_gpg import PrivateKey
from operations.services.backup_pipes import BackupFailed
from operations.services.restore_check import KINDS, Report

SHOWN = 20  # differences of each kind


def add_key_arguments(parser: ArgumentParser) -> None:
    """Add where the private key is."""
    parser.add_argument("--homedir", type=Path, help="GnuPG's folder with the private key.")
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="Holds the key's passphrase."
    )


def key_of(options: Mapping[str, Any]) -> PrivateKey:
    """Return where the private key is."""
    return PrivateKey(homedir=options["homedir"], passphrase_file=options["passphrase_file"])


def print_report(out: Any, report: Report) -> bool:
    """Print the comparison as a table; return True when nothing differs."""
    for kind in KINDS:
        found = report.of(kind)
        sign, verdict = ("✗", f"{len(found)} differ") if found else ("✓", "equal")
        out.write(f"{sign} {kind:<12} {report.counts.get(kind, ''):<36} {verdict}")
        for difference in found[:SHOWN]:
            out.write(f"    {difference}")
    for note in report.notes:
        out.write(f"! {note}")
    return not report.differences


@contextmanager
def orderly() -> Iterator[None]:
    """End the block in order: SIGTERM like an error, and errors of the machine in one line.

    So drafts go, the row says why, and the lock falls. Errors: CommandError.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except (BackupFailed, OSError, psycopg.Error, DatabaseError) as error:
        raise CommandError(f"{error}".strip() or type(error).__name__) from error
    finally:
        signal.signal(signal.SIGTERM, before)
