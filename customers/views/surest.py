"""Pages of pairs by likeness: a keyset on a number with decimals, which general cursors lack."""

import math
import re
from typing import Any

from django.db.models import Q, QuerySet

from customers.models import DuplicatePair

_CURSOR = re.compile(r"(\d{1,2}(?:\.\d{1,17})?(?:e-\d{1,2})?)_(\d{1,18})")


def read_surest(rows: QuerySet[DuplicatePair], *, after: str, size: int) -> tuple[list[Any], str]:
    """Return up to `size` pairs after the cursor, the surest first, and the next cursor or "".

    A cursor that is none begins at the first page.
    """
    if found := _CURSOR.fullmatch(after):
        score, pk = float(found[1]), int(found[2])
        if math.isfinite(score):
            rows = rows.filter(Q(score__lte=score) & (Q(score__lt=score) | Q(pk__lt=pk)))
    page = list(rows.order_by("-score", "-pk")[: size + 1])
    last = page[size - 1] if len(page) > size else None
    return page[:size], f"{last.score!r}_{last.pk}" if last else ""
