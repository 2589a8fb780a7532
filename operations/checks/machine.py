"""What the machine gives: room on its disks, and a certificate that is valid (MO-4)."""

from collections.abc import Iterator
from datetime import datetime

from operations.figures import storage
from operations.marks import CERTIFICATE, read_mark

from .finding import CRITICAL, WARNING, Finding

FULL, NEARLY_OVER = 0.8, 0.95  # of a disk
LAST_DAYS, LAST_CALL = 14, 3  # of a certificate


def disks(now: datetime) -> Iterator[Finding]:
    """A disk that holds the state, files, backups or the database is more than 80 % full."""
    for disk in storage.disks(storage.database().folder):
        if disk.share > FULL:
            yield Finding(
                code="disk_full",
                subject="+".join(disk.names),
                level=CRITICAL if disk.share > NEARLY_OVER else WARNING,
                figures={
                    "value": round(100 * disk.share),
                    "limit": round(100 * FULL),
                    "free": disk.free,
                },
            )


def certificate(now: datetime) -> Iterator[Finding]:
    """The public address's certificate ends within 14 days (services.certificate looks at it)."""
    noted = read_mark(CERTIFICATE)
    if not noted.get("ends_at"):
        return
    days = (datetime.fromisoformat(noted["ends_at"]) - now).days
    if days < LAST_DAYS:
        yield Finding(
            code="certificate_ends",
            subject=noted["host"],
            level=CRITICAL if days < LAST_CALL else WARNING,
            figures={"value": days, "limit": LAST_DAYS},
        )
