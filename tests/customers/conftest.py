"""What the tests of customers share."""

import pytest

from customers.definitions import forget_fields


@pytest.fixture(autouse=True)
def _no_kept_fields() -> None:
    """The kept definitions of one test do not reach the next."""
    forget_fields()
