"""The inbox as rows of a file: exactly its rows, as the person may see them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from customers.masking import EMAIL, PHONE, shown_email, shown_phone

from .models import Lead

CHUNK = 2_000  # rows read at a time
HEAD = (
    *("code", "status", "name", "company", "phone", "email", "country", "city", "region"),
    *("product", "quantity", "unit", "budget", "currency", "specs", "channel", "source"),
    *("intent", "urgency", "score", "owner", "branch", "received_at", "first_reply_at"),
    *("accepted_at", "closed_at", "close_reason", "excerpt"),
)
_COLUMN_OF = {"owner": "owner__name", "branch": "branch__code"}  # of the query
Cell = Callable[[Any], Any]


def rows_of(rows: QuerySet[Lead], user: Any) -> Iterator[list[Any]]:
    """Yield one list of plain values for every lead; moments are on the reader's clock."""
    cells = [_cells(user).get(name, _plain) for name in HEAD]
    found = rows.values_list(*(_COLUMN_OF.get(name, name) for name in HEAD))
    for row in found.iterator(chunk_size=CHUNK):
        yield [cell(value) for cell, value in zip(cells, row, strict=True)]


def _cells(user: Any) -> Mapping[str, Cell]:
    phone, email, clock = user.sees_field(PHONE), user.sees_field(EMAIL), user.clock
    moments = [name for name in HEAD if name.endswith("_at")]
    return {
        "phone": lambda value: shown_phone(value, phone, is_formatted=False),
        "email": lambda value: shown_email(value, email),
        **dict.fromkeys(moments, lambda value: value.astimezone(clock) if value else ""),
    }


def _plain(value: Any) -> Any:
    return "" if value is None else value
