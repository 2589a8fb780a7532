"""Pages of customers."""

from django.urls import path

from .views import bulk, dealings, detail, duplicates, edit, export, files, places, setup
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
    path("settings/fields/", setup.FieldListView.as_view(), name="fields"),
    path("settings/fields/new/", setup.FieldNewView.as_view(), name="field_new"),
    path("settings/fields/extra/", setup.FieldExtraView.as_view(), name="field_extra"),
    path("settings/fields/<int:field_pk>/", setup.FieldEditView.as_view(), name="field_edit"),
    path("settings/fields/<int:field_pk>/move/", setup.FieldMoveView.as_view(), name="field_move"),
    path(
        "settings/fields/<int:field_pk>/retire/",
        setup.FieldRetireView.as_view(),
        name="field_retire",
    ),
    path("settings/labels/", setup.LabelListView.as_view(), name="labels"),
    path("settings/categories/new/", setup.CategoryNewView.as_view(), name="category_new"),
    path(
        "settings/categories/<int:category_pk>/",
        setup.CategoryEditView.as_view(),
        name="category_edit",
    ),
    path(
        "settings/categories/<int:category_pk>/remove/",
        setup.CategoryRemoveView.as_view(),
        name="category_remove",
    ),
    path("settings/tags/new/", setup.TagNewView.as_view(), name="tag_new"),
    path("settings/tags/<int:tag_pk>/", setup.TagEditView.as_view(), name="tag_edit"),
    path("settings/tags/<int:tag_pk>/remove/", setup.TagRemoveView.as_view(), name="tag_remove"),
    path("duplicates/", duplicates.DuplicatesView.as_view(), name="duplicate_list"),
    path(
        "duplicates/<int:pair_pk>/dismiss/",
        duplicates.PairDismissView.as_view(),
        name="duplicate_dismiss",
    ),
    path("merges/", duplicates.MergesView.as_view(), name="merges"),
    path("merges/<int:merge_pk>/undo/", duplicates.MergeUndoView.as_view(), name="merge_undo"),
    path(
        "merges/<int:merge_pk>/notice/", duplicates.MergeNoticeView.as_view(), name="merge_notice"
    ),
    path("<int:pk>/merge/<int:other_pk>/", duplicates.MergeView.as_view(), name="merge"),
    path("people/", dealings.PeopleView.as_view(), name="people"),
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
    path("<int:pk>/notes/<int:note_pk>/edit/", dealings.NoteEditView.as_view(), name="note_edit"),
    path("<int:pk>/addresses/", places.AddressesView.as_view(), name="addresses"),
    path("<int:pk>/addresses/add/", places.AddressAddView.as_view(), name="address_add"),
    path(
        "<int:pk>/addresses/<int:address_pk>/",
        places.AddressEditView.as_view(),
        name="address_edit",
    ),
    path(
        "<int:pk>/addresses/<int:address_pk>/remove/",
        places.AddressRemoveView.as_view(),
        name="address_remove",
    ),
    path(
        "<int:pk>/addresses/<int:address_pk>/primary/",
        places.AddressPrimaryView.as_view(),
        name="address_primary",
    ),
    path("<int:pk>/files/", files.FilesView.as_view(), name="files"),
    path("<int:pk>/files/add/", files.FileAddView.as_view(), name="file_add"),
    path("<int:pk>/files/<int:file_pk>/", files.FileView.as_view(), name="file"),
    path(
        "<int:pk>/files/<int:file_pk>/remove/", files.FileRemoveView.as_view(), name="file_remove"
    ),
    path(
        "<int:pk>/files/<int:file_pk>/restore/",
        files.FileRestoreView.as_view(),
        name="file_restore",
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
