"""CSV and its relatives, however broken: a row that can't be read right costs no other row."""

import csv
import io
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

from .lines import bounded_lines

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 100_000  # characters
MOST_LINES = 500  # of one row, before a quote counts as never closed


def guess_delimiter(text: str) -> str:
    """Return the delimiter that cuts the sample into the most even rows.

    >>> guess_delimiter('a;b;c\\n1;"2,5";3\\n')
    ';'
    """
    return max(DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    csv.field_size_limit(LONGEST_CELL)
    widths: Counter[int] = Counter()
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
            if row:
                widths[len(row)] += 1
            if number > 60:
                break
    except csv.Error:
        return (0.0, 0)
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    if width < 2:
        return (0.0, 0)
    return (count / widths.total(), width)


def rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows that hold anything. A broken byte becomes U+FFFD, a NUL nothing.

    Where a quote is never closed, its line is read without quotes and the next ones as usual.
    """
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        source = _Lines(bounded_lines(file))
        while True:
            source.begin()
            try:
                row = next(csv.reader(source, delimiter=delimiter))
            except StopIteration:
                return
            except csv.Error:
                row = source.first_line_alone(delimiter)
            else:
                if source.is_over and len(source.taken) > 1 and _is_open(source.taken, delimiter):
                    row = source.first_line_alone(delimiter)
            if any(cell and not cell.isspace() for cell in row):
                yield row


class _Lines:
    """Lines that can be given back: those of the row that is being read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._back = lines, deque[str]()
        self.taken: list[str] = []
        self.is_over = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise csv.Error("a row of too many lines")
        if self._back:
            line = self._back.popleft()
        else:
            try:
                line = next(self._lines)
            except StopIteration:
                self.is_over = True
                raise
        self.taken.append(line)
        return line

    def begin(self) -> None:
        """Start a row."""
        self.taken = []

    def first_line_alone(self, delimiter: str) -> list[str]:
        """Read the row's first line without quotes and give the others back."""
        first, *others = self.taken
        self._back.extendleft(reversed(others))
        return [cell[:LONGEST_CELL] for cell in first.rstrip("\r\n").split(delimiter)]


def _is_open(taken: list[str], delimiter: str) -> bool:
    """True when a quote of the file's last row is never closed."""
    try:
        for _row in csv.reader(taken, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "end of data" in str(error)
    return False
