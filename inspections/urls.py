"""Pages of inspections."""

from django.urls import path, re_path

from .views import (
    absences,
    checklists,
    detail,
    export,
    feed,
    my_day,
    panels,
    photos,
    request,
    schedule,
    site,
    statistics,
)
from .views import calendar as calendars
from .views import list as lists

app_name = "inspections"
STEP = r"(?P<pk>[0-9]{1,18})/step/(?P<step>set-out|start|no-show)/"
urlpatterns = [
    path("", calendars.CalendarView.as_view(), name="calendar"),
    path("list/", lists.InspectionListView.as_view(), name="list"),
    path("list/filters/", lists.InspectionFiltersView.as_view(), name="filters"),
    path("list/columns/", lists.InspectionColumnsView.as_view(), name="columns"),
    path("list/export/", export.InspectionExportView.as_view(), name="export"),
    path("new/", request.RequestView.as_view(), name="new"),
    path("new/customers/", request.FindCustomerView.as_view(), name="find_customer"),
    path("day/", my_day.MyDayView.as_view(), name="my_day"),
    path("statistics/", statistics.StatisticsView.as_view(), name="statistics"),
    path("absences/", absences.AbsencesView.as_view(), name="absences"),
    path("absences/<int:pk>/remove/", absences.AbsenceRemoveView.as_view(), name="absence_remove"),
    path("link/", feed.LinkView.as_view(), name="link"),
    path("calendar/<str:token>.ics", feed.FeedView.as_view(), name="feed"),
    path("types/", checklists.TypeListView.as_view(), name="types"),
    path("types/new/", checklists.TypeNewView.as_view(), name="type_new"),
    path("types/<int:pk>/", checklists.TypeView.as_view(), name="type"),
    path("types/<int:pk>/edit/", checklists.TypeEditView.as_view(), name="type_edit"),
    path("types/<int:pk>/items/new/", checklists.ItemNewView.as_view(), name="item_new"),
    path("items/<int:pk>/edit/", checklists.ItemEditView.as_view(), name="item_edit"),
    path("items/<int:pk>/move/", checklists.ItemMoveView.as_view(), name="item_move"),
    path("items/<int:pk>/retire/", checklists.ItemRetireView.as_view(), name="item_retire"),
    path("photos/<int:pk>/", photos.PhotoView.as_view(), name="photo"),
    path("photos/<int:pk>/small/", photos.PhotoView.as_view(is_small=True), name="photo_small"),
    path("photos/<int:pk>/remove/", photos.PhotoRemoveView.as_view(), name="photo_remove"),
    path("site/", site.SiteRootView.as_view(), name="site_root"),
    path("site/worker.js", site.WorkerView.as_view(), name="site_worker"),
    path("site/<int:pk>/", site.SiteView.as_view(), name="site"),
    path("site/<int:pk>/answers/", site.AnswersDoor.as_view(), name="site_answers"),
    path("site/<int:pk>/photos/", site.PhotosDoor.as_view(), name="site_photos"),
    path("site/<int:pk>/signature/", site.SignatureDoor.as_view(), name="site_signature"),
    path("site/<int:pk>/step/", site.StepDoor.as_view(), name="site_step"),
    path("undo/<str:token>/", schedule.UndoMoveView.as_view(), name="undo"),
    path("panel/customer/<int:pk>/", panels.CustomerPanelView.as_view(), name="customer_panel"),
    path("panel/order/<int:pk>/", panels.OrderPanelView.as_view(), name="order_panel"),
    path("home/today/", panels.TodayTileView.as_view(), name="home_today"),
    path("<int:pk>/", detail.InspectionDetailView.as_view(), name="detail"),
    path("<int:pk>/edit/", request.RequestEditView.as_view(), name="edit"),
    path("<int:pk>/schedule/", schedule.ScheduleView.as_view(), name="schedule"),
    path("<int:pk>/drop/", schedule.DropView.as_view(), name="drop"),
    path("<int:pk>/cancel/", schedule.CancelView.as_view(), name="cancel"),
    path("<int:pk>/draft-order/", detail.DraftOrderView.as_view(), name="draft_order"),
    path("<int:pk>/signature.png", photos.SignatureView.as_view(), name="signature"),
    re_path(f"^{STEP}$", detail.StepView.as_view(), name="step"),
]
