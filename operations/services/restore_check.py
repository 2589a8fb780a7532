"""Is a restored database what the backup's manifest says, and does the product accept it?"""

import io
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command

from accounts.services.verification import verify

from .backup_facts import Difference, differences, facts_of
from .backup_media import media_differences
from .backup_server import connect, on_database

KINDS = (  # in this order on the terminal
    *("tables", "sequences", "columns", "constraints", "indexes", "triggers", "functions"),
    *("views", "extensions", "migrations", "activity", "chain", "media"),
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was compared (kind → how much of it), what differs, and what is worth knowing."""

    counts: Mapping[str, str]
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[Difference]:
        """Return the differences of one kind."""
        return [difference for difference in self.differences if difference.kind == kind]


def check_restored(name: str, manifest: Mapping[str, Any], media: Mapping[str, str]) -> Report:
    """Compare a restored database and the files read back (path → SHA-256) with the manifest."""
    with connect(name) as opened:
        found = differences(dict(manifest), facts_of(opened))
    chain, notes = on_database(name, lambda: (_chain(manifest["activity"]), _migrations()))
    found += [*chain, *media_differences(manifest["media"], dict(media))]
    return Report(counts=counts_of(manifest), differences=found, notes=notes)


def counts_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return how much there is of each kind, in words for the terminal."""
    rows = sum(count for count, _sum in manifest["tables"].values())
    counts = {kind: f"{len(shapes):,}" for kind, shapes in manifest["structure"].items()}
    return {
        **counts,
        "tables": f"{len(manifest['tables']):,} with {rows:,} rows",
        "sequences": f"{len(manifest['sequences']):,}",
        "migrations": f"{len(manifest['migrations']):,}",
        "activity": f"head {manifest['activity']['number']:,}",
        "chain": f"{manifest['activity']['number']:,} entries",
        "media": f"{len(manifest['media']):,} files",
    }


def _chain(head: Mapping[str, Any]) -> list[Difference]:
    """What `manage.py verify_activity` checks, with the head that the manifest knows."""
    finding = verify(known_number=head["number"], known_hash=head["hash"]).finding
    if finding is None:
        return []
    found = f"number {finding.number}: {finding.problem}"
    return [Difference(kind="chain", what="activity log", wanted="unbroken", found=found)]


def _migrations() -> list[str]:
    """What `manage.py migrate --check` says: this code may be newer than the backup."""
    with suppress(SystemExit):
        call_command("migrate", check_unapplied=True, verbosity=0, stdout=io.StringIO())
        return []
    return ["This version has newer migrations: after a restore run manage.py migrate."]
