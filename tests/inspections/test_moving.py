"""A visit moves with a reason, by whatever door; what cannot be is refused before anybody is asked."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity, Notification
from accounts.roles import RoleCode
from inspections.models import Absence, InspectionEvent
from inspections.services import inspector_figures, set_out, start_inspection
from tests import factories

from .conftest import at, coming_monday, fresh, make_type, make_visit, put


def drop(client, visit, **values):
    data = {"version": visit.version, "day": f"{coming_monday()}", "time": "14:00", **values}
    url = reverse("inspections:drop", args=[visit.pk])
    return client.post(url, data, HTTP_HX_REQUEST="true")


def field(page, name):
    """The value that a form shows for a field."""
    control = re.search(rf'<input[^>]*name="{name}"[^>]*>', page).group()
    return re.search(r'value="([^"]*)"', control).group(1)


def test_a_dropped_visit_is_not_moved_before_somebody_says_why(scheduled, supervisor, client_of):
    Notification.objects.all().delete()
    answer = drop(client_of(supervisor), scheduled)
    page = answer.content.decode()

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (200, "#modal-content")
    assert (field(page, "day"), field(page, "time")) == (f"{coming_monday()}", "14:00")
    assert re.search(r'<input[^>]*name="reason"[^>]*autofocus', page)
    visit = fresh(scheduled)
    assert (visit.starts_at, visit.moves, visit.version) == (at(10), 0, scheduled.version)
    assert InspectionEvent.objects.filter(inspection=visit).count() == 2
    assert not Activity.objects.filter(verb="inspection.moved").exists()
    assert not Notification.objects.exists()
    assert visit.reminders.get(minutes_before=60).due_at == at(9)


def test_the_dialog_that_a_drop_opens_moves_it_and_offers_to_take_it_back(
    scheduled, second_inspector, supervisor, client_of
):
    client = client_of(supervisor)
    page = drop(client, scheduled, inspector=second_inspector.pk).content.decode()
    form = {name: field(page, name) for name in ("day", "time", "minutes", "version")}
    assert f'value="{second_inspector.pk}" selected' in page
    url = re.search(r'hx-post="([^"]*schedule/)"', page).group(1)

    refused = client.post(url, {**form, "inspector": second_inspector.pk}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422  # the reason is missing
    moved = client.post(
        url, {**form, "inspector": second_inspector.pk, "reason": "Asked"}, HTTP_HX_REQUEST="true"
    )
    assert moved.status_code == 204
    assert '"undo": "/inspections/undo/' in moved.headers["HX-Trigger"]
    visit = fresh(scheduled)
    assert (visit.starts_at, visit.inspector) == (at(14), second_inspector)
    assert visit.events.last().reason == "Asked"


def test_a_drop_with_its_reason_moves_at_once(scheduled, supervisor, client_of):
    assert drop(client_of(supervisor), scheduled, reason="Asked").status_code == 204
    assert fresh(scheduled).events.last().reason == "Asked"


def test_a_drop_where_the_visit_is_asks_nothing(scheduled, supervisor, client_of):
    assert drop(client_of(supervisor), scheduled, time="10:00").status_code == 204
    assert fresh(scheduled).version == scheduled.version


def test_a_free_time_for_a_request_needs_no_reason(requested, inspector, supervisor, client_of):
    answer = drop(client_of(supervisor), requested, inspector=inspector.pk)
    assert answer.status_code == 204
    assert fresh(requested).status == "scheduled"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-05-05"])
@pytest.mark.parametrize("zone", ["Asia/Riyadh", "America/New_York"])
def test_days_without_a_clock_are_refused_by_every_form(company, client_of, day, zone):
    branch = factories.make_branch(time_zone=zone)
    person = factories.make_user(RoleCode.INSPECTOR, branch)
    boss = factories.make_user(RoleCode.SUPERVISOR, branch)
    visit = put(make_visit(branch, make_type()), person, 10, is_outside_hours_allowed=True)
    client = client_of(boss)
    slot = {
        "day": day, "time": "23:30", "minutes": 60, "inspector": person.pk,
        "version": visit.version, "reason": "x",
    }  # fmt: skip
    url = reverse("inspections:schedule", args=[visit.pk])
    assert client.post(url, slot, HTTP_HX_REQUEST="true").status_code == 422
    assert drop(client, visit, day=day, time="00:30").status_code == 422
    assert drop(client, visit, day="", starts_at_utc=f"{day}T23:59").status_code == 422
    absence = {
        "inspector": person.pk, "since_day": day, "since_time": "00:30", "until_day": day,
        "until_time": "23:30", "reason": "x",
    }  # fmt: skip
    assert client.post(reverse("inspections:absences"), absence).status_code == 422
    assert not Absence.objects.exists()


def test_a_visit_that_found_nobody_begins_anew_when_it_is_booked_again(
    under_way, inspector, supervisor, client_of
):
    url = reverse("inspections:step", args=[under_way.pk, "no-show"])
    assert client_of(inspector).post(url, HTTP_HX_REQUEST="true").status_code == 204
    put(fresh(under_way), inspector, 15, actor=supervisor)

    visit = fresh(under_way)
    assert (visit.started_at, visit.set_out_at) == (None, None)
    until = at(23) + timedelta(days=1)
    (figures,) = inspector_figures(supervisor, timezone.now() - timedelta(days=1), until)
    assert (figures.begun, figures.no_shows, figures.on_time_percent) == (0, 1, None)


def test_undoing_a_move_gives_back_what_had_happened(scheduled, inspector, supervisor, client_of):
    set_out(fresh(scheduled), actor=inspector)
    left_at = fresh(scheduled).set_out_at
    client = client_of(supervisor)
    moved = drop(client, fresh(scheduled), reason="Road closed")
    undo = moved.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert fresh(scheduled).set_out_at is None
    client.post(undo, HTTP_HX_REQUEST="true")

    visit = fresh(scheduled)
    assert (visit.status, visit.set_out_at) == ("on_the_way", left_at)
    start_inspection(visit, actor=inspector)
    assert fresh(scheduled).set_out_at == left_at
