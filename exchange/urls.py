"""Pages of imports and exports."""

from django.urls import URLPattern

app_name = "exchange"
urlpatterns: list[URLPattern] = []
