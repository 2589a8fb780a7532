"""Addresses of the rows behind a figure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

NONE = "none"  # the key of rows that have no owner, no category


def rows_url(code: str, data: Mapping[str, str], *, what: str, **more: Any) -> str:
    """Return the page with the rows behind a figure; `more` are its key, part and span."""
    known = {**data, "what": what, **more}
    known.pop("order", None)
    return f"{reverse('reports:rows', kwargs={'code': code})}?{urlencode(known)}"


def written(key: Any) -> str:
    """Return a key as an address has it."""
    return NONE if key is None else str(key)
