"""Finding customers by what people type: names in any spelling, numbers, phones, e-mails.

The column `search` holds all of it, normalised. Whoever does not see phones or e-mails must not
learn them by guessing either: for them a row counts only when its name, company or number has the
words, or when they know the whole phone or address already.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from crm_project.kit.phones import parse_phone, phone_search_key
from crm_project.kit.search import Normalised, search_q

from .masking import EMAIL, HIDDEN, PHONE, VISIBLE
from .models import ContactPoint, Customer

_OPENLY_SHOWN = Normalised(
    Concat("name", Value(" "), "company", Value(" "), "code", output_field=TextField())
)


def find(rows: QuerySet[Customer], words: str, *, user: Any) -> QuerySet[Customer]:
    """Return the rows that hold every word, or the phone number, as far as the user may know it."""
    phone_mode, email_mode = user.sees_field(PHONE), user.sees_field(EMAIL)
    if phone_mode == email_mode == VISIBLE:
        return rows.filter(_anywhere(words))
    openly = search_q("search", words) & search_q("shown", words)  # the first one has the index
    return rows.alias(shown=_OPENLY_SHOWN).filter(
        openly | _known_in_full(words, user, phone_mode, email_mode)
    )


def _anywhere(words: str) -> Q:
    key = phone_search_key(words)
    return search_q("search", words) | Q(search__contains=key) if key else search_q("search", words)


def _known_in_full(words: str, user: Any, phone_mode: str, email_mode: str) -> Q:
    region = user.branch.phone_region if user.branch else "SA"
    phone = parse_phone(words, region=region) if phone_mode != HIDDEN else None
    values: list[tuple[str, str]] = [("phone", phone.e164)] if phone else []
    if "@" in words and email_mode != HIDDEN:
        values.append(("email", words.strip().lower()[:254]))
    condition = Q(pk__in=[])
    for kind, value in values:
        points = ContactPoint.objects.in_use().filter(
            customer=OuterRef("pk"), kind=kind, value=value
        )
        condition |= Q(Exists(points))
    return condition
