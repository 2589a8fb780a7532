"""Pages of messaging."""

from django.urls import path

from .views import channels, files, panels, signals

app_name = "messaging"
urlpatterns = [
    path("", signals.SignalListView.as_view(), name="signals"),
    path("channels/", channels.ChannelListView.as_view(), name="channels"),
    path("channels/new/", channels.ChannelNewView.as_view(), name="channel_new"),
    path("channels/<int:pk>/", channels.ChannelEditView.as_view(), name="channel_edit"),
    path("<int:pk>/", signals.SignalView.as_view(), name="signal"),
    path("<int:pk>/retry/", signals.SignalRetryView.as_view(), name="signal_retry"),
    path("files/<int:pk>/", files.MessageFileView.as_view(), name="file"),
    path(
        "received/<int:message_pk>/<int:place>/",
        files.InboundFileView.as_view(),
        name="received_file",
    ),
    path(
        "received/<int:message_pk>/<int:place>/again/",
        files.InboundFileAgainView.as_view(),
        name="received_file_again",
    ),
    path("customer/<int:pk>/", panels.CustomerConversationsView.as_view(), name="customer_panel"),
    path("conversations/<int:pk>/allow/", panels.AllowAddressView.as_view(), name="allow_address"),
]
