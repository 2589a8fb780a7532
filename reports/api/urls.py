"""Addresses of reports in the API."""

from django.urls import path

from .views import VIEWS

urlpatterns = [
    path(f"reports/{code}/", view, name=f"report-{code}") for code, view in VIEWS.items()
]
