"""Doors of the outside world."""

from django.urls import path

from .views.whatsapp import whatsapp_webhook

app_name = "webhooks"
urlpatterns = [path("whatsapp/", whatsapp_webhook, name="whatsapp")]
