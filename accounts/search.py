"""Colleagues in the command palette."""

from django.utils.translation import gettext as _

from accounts.filters import by_words
from accounts.models import User
from accounts.permissions import VIEW_USER
from crm_project.kit.hits import Hit

MOST = 5


def find_people(user: User, query: str) -> list[Hit]:
    """Return the active colleagues whom the user may see, by name in either script or e-mail."""
    if not query.strip() or not user.has_perm(VIEW_USER):
        return []
    colleagues = by_words(User.objects.visible_to(user).staff(), query).select_related("role")
    return [
        Hit(
            label=person.shown_name,
            sublabel=person.role_label,
            url=person.get_absolute_url(),
            group=_("Users"),
            icon="user-cog",
        )
        for person in colleagues[:MOST]
    ]
