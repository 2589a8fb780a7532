"""Imports: their files, how columns become fields, what each row did."""

from .batches import Batch, BatchChange, RowError, SavedMapping

__all__ = ["Batch", "BatchChange", "RowError", "SavedMapping"]
