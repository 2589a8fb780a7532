"""The columns that a person wants to see in the list when no view says otherwise."""

from collections.abc import Sequence

from accounts.models import SavedView, User

PAGE = "customers:list"
OWN = ""  # the name of the view that is no tab: it only keeps the person's columns


def keep_columns(user: User, keys: Sequence[str]) -> None:
    """Remember the person's columns of the customer list."""
    SavedView.objects.update_or_create(
        user=user, page=PAGE, name=OWN, defaults={"columns": list(keys)}
    )
