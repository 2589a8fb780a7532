"""Tables only: event → jobs, navigation, search providers, panels of the customer's page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_project.kit import events
from crm_project.kit.pages import count_each

MOST_IN_BADGE = 99


@dataclass(frozen=True)
class NavItem:
    """One line of the sidebar; shown to people with the permission."""

    label: Any
    icon: str
    url_name: str
    permission: str
    key: str  # second key of the "g …" shortcut
    badge: Callable[[Any], Any] | None = None  # what is counted beside it
    live: str = ""  # topic that refreshes the badge


def connect() -> None:
    """Hand the table of subscribers to the kit, once all apps are loaded."""
    from customers import events as customers_events
    from customers import tasks as customers_tasks
    from inspections import tasks as inspections_tasks
    from inventory import events as inventory_events
    from inventory import tasks as inventory_tasks
    from leads import events as leads_events
    from leads import tasks as leads_tasks
    from messaging import events as messaging_events
    from messaging import tasks as messaging_tasks
    from orders import tasks as orders_tasks

    events.connect(
        {
            customers_events.CustomerCreated: [customers_tasks.look_for_duplicates_of],
            customers_events.CustomerChanged: [
                customers_tasks.look_for_duplicates_of,
                orders_tasks.refresh_order_search,
                inspections_tasks.follow_customer,
            ],
            customers_events.CustomFieldSaved: [customers_tasks.index_custom_field],
            inventory_events.StockFellLow: [inventory_tasks.tell_about_low_stock],
            messaging_events.MessagesReceived: [leads_tasks.open_leads_from_messages],
            messaging_events.SignalFailed: [messaging_tasks.tell_about_failed_signal],
            leads_events.LeadOpened: [leads_tasks.ask_language_model]
            if settings.OPENAI_API_KEY
            else [],
        }
    )


def navigation() -> list[tuple[Any, list[NavItem]]]:
    """The sidebar: groups of items."""
    from accounts import permissions as accounts
    from customers import permissions as customers
    from inspections import permissions as inspections
    from inspections.badges import unscheduled_inspections
    from inventory import permissions as inventory
    from inventory.badges import low_stock
    from leads import permissions as leads
    from leads.badges import waiting_leads
    from messaging import permissions as messaging
    from messaging.badges import failed_signals
    from orders import permissions as orders

    return [
        (
            "",
            [
                NavItem(_("Home"), "home", "home", accounts.USE_ACCOUNT, "KeyH"),
                NavItem(
                    _("Leads"),
                    "target-arrow",
                    "leads:inbox",
                    leads.VIEW,
                    "KeyL",
                    waiting_leads,
                    "leads-changed",
                ),
                NavItem(_("Customers"), "users", "customers:list", customers.VIEW, "KeyC"),
                NavItem(_("Orders"), "shopping-bag", "orders:list", orders.VIEW, "KeyO"),
                NavItem(
                    _("Inspections"),
                    "clipboard-check",
                    "inspections:calendar",
                    inspections.VIEW,
                    "KeyI",
                    unscheduled_inspections,
                    "inspections-changed",
                ),
                NavItem(
                    _("Inventory"),
                    "building-warehouse",
                    "inventory:home",
                    inventory.VIEW_PRODUCT,
                    "KeyV",
                    low_stock,
                    "stock-changed",
                ),
            ],
        ),
        (
            _("Set-up"),
            [
                NavItem(_("Routing rules"), "route", "leads:rules", leads.VIEW_RULES, "KeyR"),
                NavItem(_("Web forms"), "forms", "leads:forms", leads.CHANGE_FORMS, "KeyF"),
                NavItem(
                    _("Raw signals"),
                    "inbox",
                    "messaging:signals",
                    messaging.VIEW_SIGNAL,
                    "KeyW",
                    failed_signals,
                    "signals-changed",
                ),
                NavItem(
                    _("Activity"), "history", "accounts:activity", accounts.VIEW_ACTIVITY, "KeyA"
                ),
                NavItem(_("Users"), "user-cog", "accounts:users", accounts.CHANGE_USER, "KeyU"),
                NavItem(
                    _("Settings"), "settings", "accounts:settings", accounts.CHANGE_SETTINGS, "KeyS"
                ),
            ],
        ),
    ]


def create_actions(user: Any) -> list[dict[str, Any]]:
    """What the "New" button offers."""
    from customers import permissions as customers
    from inspections import permissions as inspections
    from inventory import permissions as inventory
    from leads import permissions as leads
    from orders import permissions as orders

    actions = [
        (customers.ADD, pgettext_lazy("create", "Customer"), "user-plus", "customers:new", "KeyC"),
        (orders.ADD, pgettext_lazy("create", "Order"), "shopping-bag", "orders:new", "KeyO"),
        (
            inspections.ADD,
            pgettext_lazy("create", "Inspection"),
            "clipboard-check",
            "inspections:new",
            "KeyI",
        ),
        (
            inventory.CHANGE_PRODUCT,
            pgettext_lazy("create", "Product"),
            "package",
            "inventory:product_new",
            "KeyP",
        ),
        (leads.ADD, _("Lead"), "target-arrow", "leads:new", "KeyL"),
    ]
    return [
        {"label": label, "icon": icon, "url": reverse(name), "key": key}
        for code, label, icon, name, key in actions
        if user.has_perm(code)
    ]


def search_providers() -> list[Callable[[Any, str], list[Any]]]:
    """What the command palette searches, in this order."""
    from accounts.search import find_people
    from customers.search import find_customers
    from inspections.search import find_inspections
    from inventory.search import find_inventory
    from leads.search import find_leads
    from orders.search import find_orders

    return [
        find_leads,
        find_customers,
        find_orders,
        find_inspections,
        find_inventory,
        find_people,
    ]


def customer_panels(user: Any) -> list[dict[str, Any]]:
    """Panels of the customer's page that other apps serve: title, URL name, permission."""
    from inspections import permissions as inspections
    from leads import permissions as leads
    from messaging import permissions as messaging
    from orders import permissions as orders

    panels = [
        (orders.VIEW, _("Orders"), "orders:customer_panel"),
        (inspections.VIEW, _("Inspections"), "inspections:customer_panel"),
        (messaging.VIEW_MESSAGE, _("Conversations"), "messaging:customer_panel"),
        (leads.VIEW, _("Leads"), "leads:customer_panel"),
    ]
    return _allowed_panels(panels, user)


def order_panels(user: Any) -> list[dict[str, Any]]:
    """Panels of the order's page that apps above orders serve."""
    from inspections import permissions as inspections

    return _allowed_panels([(inspections.VIEW, _("Inspections"), "inspections:order_panel")], user)


def _allowed_panels(panels: list[tuple[str, Any, str]], user: Any) -> list[dict[str, Any]]:
    return [
        {"title": title, "url_name": url_name}
        for code, title, url_name in panels
        if user.has_perm(code)
    ]


def signal_panels(user: Any) -> list[str]:
    """Names of the URLs of what other apps show of a raw signal."""
    from leads import permissions as leads

    return ["leads:signal_panel"] if user.has_perm(leads.VIEW) else []


def settings_links(user: Any) -> list[dict[str, Any]]:
    """Pages of the settings that apps have besides the company's own."""
    from accounts import permissions as accounts
    from customers import permissions as customers
    from inspections import permissions as inspections
    from inventory import permissions as inventory

    links = [
        (customers.SET_UP, _("Customer fields"), "customers:fields", "forms"),
        (customers.SET_UP, _("Categories and tags"), "customers:labels", "tags"),
        (inventory.CHANGE_WAREHOUSE, _("Warehouses"), "inventory:warehouses", "building-warehouse"),
        (inventory.CHANGE_PRODUCT, _("Product categories"), "inventory:categories", "package"),
        (
            inspections.CHANGE_TEMPLATES,
            _("Inspection types"),
            "inspections:types",
            "clipboard-check",
        ),
        (accounts.CHANGE_SETTINGS, _("Exchange rates"), "orders:rates", "cash"),
    ]
    return [
        {"label": label, "url": reverse(name), "icon": icon}
        for code, label, name, icon in links
        if user.has_perm(code)
    ]


def home_tiles(user: Any) -> list[dict[str, Any]]:
    """Tiles of the home page that apps serve: address, and whether one takes the whole width."""
    from inspections import permissions as inspections
    from leads import permissions as leads
    from orders import permissions as orders

    tiles = [
        (leads.VIEW, "leads:home_intake", True),
        (leads.VIEW, "leads:home_mine", False),
        (leads.VIEW, "leads:home_newest", False),
        (leads.VIEW, "leads:home_channels", False),
        (inspections.VIEW, "inspections:home_today", False),
        (orders.VIEW, "orders:home_mine", False),
        (orders.VIEW, "orders:home_overdue", False),
        (orders.VIEW, "orders:home_today", False),
    ]
    return [
        {"url": reverse(name), "is_wide": is_wide}
        for code, name, is_wide in tiles
        if user.has_perm(code)
    ]


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


def _nav_state(groups: list[dict[str, Any]]) -> str:
    """What makes the navigation look as it does, as the key of its cached markup."""
    items = [item for group in groups for item in group["items"]]
    return "|".join(f"{item['url'] if item['is_active'] else ''}{item['badge']}" for item in items)


def _shown(label: Any, items: list[NavItem], request: HttpRequest) -> dict[str, Any]:
    allowed = [item for item in items if request.user.has_perm(item.permission)]
    return {"label": label, "items": [_nav_row(item, request) for item in allowed]}


def _nav_row(item: NavItem, request: HttpRequest) -> dict[str, Any]:
    url = reverse(item.url_name)
    is_active = request.path == url if url == "/" else request.path.startswith(url)
    return {
        "label": item.label,
        "icon": item.icon,
        "url": url,
        "key": item.key,
        "badge": 0,
        "counts": item.badge,
        "badge_id": f"badge-{item.url_name.replace(':', '-')}",
        "live": item.live,
        "is_active": is_active,
    }
