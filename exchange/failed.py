"""The rows of a batch that were left out, as they stood in its file, with what is wrong."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _

from .models import Batch
from .readers import Reading, open_rows
from .resource import Resource


def failed_rows(batch: Batch, resource: Resource) -> tuple[list[str], Iterator[list[str]]]:
    """Return the heading and the rows that failed: corrected, they can be imported as they are.

    Raises FileForgotten once the file is deleted.
    """
    path = batch.path
    head = [*(column["name"] for column in batch.columns), _("What is wrong")]
    return head, _rows(batch, path, resource)


def _rows(batch: Batch, path: Path, resource: Resource) -> Iterator[list[str]]:
    """Read the file and the faults side by side."""
    faults = batch.errors.filter(is_warning=False).order_by("row", "pk")
    rows = open_rows(path, Reading.from_stored(batch.reading))
    width, at = len(batch.columns), 0
    for number, group in groupby(faults.iterator(chunk_size=2_000), key=lambda one: one.row):
        cells: list[str] = []
        while at < number:
            cells = next(rows, [])
            at += 1
        sentences = (
            resource.sentence(one.code, {**one.params, "value": one.value}) for one in group
        )
        yield [*[*cells, *[""] * (width - len(cells))][:width], " ".join(sentences)]
