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
from .matching import match_names, written_in_arabic
from .models import ContactPoint, Customer
from .services.names import keys_of

_MOST_BEARERS = 200  # customers with the same number: a switchboard, a family
_MOST_ALIKE = 200  # of those whose names may sound like the words
_ALIKE = 0.6  # score: of first and last name a third one may lack
_OPENLY_SHOWN = Normalised(
    Concat("name", Value(" "), "company", Value(" "), "code", output_field=TextField())
)


def find(rows: QuerySet[Customer], words: str, *, user: Any) -> QuerySet[Customer]:
    """Return the rows that hold every word, or the phone number, as far as the user may know it.

    A name of two words and more also finds who is written so in the other script: "mohamed aly".
    One Latin word that is nowhere, and is a known name, finds it in Arabic: a common name beside
    hits of its own would bury them.
    """
    alike = _alike(rows, words)
    sees_all = is_visible(user, PHONE) and is_visible(user, EMAIL)
    if sees_all:
        found = rows.filter(_anywhere(words) | Q(pk__in=alike) if alike else _anywhere(words))
    else:
        rows = rows.alias(shown=_OPENLY_SHOWN)
        known = [*customers_known_by(words, user=user), *alike]
        found = rows.filter(_openly(words) | Q(pk__in=known))
    in_arabic = Q()
    for name in written_in_arabic(words) if words.strip().isalpha() else ():
        in_arabic |= search_q("search", name) if sees_all else _openly(name)
    return rows.filter(in_arabic) if in_arabic and not found.exists() else found


def _openly(words: str) -> Q:
    return search_q("search", words) & search_q("shown", words)  # the first one has the index


def _alike(rows: QuerySet[Customer], words: str) -> list[int]:
    parts = words.split()
    if not 1 < len(parts) < 7 or not all(part.replace("'", "").isalpha() for part in parts):
        return []
    sharing = rows.filter(name_keys__overlap=keys_of(person=words, company=words))
    named = sharing.values_list("pk", "kind", "name", "company")[:_MOST_ALIKE]
    return [pk for pk, *names in named if _sounds_alike(words, *names)]


def _sounds_alike(words: str, kind: str, name: str, company: str) -> bool:
    is_firm = kind == Customer.Kind.COMPANY
    score = match_names(words, name, kind="company" if is_firm else "person").score
    if company:
        score = max(score, match_names(words, company, kind="company").score)
    return score >= _ALIKE


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
