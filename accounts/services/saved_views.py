"""A list's filters kept under a name."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import SavedView, User
from crm_project.kit.errors import BusinessError

from .activity import record

MOST_VIEWS = 30  # of one person for one list


class ViewNameTaken(BusinessError):
    """The person has a view of this name for this list."""

    code = "view_name_taken"
    message = _("You have a view of this name already.")


class TooManyViews(BusinessError):
    """A row of tabs stays readable."""

    code = "too_many_views"
    message = _("Thirty saved views are the most for one list. Delete one first.")


def save_view(*, user: User, page: str, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a list's query under a name. Errors: ViewNameTaken, TooManyViews."""
    own = SavedView.objects.filter(user=user, page=page)
    count = own.count()
    if count >= MOST_VIEWS:
        raise TooManyViews
    try:
        with transaction.atomic():
            view = SavedView.objects.create(
                user=user, page=page, name=name, query=query, is_shared=is_shared, position=count
            )
            record(user, "saved_view.created", view)
    except IntegrityError as error:
        raise ViewNameTaken(field="name") from error
    return view


@transaction.atomic
def delete_view(view: SavedView, *, actor: User) -> None:
    """Remove an own view."""
    record(actor, "saved_view.deleted", view)
    view.delete()
