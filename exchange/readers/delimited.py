"""CSV and its relatives."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 100_000  # characters


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
    """Yield the rows that hold anything. A broken byte becomes U+FFFD, a NUL nothing."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = (line.replace("\x00", "") for line in file)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except (
                csv.Error
            ):  # a cell without end: what was read of it so far is lost, the rest not
                continue
            if any(cell.strip() for cell in row):
                yield row
