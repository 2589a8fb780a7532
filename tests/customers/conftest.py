"""What the tests of customers share."""

from typing import Any

import pytest

from customers.definitions import forget_fields


@pytest.fixture(autouse=True)
def _no_kept_fields() -> None:
    """The kept definitions of one test do not reach the next."""
    forget_fields()


def all_of_the_list(client: Any, **filters: Any) -> dict[str, Any]:
    """What the bulk bar posts for all that match the list with these filters."""
    seal = client.get("/customers/", filters).context["filters_seal"]
    return {"scope": "all", "filters_seal": seal, **filters}
