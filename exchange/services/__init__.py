"""What the business does with imports."""

from .batches import (
    Choices,
    cancel_batch,
    choose_columns,
    choose_on_duplicate,
    proposal_of,
    read_again,
    reading_of,
    start_again,
    start_check,
    start_import,
    start_undo,
    upload_file,
)
from .retention import forget_files, forget_orphans
from .rows import by_field, context_of, rows_of
from .running import run_check, run_import
from .undoing import run_undo

__all__ = [
    "Choices",
    "by_field",
    "cancel_batch",
    "choose_columns",
    "choose_on_duplicate",
    "context_of",
    "forget_files",
    "forget_orphans",
    "proposal_of",
    "read_again",
    "reading_of",
    "rows_of",
    "run_check",
    "run_import",
    "run_undo",
    "start_again",
    "start_check",
    "start_import",
    "start_undo",
    "upload_file",
]
