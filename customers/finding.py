"""Finding customers by what people type: names in any spelling, numbers, phones, e-mails.

The column `search` holds all of it, normalised. Whoever does not see phones or e-mails must not
learn them by guessing either: for them a row counts only when its name, company or number has the
words, or when they know the whole phone or address already.
"""

from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from crm_project.kit.phones import parse_phone, phone_search_key
from crm_project.kit.search import Normalised, search_q

from .masking import EMAIL, HIDDEN, PHONE, is_visible
from .models import ContactPoint, Customer

_MOST_BEARERS = 200  # customers with the same number: a switchboard, a family
_OPENLY_SHOWN = Normalised(
    Concat("name", Value(" "), "company", Value(" "), "code", output_field=TextField())
)


def find(rows: QuerySet[Customer], words: str, *, user: Any) -> QuerySet[Customer]:
    """Return the rows that hold every word, or the phone number, as far as the user may know it."""
    if is_visible(user, PHONE) and is_visible(user, EMAIL):
        return rows.filter(_anywhere(words))
    openly = search_q("search", words) & search_q("shown", words)  # the first one has the index
    known = customers_known_by(words, user=user)
    return rows.alias(shown=_OPENLY_SHOWN).filter(openly | Q(pk__in=known))


def contacts_named(words: str, *, user: Any) -> dict[str, str]:
    """Return the whole phone (E.164) and e-mail that the words are: {"phone": …, "email": …}.

    Of kinds that are hidden from the user none; of a part of a number or address none.
    """
    named = {}
    if user.sees_field(PHONE) != HIDDEN:
        region = user.branch.phone_region if user.branch else "SA"
        if phone := parse_phone(words, region=region):
            named["phone"] = phone.e164
    if "@" in words and user.sees_field(EMAIL) != HIDDEN:
        named["email"] = words.strip().lower()[:254]
    return named


def customers_known_by(words: str, *, user: Any) -> list[int]:
    """Return ids of customers whose whole phone or e-mail the words are, whoever may see them."""
    named = Q()
    for kind, value in contacts_named(words, user=user).items():
        named |= Q(kind=kind, value=value)
    if not named:
        return []
    points = ContactPoint.objects.in_use().filter(named)
    return list(points.values_list("customer_id", flat=True)[:_MOST_BEARERS])


def _anywhere(words: str) -> Q:
    key = phone_search_key(words)
    return search_q("search", words) | Q(search__contains=key) if key else search_q("search", words)
