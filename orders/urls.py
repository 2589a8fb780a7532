"""Pages of orders."""

from django.urls import path

from .views import (
    bulk,
    detail,
    documents,
    entry,
    entry_parts,
    export,
    goods,
    money,
    panels,
    papers,
    payments,
    steps,
)
from .views import list as listing

app_name = "orders"
urlpatterns = [
    path("", listing.OrderListView.as_view(), name="list"),
    path("filters/", listing.OrderFiltersView.as_view(), name="filters"),
    path("columns/", listing.OrderColumnsView.as_view(), name="columns"),
    path("export/", export.OrderExportView.as_view(), name="export"),
    path("bulk/assign/", bulk.BulkAssignView.as_view(), name="bulk_assign"),
    path("bulk/undo/", bulk.BulkUndoView.as_view(), name="bulk_undo"),
    path("payments/", money.PaymentListView.as_view(), name="payments"),
    path("payments/filters/", money.PaymentFiltersView.as_view(), name="payments_filters"),
    path("rates/", money.RatesView.as_view(), name="rates"),
    path("customer/<int:pk>/", panels.CustomerPanelView.as_view(), name="customer_panel"),
    path("home/mine/", panels.MineTileView.as_view(), name="home_mine"),
    path("home/overdue/", panels.OverdueTileView.as_view(), name="home_overdue"),
    path("home/today/", panels.TodayTileView.as_view(), name="home_today"),
    path("new/", entry.OrderNewView.as_view(), name="new"),
    path("new/draft/", entry.EntryDraftView.as_view(), name="entry_draft"),
    path("new/totals/", entry_parts.TotalsView.as_view(), name="entry_totals"),
    path("new/line/", entry_parts.EntryLineView.as_view(), name="entry_line"),
    path("new/products/", entry_parts.EntryProductsView.as_view(), name="entry_products"),
    path("new/customers/", entry_parts.EntryCustomersView.as_view(), name="entry_customers"),
    path("new/customer/", entry_parts.NoCustomerView.as_view(), name="entry_no_customer"),
    path("new/customers/<int:pk>/", entry_parts.EntryCustomerView.as_view(), name="entry_customer"),
    path("<int:pk>/", detail.OrderDetailView.as_view(), name="detail"),
    path("<int:pk>/activity/", detail.OrderActivityView.as_view(), name="activity"),
    path("<int:pk>/copy/", detail.OrderCopyView.as_view(), name="copy"),
    path("<int:pk>/next/<slug:direction>/", detail.NeighbourView.as_view(), name="neighbour"),
    path("<int:pk>/edit/", entry.OrderEditView.as_view(), name="edit"),
    path("<int:pk>/confirm/", steps.ConfirmView.as_view(), name="confirm"),
    path("<int:pk>/advance/", steps.AdvanceView.as_view(), name="advance"),
    path("<int:pk>/cancel/", steps.CancelView.as_view(), name="cancel"),
    path("<int:pk>/promise/", steps.PromiseView.as_view(), name="promise"),
    path("<int:pk>/assign/", steps.AssignView.as_view(), name="assign"),
    path("<int:pk>/ship/", goods.ShipView.as_view(), name="ship"),
    path("<int:pk>/return/", goods.ReturnView.as_view(), name="return"),
    path(
        "<int:pk>/shipments/<int:shipment_pk>/move/",
        steps.MoveShipmentView.as_view(),
        name="move_shipment",
    ),
    path("<int:pk>/pay/", payments.PaymentView.as_view(), name="pay"),
    path(
        "<int:pk>/payments/<int:payment_pk>/refund/", payments.RefundView.as_view(), name="refund"
    ),
    path("<int:pk>/documents/<slug:kind>/", documents.OrderDocumentView.as_view(), name="document"),
    path(
        "<int:pk>/documents/<slug:kind>/send/",
        papers.DocumentSendView.as_view(),
        name="document_send",
    ),
    path(
        "<int:pk>/payments/<int:payment_pk>/receipt/",
        documents.ReceiptView.as_view(),
        name="receipt",
    ),
    path(
        "<int:pk>/shipments/<int:shipment_pk>/note/",
        documents.DeliveryNoteView.as_view(),
        name="delivery_note",
    ),
]
