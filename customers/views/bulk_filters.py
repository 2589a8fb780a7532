"""Binding "all that match" to the list that was shown: its filters are sealed in the bulk bar.

The number that people saw and chose by is that of the list's filters. A step for all that match must
bring the same filters with the seal of the list; a page that lost one of them would otherwise change
far more customers than were counted.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from customers.custom_filters import wants_custom
from customers.errors import FiltersChanged
from customers.filters import CustomerFilter

SEAL = "filters_seal"  # the field that carries it
_SIGNER = Signer(salt="customers.bulk")


def seal_filters(user: Any, filters: Mapping[str, Any]) -> str:
    """Return the seal of a list's filters, for this person; other parameters do not count."""
    meant = sorted(
        (name, str(value)) for name, value in filters.items() if value and _narrows(name)
    )
    return _SIGNER.signature(json.dumps([user.pk, meant]))


def check_filters(user: Any, filters: Mapping[str, Any], seal: str) -> None:
    """Refuse filters that are not those of the list that was shown. Errors: FiltersChanged."""
    if not constant_time_compare(
        seal.encode(errors="replace"), seal_filters(user, filters).encode()
    ):
        raise FiltersChanged


def _narrows(name: str) -> bool:
    return name in CustomerFilter.base_filters or wants_custom([name])
