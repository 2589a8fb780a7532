"""The first look through a whole file: how many rows, and whether days or months come first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .cells import day_orders
from .resource import Field, Row


@dataclass(frozen=True)
class Survey:
    """What a file turned out to hold. `day_first` has the fields whose dates prove their order."""

    row_count: int
    day_first: dict[str, bool] = field(default_factory=dict)


def survey(rows: Iterable[Row], fields: Sequence[Field]) -> Survey:
    """Look at every row once. 13/4 proves that days come first, 4/13 that months do."""
    dates = [one.code for one in fields if one.looks == "date"]
    votes: dict[str, Counter[bool]] = {code: Counter() for code in dates}
    count = 0
    for row in rows:
        count += 1
        for code in dates:
            if text := row.cells.get(code):
                votes[code].update(day_orders(text))
    found = {code: vote[True] >= vote[False] for code, vote in votes.items() if vote}
    return Survey(count, found)
