"""Pages of customers."""

from django.urls import path

from .views import list as customer_list

app_name = "customers"
urlpatterns = [
    path("", customer_list.CustomerListView.as_view(), name="list"),
    path("filters/", customer_list.CustomerFiltersView.as_view(), name="filters"),
    path("columns/", customer_list.CustomerColumnsView.as_view(), name="columns"),
]
