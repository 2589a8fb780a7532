"""Finding orders by what people type: numbers, customers in any spelling, phones in any writing.

The column `search` holds all of it, normalised. Whoever does not see phones or e-mails must not
learn them by guessing: for them a row counts only when its number and its customer's name or
company have the words, or when they know the customer's whole phone or address already.
"""

from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from crm_project.kit.phones import phone_search_key
from crm_project.kit.search import Normalised, search_q
from customers.finding import customers_known_by
from customers.masking import EMAIL, PHONE, is_visible

from .models import Order

_OPENLY_SHOWN = Normalised(
    Concat(
        *("number", Value(" "), "customer__name", Value(" "), "customer__company"),
        output_field=TextField(),
    )
)


def find(rows: QuerySet[Order], words: str, *, user: Any) -> QuerySet[Order]:
    """Return the rows that hold every word, or the phone number, as far as the user may know it."""
    if is_visible(user, PHONE) and is_visible(user, EMAIL):
        return rows.filter(_anywhere(words))
    openly = search_q("search", words) & search_q("shown", words)  # the first one has the index
    known = Q(customer__in=customers_known_by(words, user=user))
    return rows.alias(shown=_OPENLY_SHOWN).filter(openly | known)


def _anywhere(words: str) -> Q:
    key = phone_search_key(words)
    return search_q("search", words) | Q(search__contains=key) if key else search_q("search", words)
