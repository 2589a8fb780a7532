"""The rows of a batch's file, with their cells by field."""

from collections.abc import Iterator, Mapping
from itertools import islice

from crm_project.kit.text import strip_controls
from exchange.harmless import unguarded
from exchange.models import Batch
from exchange.readers import Reading, open_rows
from exchange.resource import Context, Row


def context_of(batch: Batch, *, is_trial: bool = False) -> Context:
    """Return for whom and how the batch runs."""
    return Context(
        batch_id=batch.pk,
        actor=batch.owner,
        branch=batch.branch,
        on_duplicate=batch.on_duplicate,
        options=batch.options,
        is_trial=is_trial,
    )


def rows_of(batch: Batch, *, after: int = 0) -> Iterator[Row]:
    """Yield the rows behind `after`; reads the file as it goes."""
    mapping = {int(place): code for place, code in batch.mapping.items()}
    reading = Reading.from_stored(batch.reading)
    numbered = enumerate(open_rows(batch.path, reading), 1)
    for number, cells in islice(numbered, after, None):
        yield Row(number=number, cells=by_field(cells, mapping))


def by_field(cells: list[str], mapping: Mapping[int, str]) -> dict[str, str]:
    """Return the texts by field; several columns of one field are joined by " ; "."""
    found: dict[str, str] = {}
    for place, code in mapping.items():
        text = cells[place].strip() if place < len(cells) else ""
        if not text:
            continue
        if not text.isprintable():
            text = strip_controls(text).strip()
        text = unguarded(text)
        found[code] = f"{found[code]} ; {text}" if code in found else text
    return found
