"""What the frame around every page shows to a person."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from crm_project.kit.pages import count_each

from .navigation import NavItem, create_actions, navigation

MOST_IN_BADGE = 99


def shell_of(request: HttpRequest) -> dict[str, Any]:
    """What the shell shows to this person: company, navigation with badges, unread count."""
    from accounts.models import CompanySettings, Notification

    company = CompanySettings.current()
    shell: dict[str, Any] = {
        "company_name": company.name,
        "logo_url": reverse("accounts:logo") if company.logo else "",
    }
    user = request.user
    if not user.is_authenticated:
        return shell
    groups = [_shown(label, items, request) for label, items in navigation()]
    _mark_current(groups)
    unread = _count(groups, user, Notification.objects.visible_to(user).unread())
    return {
        **shell,
        "navigation": [group for group in groups if group["items"]],
        "nav_state": _nav_state(groups),
        "create_actions": create_actions(user),
        "unread": unread,
    }


def _count(groups: list[dict[str, Any]], user: Any, unread: Any) -> int:
    """Fill in the badges and return the number of unread notifications, all in one query."""
    rows = [row for group in groups for row in group["items"] if row["counts"]]
    *badges, found = count_each([*(row["counts"](user) for row in rows), unread], limit=100)
    for row, badge in zip(rows, badges, strict=True):
        row["badge"] = min(badge, MOST_IN_BADGE)
    return found


def _mark_current(groups: list[dict[str, Any]]) -> None:
    """Mark the item whose address covers most of the page's: the rules lie below the leads."""
    rows = [row for group in groups for row in group["items"] if row["reach"]]
    if rows:
        max(rows, key=lambda row: int(row["reach"]))["is_active"] = True


def _nav_state(groups: list[dict[str, Any]]) -> str:
    """What makes the navigation look as it does, as the key of its cached markup."""
    items = [item for group in groups for item in group["items"]]
    return "|".join(f"{item['url'] if item['is_active'] else ''}{item['badge']}" for item in items)


def _shown(label: Any, items: list[NavItem], request: HttpRequest) -> dict[str, Any]:
    allowed = [item for item in items if item.is_open_to(request.user)]
    return {"label": label, "items": [_nav_row(item, request) for item in allowed]}


def _nav_row(item: NavItem, request: HttpRequest) -> dict[str, Any]:
    url = reverse(item.url_name)
    places = (url, *(reverse(name) for name in item.covers))
    return {
        "label": item.label,
        "short_label": item.short,
        "icon": item.icon,
        "url": url,
        "key": item.key,
        "badge": 0,
        "counts": item.badge,
        "badge_id": f"badge-{item.url_name.replace(':', '-')}",
        "live": item.live,
        "reach": max(_reach(place, request.path) for place in places),
        "is_active": False,
    }


def _reach(place: str, path: str) -> int:
    """How many characters of the page's path the place covers; the home page only itself."""
    covers = path == place if place == "/" else path.startswith(place)
    return len(place) if covers else 0
