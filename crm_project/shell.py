"""What the frame around every page shows to a person."""

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from crm_project.kit.pages import Counts

from .navigation import NavItem, create_actions, navigation

MOST_IN_BADGE = 99


def shell_of(request: HttpRequest) -> dict[str, Any]:
    """What the shell shows to this person: company, navigation with badges, unread count."""
    from accounts.models import CompanySettings

    company = CompanySettings.current()
    shell: dict[str, Any] = {
        "company_name": company.name,
        "logo_url": reverse("accounts:logo") if company.logo else "",
    }
    user = request.user
    if not user.is_authenticated:
        return shell
    groups = [
        {"label": label, "items": [_nav_row(item, request.path) for item in items]}
        for label, items in _open_to(user)
    ]
    _mark_current(groups)
    unread = _count(groups, user)
    return {
        **shell,
        "navigation": [group for group in groups if group["items"]],
        "nav_state": _nav_state(groups),
        "create_actions": create_actions(user),
        "unread": unread,
    }


def _open_to(user: Any) -> list[tuple[Any, list[NavItem]]]:
    """The navigation's groups with the items that the person may follow."""
    return [
        (label, [item for item in items if item.is_open_to(user)]) for label, items in navigation()
    ]


def _count(groups: list[dict[str, Any]], user: Any) -> int:
    """Fill in the badges and return the number of unread notifications, all in one query."""
    rows = [row for group in groups for row in group["items"] if row["has_badge"]]
    *badges, unread = _counts(_Reader.of(user)).run()
    for row, badge in zip(rows, badges, strict=True):
        row["badge"] = min(badge, MOST_IN_BADGE)
    return unread


@dataclass(frozen=True)
class _Reader:
    """A person, told apart by all that decides what they see."""

    user: Any = field(compare=False)
    access: tuple[Any, ...]

    @classmethod
    def of(cls, user: Any) -> "_Reader":
        """The person as they are in this request."""
        role = user.role and (user.role.pk, user.role.version)
        return cls(user, (user.pk, role, user.branch_id, user.department_id, user.is_superuser))


@lru_cache(maxsize=1_000)  # building it takes longer than the database takes to answer it
def _counts(reader: _Reader) -> Counts:
    from accounts.models import Notification

    user = reader.user
    badges = [item.badge for _label, items in _open_to(user) for item in items]
    unread = Notification.objects.visible_to(user).unread()
    return Counts.of([*(badge(user) for badge in badges if badge), unread], limit=100)


def _mark_current(groups: list[dict[str, Any]]) -> None:
    """Mark the item whose address covers most of the page's: the rules lie below the leads."""
    rows = [row for group in groups for row in group["items"] if row["reach"]]
    if rows:
        max(rows, key=lambda row: int(row["reach"]))["is_active"] = True


def _nav_state(groups: list[dict[str, Any]]) -> str:
    """What makes the navigation look as it does, as the key of its cached markup."""
    items = [item for group in groups for item in group["items"]]
    return "|".join(f"{item['url'] if item['is_active'] else ''}{item['badge']}" for item in items)


def _nav_row(item: NavItem, path: str) -> dict[str, Any]:
    url, *covered = _places(item.url_name, *item.covers)
    return {
        "label": item.label,
        "short_label": item.short,
        "icon": item.icon,
        "url": url,
        "key": item.key,
        "badge": 0,
        "has_badge": item.badge is not None,
        "badge_id": f"badge-{item.url_name.replace(':', '-')}",
        "live": item.live,
        "reach": max(_reach(place, path) for place in (url, *covered)),
        "is_active": False,
    }


@cache
def _places(*url_names: str) -> tuple[str, ...]:
    """The addresses of an item and of what belongs to it."""
    return tuple(reverse(name) for name in url_names)


def _reach(place: str, path: str) -> int:
    """How many characters of the page's path the place covers; the home page only itself."""
    covers = path == place if place == "/" else path.startswith(place)
    return len(place) if covers else 0
