"""The sections of the settings that a person may open: for the menu at their side and the palette."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts import permissions

BUSINESS = "crm_project.wiring.settings_links"  # of the apps above; the table lies above them


@dataclass(frozen=True)
class Section:
    """One page of the settings; `is_exact`: the pages below its address are other sections."""

    label: Any
    url: str
    icon: str
    is_exact: bool = False


def visible_sections(user: Any) -> Iterator[tuple[Any, list[Section]]]:
    """Yield the headings with the sections that the user may open; none without any."""
    yield (
        _("My account"),
        [
            Section(_("Profile"), reverse("accounts:profile"), "user", is_exact=True),
            Section(_("Signed-in devices"), reverse("accounts:sessions"), "device-mobile"),
            Section(_("Notifications"), reverse("accounts:notification_preferences"), "bell"),
        ],
    )
    if company := [section for code, section in _company() if user.has_perm(code)]:
        yield _("Company"), company
    if business := [Section(**link) for link in import_string(BUSINESS)(user)]:
        yield _("Business"), business


def _company() -> list[tuple[str, Section]]:
    """The company's sections, each with the permission that opens it."""
    return [
        (
            permissions.CHANGE_SETTINGS,
            Section(_("Company"), reverse("accounts:settings"), "building", is_exact=True),
        ),
        (
            permissions.VIEW_USER,
            Section(_("Organisation"), reverse("accounts:organisation"), "building-store"),
        ),
        (permissions.VIEW_USER, Section(_("Users"), reverse("accounts:users"), "users")),
        (
            permissions.CHANGE_ROLE,
            Section(_("Roles and permissions"), reverse("accounts:roles"), "shield-lock"),
        ),
        (permissions.MANAGE_KEYS, Section(_("Integrator keys"), reverse("accounts:keys"), "key")),
        (
            permissions.VIEW_ACTIVITY,
            Section(_("Activity"), reverse("accounts:activity"), "history"),
        ),
    ]
