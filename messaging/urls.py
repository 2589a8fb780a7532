"""Pages of messaging."""

from django.urls import path

from .views import panels, signals

app_name = "messaging"
urlpatterns = [
    path("", signals.SignalListView.as_view(), name="signals"),
    path("<int:pk>/", signals.SignalView.as_view(), name="signal"),
    path("<int:pk>/retry/", signals.SignalRetryView.as_view(), name="signal_retry"),
    path("customer/<int:pk>/", panels.CustomerConversationsView.as_view(), name="customer_panel"),
]
