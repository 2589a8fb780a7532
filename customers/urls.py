"""Pages of customers."""

from django.urls import path

from .views import bulk, dealings, detail, edit, export
from .views import list as listing

app_name = "customers"
urlpatterns = [
    path("", listing.CustomerListView.as_view(), name="list"),
    path("filters/", listing.CustomerFiltersView.as_view(), name="filters"),
    path("columns/", listing.CustomerColumnsView.as_view(), name="columns"),
    path("export/", export.CustomerExportView.as_view(), name="export"),
    path("bulk/<slug:action>/", bulk.BulkView.as_view(), name="bulk"),
    path("bulk/undo/<int:activity_pk>/", bulk.BulkUndoView.as_view(), name="bulk_undo"),
    path("bulk/runs/<int:run_pk>/", bulk.BulkRunView.as_view(), name="bulk_run"),
    path(
        "bulk/runs/<int:run_pk>/undo/",
        bulk.BulkRunUndoView.as_view(),
        name="bulk_run_undo",
    ),
    path("new/", edit.CustomerNewView.as_view(), name="new"),
    path("new/duplicates/", edit.DuplicateCheckView.as_view(), name="duplicate_check"),
    path("<int:pk>/", detail.CustomerDetailView.as_view(), name="detail"),
    path("<int:pk>/edit/", edit.CustomerEditView.as_view(), name="edit"),
    path("<int:pk>/archive/", edit.CustomerArchiveView.as_view(), name="archive"),
    path("<int:pk>/timeline/", detail.TimelineView.as_view(), name="timeline"),
    path("<int:pk>/activity/", detail.ActivityPanelView.as_view(), name="activity"),
    path("<int:pk>/duplicates/", detail.DuplicatesPanelView.as_view(), name="duplicates"),
    path("<int:pk>/notes/", dealings.NotesView.as_view(), name="notes"),
    path("<int:pk>/notes/add/", dealings.NoteAddView.as_view(), name="note_add"),
    path("<int:pk>/notes/<int:note_pk>/pin/", dealings.NotePinView.as_view(), name="note_pin"),
    path(
        "<int:pk>/notes/<int:note_pk>/delete/",
        dealings.NoteDeleteView.as_view(),
        name="note_delete",
    ),
    path("<int:pk>/contacts/", dealings.PointsView.as_view(), name="points"),
    path("<int:pk>/contacts/add/", dealings.PointAddView.as_view(), name="point_add"),
    path(
        "<int:pk>/contacts/<int:point_pk>/remove/",
        dealings.PointRemoveView.as_view(),
        name="point_remove",
    ),
    path(
        "<int:pk>/contacts/<int:point_pk>/primary/",
        dealings.PointPrimaryView.as_view(),
        name="point_primary",
    ),
    path("<int:pk>/consents/", dealings.ConsentsView.as_view(), name="consents"),
    path("<int:pk>/consents/record/", dealings.ConsentRecordView.as_view(), name="consent_record"),
]
