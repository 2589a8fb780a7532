"""Public addresses of leads: the hosted forms and the endpoint behind them."""

from django.urls import path

from .views import public_form

app_name = "forms"
urlpatterns = [
    path("f/<str:key>/", public_form.form_page, name="page"),
    path("f/<str:key>/submit/", public_form.form_endpoint, name="submit"),
]
