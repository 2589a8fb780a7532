"""Finding leads by words, the same for list, API, export and command palette.

The column `search` holds all of it, normalised. Whoever does not see phones or e-mails must not
learn them by guessing: for them a row counts only when what its line shows has the words, or when
they know the whole phone or address already.
"""

from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from crm_project.kit.phones import phone_search_key
from crm_project.kit.search import Normalised, search_q
from customers.finding import contacts_named
from customers.masking import EMAIL, PHONE, is_visible
from leads.models import Lead

_SHOWN = ("name", "company", "code", "city", "region", "excerpt")
_OPENLY_SHOWN = Normalised(
    Concat(*(part for name in _SHOWN for part in (name, Value(" "))), output_field=TextField())
)


def find(rows: QuerySet[Lead], words: str, *, user: Any) -> QuerySet[Lead]:
    """Return the rows that hold every word, or the phone number, as far as the user may know it."""
    if is_visible(user, PHONE) and is_visible(user, EMAIL):
        return rows.filter(_anywhere(words))
    condition = search_q("search", words) & search_q("shown", words)  # the first has the index
    for column, value in contacts_named(words, user=user).items():
        condition |= Q((column, value))
    return rows.alias(shown=_OPENLY_SHOWN).filter(condition)


def _anywhere(words: str) -> Q:
    key = phone_search_key(words)
    return search_q("search", words) | Q(search__contains=key) if key else search_q("search", words)
