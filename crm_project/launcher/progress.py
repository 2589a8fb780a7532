"""Steps on the terminal: a running clock on a screen, plain lines in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

QUIET_SECONDS = 2.0  # a shorter step shows only its result
PLAIN_EVERY_SECONDS = 15.0  # in a log, a long step says that it is still alive
FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


def say(text: str = "") -> None:
    """Print one line at once. A closed terminal is no reason to fail."""
    try:
        print(text, flush=True)
    except (BrokenPipeError, ValueError, OSError):
        sys.stdout = None  # print() then says nothing


class Ticking(Protocol):
    """What is told, now and then, that a wait goes on."""

    def tick(self) -> None:
        """Do what is due; return soon."""
        ...


class Step:
    """One step in progress. Whoever waits calls `tick()` now and then."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.clock = name, clock
        self.started = clock()
        self.next_line = QUIET_SECONDS
        self.on_screen = bool(sys.stdout and sys.stdout.isatty())

    @property
    def seconds(self) -> float:
        """How long the step has taken so far."""
        return self.clock() - self.started

    def tick(self) -> None:
        """Show that the step is alive, if it has been long enough."""
        if self.on_screen:
            if self.seconds > 0.3:
                frame = FRAMES[int(self.seconds * 8) % len(FRAMES)]
                self._draw(f"{frame} {self.name} … {self.seconds:.0f} s")
        elif self.seconds >= self.next_line:
            first = self.next_line == QUIET_SECONDS
            say(f"· {self.name} …" if first else f"· {self.name} … {self.seconds:.0f} s")
            self.next_line = self.seconds + PLAIN_EVERY_SECONDS

    def end(self, mark: str) -> None:
        """Leave the line of the finished step."""
        if self.on_screen:
            self._draw("")
        say(f"{mark} {self.name} ({self.seconds:.1f} s)")

    def _draw(self, text: str) -> None:
        sys.stdout.write(f"\r\033[2K{text}")
        sys.stdout.flush()


@contextmanager
def step(name: str) -> Iterator[Step]:
    """Show a step: its name and seconds at the end, a clock while it runs."""
    current = Step(name)
    try:
        yield current
    except BaseException:
        current.end("✗")
        raise
    current.end("✓")
