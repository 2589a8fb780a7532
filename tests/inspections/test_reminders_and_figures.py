"""Reminders wait in the table and are handed over once; no-shows and delays; the calendar feed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.events import ReminderDue
from inspections.ical import Entry, fold, write_calendar
from inspections.models import CalendarLink, Inspection, InspectionReminder
from inspections.services import (
    follow_customer,
    hand_over_due_reminders,
    has_due_reminders,
    inspector_figures,
    make_link,
    mark_no_show,
)
from inspections.tasks import follow_customer as follow_job

from .conftest import at, fresh, make_visit, put


def states(visit):
    return dict(visit.reminders.values_list("minutes_before", "status"))


def test_scheduling_plans_three_reminders(scheduled):
    assert states(scheduled) == {1440: "due", 120: "due", 60: "due"}
    day_before = scheduled.reminders.get(minutes_before=1440)
    assert (day_before.audience, day_before.due_at) == ("customer", at(10) - timedelta(days=1))


def test_moving_replaces_them(scheduled, inspector, supervisor):
    put(scheduled, inspector, 15, actor=supervisor)

    assert scheduled.reminders.count() == 3
    assert scheduled.reminders.get(minutes_before=60).due_at == at(14)


def test_due_ones_are_handed_over_once_and_their_rows_stay(scheduled, monkeypatch):
    told = []
    monkeypatch.setattr("inspections.services.reminders.publish", told.append)
    scheduled.reminders.filter(minutes_before=1440).update(due_at=timezone.now())

    assert has_due_reminders()
    assert hand_over_due_reminders() == 1
    assert hand_over_due_reminders() == 0
    reminder = scheduled.reminders.get(minutes_before=1440)
    assert told == [ReminderDue(reminder_id=reminder.pk)]
    assert (reminder.status, bool(reminder.queued_at)) == ("queued", True)


def test_a_reminder_of_a_visit_that_has_begun_is_not_sent(scheduled, monkeypatch):
    told = []
    monkeypatch.setattr("inspections.services.reminders.publish", told.append)
    InspectionReminder.objects.update(due_at=timezone.now() - timedelta(hours=3))
    Inspection.objects.filter(pk=scheduled.pk).update(status="in_progress")

    assert hand_over_due_reminders() == 0
    assert told == []
    assert set(states(scheduled).values()) == {"cancelled"}


def test_no_shows_and_delays_by_inspector(
    riyadh, survey, scheduled, inspector, second_inspector, supervisor, sales
):
    now = timezone.now()
    late = put(make_visit(riyadh, survey), inspector, 12)
    early = put(make_visit(riyadh, survey), second_inspector, 12)
    for visit, minutes in ((late, 30), (early, -5)):
        start = now - timedelta(days=2)
        Inspection.objects.filter(pk=visit.pk).update(
            status="completed", starts_at=start, ends_at=start + timedelta(hours=1),
            started_at=start + timedelta(minutes=minutes),
        )  # fmt: skip
    mark_no_show(scheduled, actor=inspector)
    figures = {
        one.inspector: one
        for one in inspector_figures(
            supervisor, now - timedelta(days=7), at(23) + timedelta(days=1)
        )
    }
    first, second = figures[inspector], figures[second_inspector]

    assert (first.completed, first.no_shows, first.no_show_percent) == (1, 1, 50)
    assert (first.delay_minutes, first.on_time_percent) == (30, 0)
    assert (second.delay_minutes, second.on_time_percent, second.no_shows) == (0, 100, 0)
    own = inspector_figures(sales, now - timedelta(days=7), now)
    assert own == []  # sales asked for neither of them


def test_a_renamed_customer_is_found_by_the_new_name(scheduled, supervisor, client_of, db):
    customer = scheduled.customer
    type(customer).objects.filter(pk=customer.pk).update(name="مصنع الريان")
    assert follow_customer(customer.pk) == 1
    follow_job(customer_id=customer.pk)

    page = client_of(supervisor).get(reverse("inspections:list"), {"q": "الريان"})
    assert scheduled.number in page.content.decode()


def parse(text):
    """A small reader of RFC 5545: unfolds, then one dict for each event."""
    assert "\n" not in text.replace("\r\n", "")
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")
    found, current = [], None
    for line in lines:
        if line == "BEGIN:VEVENT":
            current = {}
        elif line == "END:VEVENT":
            found.append(current)
            current = None
        elif current is not None and ":" in line:
            name, _colon, value = line.partition(":")
            current[name] = value
    return found


def feed_url(user):
    return reverse("inspections:feed", args=[make_link(user).token])


def test_the_feed_has_the_inspectors_visits_and_no_personal_data(scheduled, inspector, client):
    answer = client.get(feed_url(inspector))
    (event,) = parse(answer.content.decode())

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert event["DTSTART"] == f"{at(10).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    assert event["SUMMARY"].startswith(scheduled.number)
    assert (event["LOCATION"], event["STATUS"]) == ("النرجس", "CONFIRMED")
    assert int(event["SEQUENCE"]) == fresh(scheduled).version
    text = answer.content.decode()
    assert scheduled.customer.name not in text
    assert "شارع" not in text


def test_a_move_keeps_the_uid_and_raises_the_sequence(scheduled, inspector, client):
    url = feed_url(inspector)
    (before,) = parse(client.get(url).content.decode())
    put(fresh(scheduled), inspector, 15)
    (after,) = parse(client.get(url).content.decode())

    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"] != before["DTSTART"]


def test_a_revoked_or_renewed_address_no_longer_works(scheduled, inspector, client, client_of):
    mine = client_of(inspector)
    mine.post(reverse("inspections:link"))
    old = reverse("inspections:feed", args=[CalendarLink.objects.get().token])
    assert client.get(old).status_code == 200

    mine.post(reverse("inspections:link"))
    assert client.get(old).status_code == 404
    new = reverse("inspections:feed", args=[CalendarLink.objects.get().token])
    assert client.get(new).status_code == 200
    mine.post(reverse("inspections:link"), {"revoke": "1"})
    assert client.get(new).status_code == 404


def test_the_feed_of_somebody_who_left_is_gone(scheduled, inspector, client):
    url = feed_url(inspector)
    type(inspector).objects.filter(pk=inspector.pk).update(is_active=False)
    assert client.get(url).status_code == 404


def test_the_token_is_stored_hashed_and_encrypted(inspector, db):
    from django.db import connection

    link = make_link(inspector)
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, token_hash FROM inspections_calendarlink")
        stored = cursor.fetchone()
    assert link.token not in stored[0]
    assert link.token not in stored[1]


def test_guessing_addresses_is_limited(db, client):
    codes = {client.get(f"/inspections/calendar/guess{turn}.ics").status_code for turn in range(40)}
    assert codes == {404, 429}


def test_lines_fold_at_75_octets_and_never_inside_a_letter():
    moment = datetime(2026, 11, 22, 9, tzinfo=UTC)
    entry = Entry(
        uid="1@x", sequence=3, stamp=moment, starts_at=moment, ends_at=moment,
        summary="معاينة, تكييف; " * 12, location="line\nbreak\\",
    )  # fmt: skip
    text = write_calendar("n", [entry])

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = parse(text)
    assert event["SUMMARY"] == "معاينة\\, تكييف\\; " * 12
    assert event["LOCATION"] == "line\\nbreak\\\\"
    assert "".join(fold("x" * 200)).replace(" ", "") == "x" * 200


@pytest.mark.parametrize("door", ["customer_panel", "order_panel"])
def test_panels_of_what_is_out_of_reach_are_not_there(door, sales, client_of):
    url = reverse(f"inspections:{door}", args=[999_999])
    assert client_of(sales).get(url).status_code in (403, 404)


def test_the_customers_panel_and_the_home_tile_show_it(scheduled, sales, supervisor, client_of):
    url = reverse("inspections:customer_panel", args=[scheduled.customer_id])
    assert scheduled.number in client_of(sales).get(url).content.decode()

    start = timezone.now() + timedelta(minutes=1)
    Inspection.objects.filter(pk=scheduled.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=1), is_outside_hours_allowed=True
    )
    page = client_of(supervisor).get(reverse("inspections:home_today")).content.decode()
    assert scheduled.customer.name in page
