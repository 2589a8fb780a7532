"""Branches that work past midnight, and visits that end at midnight or cross it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import RoleCode
from inspections.errors import OutsideWorkingHours
from inspections.services import add_absence, diary_of
from tests import factories

from .conftest import at, coming_monday, fresh, make_type, make_visit, put

NIGHT = {"1": [["20:00", "02:00"]], "2": [["09:00", "17:00"]]}  # Monday night, Tuesday by day
ROUND_THE_CLOCK = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}


@pytest.fixture
def branch_of(company):
    """Make a branch with these hours, and its inspector."""

    def make(hours):
        branch = factories.make_branch(working_hours=hours)
        return branch, factories.make_user(RoleCode.INSPECTOR, branch)

    return make


@pytest.mark.parametrize(
    ("hours", "hour", "days", "minutes"),
    [
        ({"1": [["16:00", "24:00"]]}, 23, 0, 60),  # ends when the day does
        (NIGHT, 21, 0, 60),
        (NIGHT, 23, 0, 120),  # crosses midnight
        (NIGHT, 1, 1, 60),  # Tuesday's small hours belong to Monday's night
        (ROUND_THE_CLOCK, 23, 0, 120),  # one stretch goes on where the other ends
    ],
)
def test_a_visit_within_the_night_hours_is_booked(branch_of, hours, hour, days, minutes):
    branch, person = branch_of(hours)
    visit = put(make_visit(branch, make_type()), person, hour, minutes, days=days)

    assert fresh(visit).status == "scheduled"
    assert not visit.is_outside_hours_allowed


@pytest.mark.parametrize(
    ("hours", "hour", "days", "minutes"),
    [
        ({"1": [["16:00", "24:00"]]}, 23, 0, 75),
        (NIGHT, 19, 0, 120),
        (NIGHT, 1, 1, 90),
        (NIGHT, 21, 1, 60),  # Tuesday has no night
        (NIGHT, 1, 0, 60),  # neither has Sunday
    ],
)
def test_a_visit_beyond_the_night_hours_is_refused(branch_of, hours, hour, days, minutes):
    branch, person = branch_of(hours)
    visit = make_visit(branch, make_type())
    with pytest.raises(OutsideWorkingHours):
        put(visit, person, hour, minutes, days=days)

    assert fresh(visit).status == "requested"


def test_free_times_are_offered_into_the_night(branch_of):
    branch, person = branch_of(NIGHT)
    put(make_visit(branch, make_type()), person, 20, 180)

    first = diary_of(branch, now=at(12)).suggest(120)[0]
    assert first.starts_at == at(23)
    put(make_visit(branch, make_type()), person, 23, 120)  # what is offered can be booked


def column(page, day):
    """The part of the calendar page that is one day's column."""
    return page.split(f'data-day="{day}"')[1].split("data-day=")[0]


def test_a_visit_across_midnight_stands_in_both_days_within_the_grid(
    riyadh, survey, inspector, supervisor, client_of
):
    put(make_visit(riyadh, survey), inspector, 23, 120, is_outside_hours_allowed=True)
    monday = coming_monday()
    page = client_of(supervisor).get(reverse("inspections:calendar"), {"day": f"{monday}"})
    page = page.content.decode()

    assert "--s:23;--d:1;" in column(page, monday)
    assert "--s:0;--d:1;" in column(page, monday + timedelta(days=1))
    assert 'data-first="0"' in page  # the grid begins where the first block does


def test_an_absence_of_days_is_drawn_within_the_hours_that_are_shown(
    inspector, supervisor, client_of
):
    add_absence(
        inspector=inspector, starts_at=at(0), ends_at=at(0, days=3), reason="Hajj", actor=supervisor
    )
    query = {"day": f"{coming_monday()}", "inspector": inspector.pk}
    page = client_of(supervisor).get(reverse("inspections:calendar"), query).content.decode()

    assert 'data-first="8"' in page
    assert "ev away hatch" in column(page, coming_monday())
    assert "--s:8;--d:10;" in column(page, coming_monday()).split("ev away hatch")[1]


def test_the_small_hours_of_a_night_are_open_on_the_calendar(branch_of, client_of):
    branch, _person = branch_of(NIGHT)
    supervisor = factories.make_user(RoleCode.SUPERVISOR, branch)
    page = (
        client_of(supervisor)
        .get(reverse("inspections:calendar"), {"day": f"{coming_monday()}"})
        .content.decode()
    )
    tuesday = column(page, coming_monday() + timedelta(days=1))

    assert 'data-first="0"' in page
    assert 'cal-off hatch" style="--k:var(--c1);--s:2;--d:7;' in tuesday  # closed from two to nine
