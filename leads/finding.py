"""Finding leads by words, the same for list, API and command palette."""

from django.db.models import Q

from crm_project.kit.phones import phone_search_key
from crm_project.kit.search import search_q


def words_q(query: str) -> Q:
    """Return the filter of leads that hold every word, or the phone number in any writing."""
    words, digits = search_q("search", query), phone_search_key(query)
    return words | Q(search__contains=digits) if digits else words
