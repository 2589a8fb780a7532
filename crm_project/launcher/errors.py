"""What can stop the launcher, each with a sentence for the person at the terminal."""

from pathlib import Path

TAIL_LINES = 25


class LaunchError(Exception):
    """A step failed: what happened, the end of its log, and what to do next."""

    def __init__(self, what: str, *, advice: str = "", log: Path | None = None) -> None:
        self.what, self.advice, self.log = what, advice, log
        super().__init__(what)

    def __str__(self) -> str:
        parts = [f"✗ {self.what}"]
        if self.log and (end := tail(self.log)):
            parts += [end, f"  The whole log: {self.log}"]
        if self.advice:
            parts.append(f"→ {self.advice}")
        return "\n".join(parts)


class Stopped(Exception):
    """A signal asked the launcher to stop; `code` is the exit code it should end with."""

    def __init__(self, signal_number: int) -> None:
        self.code = 128 + signal_number
        super().__init__(signal_number)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log, indented; empty when there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 64_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(f"  │ {line}" for line in text.rstrip().splitlines()[-lines:])
