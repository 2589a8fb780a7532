"""A visit has one place in one diary, within the branch's hours; the database decides."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Activity
from accounts.roles import RoleCode
from inspections.errors import (
    InspectionChangedMeanwhile,
    InspectorBusy,
    NotAnInspector,
    OutsideWorkingHours,
    VisitInThePast,
    WrongState,
)
from inspections.models import Inspection, InspectionEvent
from inspections.services import (
    Slot,
    add_absence,
    cancel_inspection,
    diary_of,
    schedule_inspection,
)
from tests import factories

from .conftest import at, fresh, make_type, make_visit, put


def test_a_scheduled_visit_has_its_time_its_history_and_its_log(requested, inspector, supervisor):
    put(requested, inspector, 10, actor=supervisor)

    visit = fresh(requested)
    assert (visit.status, visit.inspector, visit.starts_at) == ("scheduled", inspector, at(10))
    assert visit.number.startswith("INS-")
    assert [event.status for event in visit.events.all()] == ["requested", "scheduled"]
    entry = Activity.objects.get(verb="inspection.scheduled")
    assert entry.changes["status"] == ["requested", "scheduled"]
    kinds = visit.customer.timeline.values_list("kind", flat=True)
    assert {"inspection.requested", "inspection.scheduled"} <= set(kinds)


def test_the_same_slot_twice_is_once(scheduled, inspector, supervisor):
    put(scheduled, inspector, 10, actor=supervisor)

    assert InspectionEvent.objects.filter(status="scheduled").count() == 1
    assert fresh(scheduled).moves == 0


def test_a_clash_names_the_other_visit_and_changes_nothing(
    riyadh, survey, scheduled, inspector, supervisor
):
    other = make_visit(riyadh, survey)
    with pytest.raises(InspectorBusy) as refusal:
        slot = Slot(inspector=inspector, starts_at=at(10, 30), minutes=60)
        schedule_inspection(other, slot, actor=supervisor)

    assert scheduled.number in str(refusal.value)
    assert "10:00–11:00" in str(refusal.value)
    assert fresh(other).status == "requested"
    assert not Activity.objects.filter(verb="inspection.scheduled", object_id=other.pk).exists()


def test_a_clash_does_not_tell_of_visits_out_of_reach(
    riyadh, survey, scheduled, inspector, colleague
):
    own = make_visit(riyadh, survey, colleague)
    with pytest.raises(InspectorBusy) as refusal:
        put(own, inspector, 10, actor=colleague)

    assert scheduled.number not in str(refusal.value)


def test_visits_may_follow_each_other_without_a_gap(riyadh, survey, scheduled, inspector):
    put(make_visit(riyadh, survey), inspector, 11)
    put(make_visit(riyadh, survey), inspector, 9)

    assert Inspection.objects.filter(inspector=inspector, status="scheduled").count() == 3


@pytest.mark.parametrize(("hour", "minutes"), [(8, 60), (17, 90), (23, 120)])
def test_outside_of_the_hours_is_refused_unless_allowed(
    requested, inspector, supervisor, hour, minutes
):
    with pytest.raises(OutsideWorkingHours) as refusal:
        put(requested, inspector, hour, minutes, actor=supervisor)
    assert "09:00–18:00" in str(refusal.value)

    put(requested, inspector, hour, minutes, actor=supervisor, is_outside_hours_allowed=True)
    assert fresh(requested).is_outside_hours_allowed


def test_a_closed_day_says_so(requested, inspector, supervisor):
    with pytest.raises(OutsideWorkingHours, match="closed"):
        put(requested, inspector, 10, actor=supervisor, days=4)  # Friday


@pytest.mark.parametrize("zone", ["Asia/Riyadh", "Africa/Cairo", "America/New_York"])
def test_hours_are_read_on_the_branchs_own_clock(company, zone):
    """Riyadh has no summer time, Cairo and New York do."""
    branch = factories.make_branch(time_zone=zone)
    person = factories.make_user(RoleCode.INSPECTOR, branch)
    early, late = (make_visit(branch, make_type()) for _turn in range(2))

    first = Slot(inspector=person, starts_at=at(9, zone=zone), minutes=60)
    schedule_inspection(early, first, actor=None)
    last = Slot(inspector=person, starts_at=at(17, 30, zone=zone), minutes=60)
    with pytest.raises(OutsideWorkingHours):
        schedule_inspection(late, last, actor=None)

    assert fresh(early).starts_at == at(9, zone=zone)


def test_an_absence_keeps_its_time_free(requested, inspector, supervisor):
    add_absence(
        inspector=inspector, starts_at=at(9), ends_at=at(12), reason="Training", actor=supervisor
    )
    with pytest.raises(InspectorBusy, match="absent"):
        put(requested, inspector, 11, actor=supervisor)

    put(requested, inspector, 12, actor=supervisor)
    assert fresh(requested).starts_at == at(12)


def test_a_cancelled_visit_frees_its_time(riyadh, survey, scheduled, inspector, supervisor):
    cancel_inspection(scheduled, actor=supervisor, reason="Customer travels")

    assert put(make_visit(riyadh, survey), inspector, 10).status == "scheduled"


def test_somebody_who_carries_nothing_out_gets_no_visit(requested, sales, sales_b, supervisor):
    for person in (sales, sales_b):
        with pytest.raises(NotAnInspector):
            put(requested, person, 10, actor=supervisor)


def test_the_past_and_the_far_future_are_refused(requested, inspector):
    for weeks in (-2, 60):
        slot = Slot(inspector=inspector, starts_at=at(10) + timedelta(weeks=weeks), minutes=60)
        with pytest.raises(VisitInThePast):
            schedule_inspection(requested, slot, actor=None)


def test_a_stale_editor_is_refused(scheduled, inspector, supervisor):
    slot = Slot(inspector=inspector, starts_at=at(12), minutes=60)
    with pytest.raises(InspectionChangedMeanwhile):
        schedule_inspection(scheduled, slot, actor=supervisor, version=scheduled.version - 1)


def test_what_is_over_is_not_moved(under_way, inspector, supervisor):
    with pytest.raises(WrongState):
        put(under_way, inspector, 15, actor=supervisor)


def test_a_move_counts_and_keeps_its_reason(scheduled, inspector, supervisor):
    slot = Slot(inspector=inspector, starts_at=at(14), minutes=60)
    schedule_inspection(scheduled, slot, actor=supervisor, reason="Customer asked")

    event = scheduled.events.last()
    assert (scheduled.moves, event.reason) == (1, "Customer asked")
    assert (event.was_at, event.now_at) == (at(10), at(14))


def test_suggestions_are_the_first_free_times_of_the_inspectors(
    riyadh, survey, inspector, second_inspector
):
    for hour in range(9, 18):
        put(make_visit(riyadh, survey), inspector, hour)
    now = at(7)

    first, *others = diary_of(riyadh, now=now).suggest(60)

    assert (first.inspector, first.starts_at) == (second_inspector, at(9))
    assert all(other.inspector != first.inspector or other.starts_at > at(18) for other in others)
    tight = diary_of(riyadh, now=at(10, 20)).suggest(90)[0]
    assert tight.starts_at == at(11, 30)  # an hour ahead, on the quarter


@pytest.mark.django_db(transaction=True)
def test_of_racing_bookings_exactly_one_wins(riyadh, inspector):
    kind = make_type()
    visits = [make_visit(riyadh, kind) for _turn in range(8)]
    start, outcomes = threading.Barrier(8), []

    def book(visit):
        start.wait()
        try:
            put(visit, inspector, 10)
            outcomes.append("booked")
        except InspectorBusy:
            outcomes.append("busy")
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=[visit]) for visit in visits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["booked", *["busy"] * 7]
    assert Inspection.objects.filter(status="scheduled").count() == 1
