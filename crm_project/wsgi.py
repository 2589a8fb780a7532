"""The WSGI application: HTTP in production by gunicorn, in development inside asgi.py."""

import os
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils import translation
from django.utils.http import parse_header_parameters

from .kit.process import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings.production")


class Utf8Request(WSGIRequest):
    """Query and form are read as UTF-8, whatever charset the request claims.

    Django follows the claim: "utf-7" hides a NUL from our middleware, and "rot13", which is no
    charset of text, breaks the request before any middleware runs.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        parsed = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        self.content_type, self.content_params = parsed


def _load_pages() -> None:
    """Load every view, and the tables that make addresses, which Django keeps for each language.

    The first person to ask after a start would wait a quarter of a second for them.
    """
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            reverse("home")


def _load_names() -> None:
    """Load the known names, for which the first one to save a customer would wait."""
    from customers.matching import name_keys  # needs loaded apps

    name_keys("Mohamed", kind="person")


application = get_wsgi_application()
application.request_class = Utf8Request
_load_pages()
_load_names()
keep_what_is_loaded()
