"""Tables only: event → jobs, search providers, imports, panels and tiles. Navigation lies beside."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm_project.kit import events


def connect() -> None:
    """Hand the table of subscribers to the kit, once all apps are loaded."""
    from accounts import events as accounts_events
    from customers import events as customers_events
    from customers import tasks as customers_tasks
    from exchange import registry
    from inspections import tasks as inspections_tasks
    from inventory import currencies
    from inventory import events as inventory_events
    from inventory import tasks as inventory_tasks
    from leads import events as leads_events
    from leads import tasks as leads_tasks
    from messaging import events as messaging_events
    from messaging import tasks as messaging_tasks
    from messaging.services import obstacles
    from orders import tasks as orders_tasks
    from orders.services import obstacle_to_paper, rate_on

    registry.connect(resources)
    currencies.connect(rate_on)
    obstacles.connect(obstacle_to_paper)
    events.connect(
        {
            accounts_events.UserDeactivated: [leads_tasks.release_leads_of],
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


def resources() -> list[Any]:
    """What can be imported."""
    from customers.resources import CustomerResource
    from inventory.resources import ProductResource

    return [CustomerResource(), ProductResource()]


def search_providers() -> list[Callable[[Any, str], list[Any]]]:
    """What the command palette searches, in this order."""
    from accounts.search import find_people
    from customers.search import find_customers
    from inspections.search import find_inspections
    from inventory.search import find_inventory
    from leads.search import find_leads
    from orders.search import find_orders
    from reports.search import find_reports

    return [
        find_leads,
        find_customers,
        find_orders,
        find_inspections,
        find_inventory,
        find_reports,
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
    from messaging import permissions as messaging

    links = [
        (messaging.CHANGE_CHANNEL, _("Channels"), "messaging:channels", "inbox"),
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
    from accounts import permissions as accounts
    from inspections import permissions as inspections
    from leads import permissions as leads
    from orders import permissions as orders
    from reports import permissions as reports

    tiles = [
        (accounts.USE_ACCOUNT, "reports:home_figures", True),
        (leads.VIEW, "leads:home_intake", True),
        (leads.VIEW, "leads:home_mine", False),
        (leads.VIEW, "leads:home_newest", False),
        (leads.VIEW, "leads:home_channels", False),
        (inspections.VIEW, "inspections:home_today", False),
        (orders.VIEW, "orders:home_mine", False),
        (orders.VIEW, "orders:home_overdue", False),
    ]
    if not user.has_perm(reports.VIEW_SALES):  # the figures above tell it already
        tiles.append((orders.VIEW, "orders:home_today", False))
    return [
        {"url": reverse(name), "is_wide": is_wide}
        for code, name, is_wide in tiles
        if user.has_perm(code)
    ]


def figure_collectors() -> list[Any]:
    """What apps add to /metrics: collectors of prometheus_client, read at each scrape."""
    from operations.collectors import InstallationFigures

    return [InstallationFigures()]
