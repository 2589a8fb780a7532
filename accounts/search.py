"""Colleagues and the pages of the settings in the command palette."""

from django.utils.translation import gettext as _

from accounts.filters import by_words
from accounts.models import User
from accounts.permissions import VIEW_USER
from accounts.sections import visible_sections
from crm_project.kit.hits import Hit
from crm_project.kit.text import normalise

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


def find_settings(user: User, query: str) -> list[Hit]:
    """Return the sections of the settings that the user may open, each word in label or heading."""
    wanted = normalise(query).split()
    return [
        Hit(
            label=str(section.label),
            sublabel=str(heading),
            url=section.url,
            group=_("Settings"),
            icon=section.icon,
        )
        for heading, sections in visible_sections(user)
        for section in sections
        if wanted and all(word in normalise(f"{section.label} {heading}") for word in wanted)
    ]
