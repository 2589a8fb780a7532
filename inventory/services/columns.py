"""The columns that a person chose for the list of products."""

from collections.abc import Iterable

from accounts.models import SavedView, User

PAGE = "inventory:products"
OWN = "·"  # the name of the view that keeps a person's own columns; people can't see it


def keep_columns(user: User, keys: Iterable[str]) -> None:
    """Show these columns from now on, until a saved view says otherwise."""
    SavedView.objects.update_or_create(
        user=user, page=PAGE, name=OWN, defaults={"columns": list(keys)}
    )
