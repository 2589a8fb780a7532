"""What the business does with imports."""

from .batches import (
    Choices,
    cancel_batch,
    choose_columns,
    proposal_of,
    start_check,
    start_import,
    start_undo,
    upload_file,
)
from .running import run_check, run_import, run_undo

__all__ = [
    "Choices",
    "cancel_batch",
    "choose_columns",
    "proposal_of",
    "run_check",
    "run_import",
    "run_undo",
    "start_check",
    "start_import",
    "start_undo",
    "upload_file",
]
