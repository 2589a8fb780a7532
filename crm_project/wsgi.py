"""The WSGI application: HTTP in production by gunicorn, in development inside asgi.py."""

import gc
import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings.production")


class Utf8Request(WSGIRequest):
    """Query and form are read as UTF-8, whatever charset the request claims.

    Django follows the claim: "utf-7" hides a NUL from our middleware, and "rot13", which is no
    charset of text, breaks the request before any middleware runs.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        parsed = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        self.content_type, self.content_params = parsed


gc.set_threshold(10_000, 10, 10)  # a page makes thousands of objects, and few of them in circles
application = get_wsgi_application()
application.request_class = Utf8Request

# What is loaded now stays until the end. Looking for garbage in it would stop every thread of the
# process for a tenth of a second, again and again.
_ = get_resolver().url_patterns  # loads every view
gc.collect()
gc.freeze()
