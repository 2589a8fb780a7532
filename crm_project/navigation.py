"""The sidebar and the "New" button: tables only."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class NavItem:
    """One line of the sidebar; shown to people with the permission, or any one of several."""

    label: Any
    icon: str
    url_name: str
    permission: str | tuple[str, ...]
    key: str  # second key of the "g …" shortcut
    # The rows counted beside it: chosen by the person's access alone, for the statement is kept
    badge: Callable[[Any], Any] | None = None
    live: str = ""  # topic that refreshes the badge
    covers: tuple[str, ...] = ()  # pages beside it in the addresses that belong to it
    short: Any = ""  # for the tab bar of phones, where the label is too long
    is_of_company: bool = False  # the permission must reach the whole company

    def is_open_to(self, user: Any) -> bool:
        """Return True when the person may follow it."""
        codes = (self.permission,) if isinstance(self.permission, str) else self.permission
        if self.is_of_company:
            return any(user.scope_of(code) == "company" for code in codes)
        return any(user.has_perm(code) for code in codes)


@cache
def navigation() -> list[tuple[Any, list[NavItem]]]:
    """The sidebar: groups of items."""
    return [("", _daily_work()), (_("Insight"), _insight()), (_("Set-up"), _set_up())]


def _daily_work() -> list[NavItem]:
    from accounts import permissions as accounts
    from customers import permissions as customers
    from inspections import permissions as inspections
    from inspections.badges import unscheduled_inspections as unscheduled
    from inventory import permissions as inventory
    from inventory.badges import low_stock
    from leads import permissions as leads
    from leads.badges import waiting_leads
    from orders import permissions as orders

    warehouse, clipboard = "building-warehouse", "clipboard-check"
    return [
        NavItem(_("Home"), "home", "home", accounts.USE_ACCOUNT, "KeyH"),
        NavItem(
            _("Leads"), "target-arrow", "leads:inbox", leads.VIEW, "KeyL", waiting_leads,
            "leads-changed", short=pgettext_lazy("tab", "Leads"),
        ),
        NavItem(_("Customers"), "users", "customers:list", customers.VIEW, "KeyC"),
        NavItem(_("Orders"), "shopping-bag", "orders:list", orders.VIEW, "KeyO"),
        NavItem(
            _("Inspections"), clipboard, "inspections:calendar", inspections.VIEW, "KeyI",
            unscheduled, "inspections-changed",
        ),
        NavItem(
            _("Inventory"), warehouse, "inventory:home", inventory.VIEW_STOCK, "KeyV", low_stock,
            "stock-changed",
        ),
    ]  # fmt: skip


def _insight() -> list[NavItem]:
    from reports import permissions as reports

    codes = (reports.VIEW_SALES, reports.VIEW_STAFF, reports.VIEW_CUSTOMERS, reports.VIEW_STOCK)
    return [NavItem(_("Reports"), "chart-bar", "reports:list", codes, "KeyY")]


def _set_up() -> list[NavItem]:
    from accounts import permissions as accounts
    from exchange import permissions as exchange
    from leads import permissions as leads
    from messaging import permissions as messaging
    from messaging.badges import failed_signals
    from operations import permissions as operations
    from operations.badges import open_alerts

    return [
        NavItem(_("Routing rules"), "route", "leads:rules", leads.VIEW_RULES, "KeyR"),
        NavItem(_("Web forms"), "forms", "leads:forms", leads.CHANGE_FORMS, "KeyF"),
        NavItem(
            _("Raw signals"), "inbox", "messaging:signals", messaging.VIEW_SIGNAL, "KeyW",
            failed_signals, "signals-changed",
        ),
        NavItem(
            _("Operations"), "activity", "operations:overview", operations.VIEW, "KeyP",
            open_alerts, "alerts-changed", covers=("operations:alerts", "operations:jobs"),
            is_of_company=True,
        ),
        NavItem(_("Imports"), "upload", "exchange:list", exchange.IMPORT, "KeyM"),
        NavItem(_("Activity"), "history", "accounts:activity", accounts.VIEW_ACTIVITY, "KeyA"),
        NavItem(_("Users"), "user-cog", "accounts:users", accounts.CHANGE_USER, "KeyU"),
        NavItem(
            _("Settings"), "settings", "accounts:settings", accounts.CHANGE_SETTINGS, "KeyS",
            covers=(
                "accounts:roles", "accounts:profile", "messaging:channels", "customers:fields",
                "customers:labels", "inspections:types", "orders:rates",
            ),
        ),
    ]  # fmt: skip


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
