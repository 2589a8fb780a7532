"""Websocket addresses."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from accounts.consumers import LiveConsumer
from crm_project.kit.sockets import CountedSockets

websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi(), name="live")]

websockets = CountedSockets(
    AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
)
