"""Addresses of the API of messaging."""

from rest_framework.routers import SimpleRouter

from .channels import ChannelViewSet, ConversationViewSet
from .files import InboundFileViewSet
from .views import MessageViewSet, SignalViewSet

router = SimpleRouter()
router.register("signals", SignalViewSet, basename="signal")
router.register("messages", MessageViewSet, basename="message")
router.register("channels", ChannelViewSet, basename="channel")
router.register("conversations", ConversationViewSet, basename="conversation")
router.register("received-files", InboundFileViewSet, basename="received-file")
urlpatterns = router.urls
