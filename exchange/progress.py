"""How far a batch is, and how long it will take."""

from dataclasses import dataclass

from django.utils import timezone

from .models import Batch

RUNNING = (Batch.Status.CHECKING, Batch.Status.IMPORTING, Batch.Status.UNDOING)
TONES = {
    Batch.Status.CHECKED: "info",
    Batch.Status.DONE: "good",
    Batch.Status.FAILED: "bad",
    Batch.Status.CANCELLED: "warn",
    Batch.Status.UNDONE: "",
}


@dataclass(frozen=True)
class Progress:
    """What a page shows of a batch. `seconds` are those spent, `seconds_left` a guess or None."""

    batch: Batch
    is_running: bool
    total: int
    percent: int
    seconds: int
    seconds_left: int | None

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return TONES.get(Batch.Status(self.batch.status), "brand")

    @property
    def step(self) -> int:
        """Which of the four steps it is at: upload, columns, trial, import."""
        steps = {Batch.Status.UPLOADED: 2, Batch.Status.CHECKING: 3, Batch.Status.CHECKED: 3}
        return steps.get(Batch.Status(self.batch.status), 4)

    @property
    def good(self) -> int:
        """Rows that will be written, or were."""
        return self.batch.created_count + self.batch.updated_count

    @property
    def shares(self) -> list[tuple[str, float]]:
        """Colour and percent of the parts of the bar: added, updated, skipped, failed."""
        batch, total = self.batch, max(1, self.total)
        parts = (
            ("var(--good-v)", batch.created_count),
            ("var(--c1)", batch.updated_count),
            ("var(--warn-v)", batch.skipped_count),
            ("var(--bad-v)", batch.failed_count),
        )
        return [(colour, round(count * 100 / total, 1)) for colour, count in parts if count]


def progress_of(batch: Batch) -> Progress:
    """Return how far a batch is, by the clock of its last step."""
    is_running = batch.status in RUNNING
    end = batch.finished_at if batch.finished_at and not is_running else timezone.now()
    seconds = int((end - batch.started_at).total_seconds()) if batch.started_at else 0
    total = batch.row_count
    if batch.status == Batch.Status.UNDOING:
        total = batch.rows_done + batch.changes.count()
    done = min(batch.rows_done, total)
    left = round(seconds * (total - done) / done) if is_running and done else None
    percent = 100 * done // total if total else (0 if is_running else 100)
    return Progress(batch, is_running, total, percent, seconds, left)
