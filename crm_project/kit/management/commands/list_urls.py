"""`manage.py list_urls [--json]`: every address, its name, methods and declared permission."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import URLPattern, URLResolver, get_resolver

PUBLIC, SIGNED_IN, ADMIN, UNDECLARED = "public", "signed_in", "admin", "undeclared"


@dataclass(frozen=True)
class Door:
    """One way in. `permission` is a code, "public", "signed_in", "admin" or "undeclared"."""

    kind: str  # page, api, websocket
    route: str
    name: str
    methods: list[str]
    permission: str
    view: str


class Command(BaseCommand):
    """Prints what the access test walks."""

    help = "List every URL, API operation and websocket with the permission it needs."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        found = list(doors())
        if as_json:
            self.stdout.write(json.dumps([asdict(door) for door in found], ensure_ascii=False))
            return
        for door in found:
            methods = ",".join(door.methods)
            self.stdout.write(f"{door.route:60} {methods:24} {door.permission:32} {door.name}")


def doors() -> Iterator[Door]:
    """Yield every door of the resolver and every websocket."""
    yield from _walk(get_resolver().url_patterns, "/", "")
    from crm_project.routing import websocket_urlpatterns

    for pattern in websocket_urlpatterns:
        yield Door(
            "websocket",
            f"/{pattern.pattern}",
            pattern.name or "",
            ["CONNECT"],
            "accounts.use_account",
            "LiveConsumer",
        )


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Door]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace or "")))
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            name = ":".join(filter(None, (namespace, pattern.name or "")))
            yield from _doors_of(pattern.callback, route, name)


def _doors_of(callback: Any, route: str, name: str) -> Iterator[Door]:
    view = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    label = f"{callback.__module__}.{getattr(view or callback, '__name__', callback)}"
    if name.startswith("admin:") or "/admin/" in route:
        yield Door("page", route, name, ["GET", "POST"], ADMIN, label)
    elif hasattr(callback, "actions") and callback.actions:
        written = {m: a for m, a in callback.actions.items() if m not in ("head", "options")}
        for method, action in written.items():
            code = getattr(view, "permissions_by_action", {}).get(action, UNDECLARED)
            yield Door("api", route, name, [method.upper()], code, f"{label}.{action}")
    else:
        kind = "api" if route.startswith("/api/") else "page"
        yield Door(kind, route, name, _methods(view, callback), _permission(view, callback), label)


def _methods(view: Any, callback: Any) -> list[str]:
    if view is None:
        return ["GET", "POST"]
    known = ("get", "post", "put", "patch", "delete")
    return [name.upper() for name in known if hasattr(view, name)]


def _permission(view: Any, callback: Any) -> str:
    if hasattr(view, "permission_classes"):  # DRF frees its views from the login middleware
        declared = getattr(view, "permissions_by_action", None)
        if declared:
            return "|".join(sorted(set(declared.values())))
        names = {permission.__name__ for permission in view.permission_classes}
        if "AllowAny" in names:
            return PUBLIC
        return SIGNED_IN if "IsAuthenticated" in names else UNDECLARED
    if getattr(callback, "login_required", True) is False:
        return PUBLIC
    given = getattr(callback, "view_initkwargs", {}).get("permission_required")
    code = given or getattr(view or callback, "permission_required", None)
    if code == ():  # says so itself: being signed in is enough
        return SIGNED_IN
    if isinstance(code, tuple):  # all of them
        return "&".join(code)
    return str(code) if code else UNDECLARED
