"""Lines of a text file with flat memory."""

from collections.abc import Iterator
from typing import IO

LONGEST_LINE = 1_000_000  # characters; what is behind them is dropped


def bounded_lines(file: IO[str]) -> Iterator[str]:
    """Yield lines without NUL, none longer than LONGEST_LINE: memory stays flat."""
    while line := file.readline(LONGEST_LINE):
        while len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
            rest = file.readline(LONGEST_LINE)
            if len(rest) < LONGEST_LINE or rest.endswith(("\n", "\r")):
                line += "\n"
                break
        yield line.replace("\x00", "")
