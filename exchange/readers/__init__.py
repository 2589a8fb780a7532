"""Files as tables: every format gives column names and rows of text."""

from .reading import FORMATS, Reading, open_rows, sniff

__all__ = ["FORMATS", "Reading", "open_rows", "sniff"]
