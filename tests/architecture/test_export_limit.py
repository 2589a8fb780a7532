"""Ten files an hour and person, whatever list or report they come from (SECURITY.md RL-1)."""

from typing import Any

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from crm_project.kit import limits
from crm_project.kit.views import Declared

EXPORTS = (
    "/customers/export/",
    "/inspections/list/export/",
    "/inventory/products/export/",
    "/inventory/stock/export/",
    "/leads/export/",
    "/orders/export/",
    "/reports/stock/export/csv/",
)
pytestmark = pytest.mark.django_db


def patterns(resolver: URLResolver) -> Any:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def is_export(entry: URLPattern) -> bool:
    """By its name or the permission it asks for."""
    view: Any = getattr(entry.callback, "view_class", None)
    given = getattr(entry.callback, "view_initkwargs", {})
    asked = given.get("permission_required") or getattr(view, "permission_required", ())
    codes = (asked,) if isinstance(asked, str) else tuple(asked)
    return any(".export_" in code for code in codes)


def test_every_view_with_a_permission_to_export_counts() -> None:
    views = [entry.callback.view_class for entry in patterns(get_resolver()) if is_export(entry)]
    assert len(views) >= len(EXPORTS)
    assert [view for view in views if not issubclass(view, Declared)] == []


def test_every_address_that_exports_asks_for_such_a_permission() -> None:
    named = [
        entry for entry in patterns(get_resolver())
        if (entry.name or "").endswith("export") and hasattr(entry.callback, "view_class")
    ]  # fmt: skip
    assert len(named) >= len(EXPORTS)
    assert [entry.name for entry in named if not is_export(entry)] == []


def test_all_exports_share_ten_an_hour(
    client_of: Any, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EXPORTS_AN_HOUR", len(EXPORTS))
    client = client_of(manager)
    for address in EXPORTS:
        assert client.get(address).status_code == 200, address
    for address in EXPORTS:
        refused = client.get(address)
        assert refused.status_code == 429, address
        assert 0 < int(refused["Retry-After"]) <= limits.HOUR + 1
