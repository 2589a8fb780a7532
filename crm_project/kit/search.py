"""Searching a normalised column: the SQL function for a migration, and the filter that uses it."""

from django.db.models import Func, Q, TextField

from .text import SQL_SOURCE, normalise

NORMALISE_SQL = SQL_SOURCE  # forward SQL of the migration that precedes the first generated column
DROP_NORMALISE_SQL = "DROP FUNCTION IF EXISTS crm_normalise_v1(text)"

_MOST_CHARACTERS = 200
_MOST_WORDS = 6


class Normalised(Func):
    """crm_normalise_v1(expression): immutable, so a stored GeneratedField may use it."""

    function = "crm_normalise_v1"
    output_field = TextField()
    arity = 1


def search_q(field: str, query: str) -> Q:
    """A filter: `field`, a column already normalised, holds every word of `query`.

    Words of three and more characters may stand anywhere inside a word; one or two characters
    must begin one, because a trigram index can't find them elsewhere. The first 200 characters
    and of these the first six words count. A query without words filters nothing.
    Index: GIN with gin_trgm_ops on a database whose LC_CTYPE is not C (there pg_trgm would not
    see Arabic letters).
    """
    condition = Q()
    for word in normalise(query[:_MOST_CHARACTERS]).split()[:_MOST_WORDS]:
        condition &= _has_word(field, word)
    return condition


def _has_word(field: str, word: str) -> Q:
    if len(word) > 2:
        return Q((f"{field}__contains", word))
    return Q((f"{field}__startswith", word)) | Q((f"{field}__contains", f" {word}"))
