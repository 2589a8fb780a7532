"""The ASGI application: websockets, and HTTP by the WSGI application in threads.

Synchronous views run two to three times faster by WSGI than by Django's ASGI handler
(docs/decisions/0004), so one port serves both without losing that.
"""

import os

from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings.production")

from .wsgi import application as wsgi  # sets Django up, so it comes before the apps

# isort: split
from .kit.threads import ThreadedWsgi
from .routing import websockets

HTTP_THREADS = int(os.environ.get("WEB_THREADS", "8"))

application = ProtocolTypeRouter(
    {"http": ThreadedWsgi(wsgi, threads=HTTP_THREADS), "websocket": websockets}  # type: ignore[arg-type]
)
