"""The calendar, its dialog, dragging, undo, workload, absences and the list."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import RoleCode
from inspections.calendar import place, week_of
from inspections.models import Absence
from inspections.services import add_absence, workload
from inspections.views.calendar import MOST_WAITING
from tests import factories

from .conftest import at, coming_monday, fresh, make_type, make_visit, put


def calendar(client, **query):
    day = coming_monday()
    return client.get(reverse("inspections:calendar"), {"day": f"{day}", **query})


def drop(client, visit, **values):
    day = coming_monday()
    data = {
        "version": visit.version, "day": f"{day}", "time": "14:00", "reason": "Asked", **values,
    }  # fmt: skip
    url = reverse("inspections:drop", args=[visit.pk])
    return client.post(url, data, HTTP_HX_REQUEST="true")


@pytest.mark.parametrize("mode", ["week", "day"])
def test_the_calendar_shows_visits_and_what_has_no_time(
    riyadh, survey, scheduled, supervisor, client_of, mode
):
    waiting = make_visit(riyadh, survey, is_urgent=True)
    page = calendar(client_of(supervisor), mode=mode).content.decode()

    assert scheduled.customer.name in page
    assert f'data-visit="{scheduled.pk}"' in page
    assert waiting.customer.name in page
    assert "--s:10;" in page  # ten o'clock on the branch's clock


def test_a_reader_without_the_permission_gets_no_handles(scheduled, client_of, riyadh):
    support = factories.make_user(RoleCode.SUPPORT, riyadh)
    page = calendar(client_of(support)).content.decode()

    assert scheduled.customer.name in page
    assert "data-move-url" not in page


def test_the_calendar_escapes_what_people_wrote(riyadh, survey, inspector, supervisor, client_of):
    """In the columns, in the phone's agenda and in what screen readers are told."""
    evil = "<img src=x>"
    type(survey).objects.filter(pk=survey.pk).update(name_ar=evil, name_en=evil)
    type(inspector).objects.filter(pk=inspector.pk).update(name=evil, name_en=evil)
    customer = factories.make_customer(riyadh, name=evil)
    put(make_visit(riyadh, survey, customer=customer, district=evil), inspector, 10)
    make_visit(riyadh, survey, customer=customer, district=evil, wishes=evil)
    page = calendar(client_of(supervisor)).content.decode()

    assert evil not in page
    card = page[page.index('<div class="ev ') :].partition("</a>")[0]
    line = page[page.index('<li class="vis">') :].partition("</li>")[0]
    assert card.count("&lt;img src=x&gt;") == 4  # customer, district, inspector, type
    assert line.count("&lt;img src=x&gt;") == 3


def test_a_dropped_visit_moves_and_can_be_put_back(scheduled, supervisor, client_of):
    client = client_of(supervisor)
    answer = drop(client, scheduled)

    assert answer.status_code == 204
    assert fresh(scheduled).starts_at == at(14)
    undo = answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]

    assert client.post(undo, HTTP_HX_REQUEST="true").status_code == 204
    visit = fresh(scheduled)
    assert (visit.starts_at, visit.moves) == (at(10), 0)
    assert client.post(undo, HTTP_HX_REQUEST="true").status_code == 409


def test_undoing_the_first_schedule_gives_the_request_back(
    requested, inspector, supervisor, client_of
):
    client = client_of(supervisor)
    answer = drop(client, requested, inspector=inspector.pk)
    undo = answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    client.post(undo, HTTP_HX_REQUEST="true")

    visit = fresh(requested)
    assert (visit.status, visit.starts_at, visit.inspector) == ("requested", None, None)
    assert set(visit.reminders.values_list("status", flat=True)) == {"cancelled"}


def test_nobody_undoes_a_colleagues_move(scheduled, supervisor, manager, client_of):
    answer = drop(client_of(supervisor), scheduled)
    undo = answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]

    assert client_of(manager).post(undo).status_code == 409
    assert fresh(scheduled).starts_at == at(14)


def test_a_drop_on_a_taken_time_is_a_toast_and_changes_nothing(
    riyadh, survey, scheduled, inspector, supervisor, client_of
):
    put(make_visit(riyadh, survey), inspector, 14)
    answer = drop(client_of(supervisor), scheduled)

    assert answer.status_code == 409
    assert "toast" in answer.headers["HX-Trigger"]
    assert fresh(scheduled).starts_at == at(10)


@pytest.mark.parametrize(
    "values",
    [
        {"day": "", "time": ""}, {"day": "2026-13-45"}, {"time": "25:99"}, {"version": "x"},
        {"inspector": "999999999999"}, {"starts_at_utc": "9999-99-99T00:00", "day": ""},
    ],
)  # fmt: skip
def test_a_senseless_drop_is_refused(scheduled, supervisor, client_of, values):
    assert drop(client_of(supervisor), scheduled, **values).status_code == 422
    assert fresh(scheduled).starts_at == at(10)


def test_a_request_dropped_on_a_day_goes_to_whoever_is_free(
    riyadh, survey, scheduled, second_inspector, supervisor, client_of
):
    waiting = make_visit(riyadh, survey)
    drop(client_of(supervisor), waiting, time="10:00")

    assert fresh(waiting).inspector == second_inspector


def test_the_dialog_does_all_of_it_with_the_keyboard(
    scheduled, second_inspector, supervisor, client_of
):
    client, url = client_of(supervisor), reverse("inspections:schedule", args=[scheduled.pk])
    opened = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert 'value="10:00"' in opened

    day = coming_monday() + timedelta(days=1)
    form = {
        "day": f"{day}", "time": "20:00", "minutes": 45, "inspector": second_inspector.pk,
        "version": scheduled.version, "reason": "Customer asked",
    }  # fmt: skip
    refused = client.post(url, form, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422
    assert "09:00–18:00" in refused.content.decode()

    answer = client.post(url, {**form, "is_outside_hours_allowed": "on"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 204
    visit = fresh(scheduled)
    assert (visit.starts_at, visit.inspector) == (at(20, days=1), second_inspector)
    assert visit.events.last().reason == "Customer asked"


def test_a_stale_dialog_is_told(scheduled, inspector, supervisor, client_of):
    form = {
        "day": f"{coming_monday()}", "time": "12:00", "minutes": 45, "inspector": inspector.pk,
        "version": scheduled.version - 1, "reason": "x",
    }  # fmt: skip
    url = reverse("inspections:schedule", args=[scheduled.pk])
    assert client_of(supervisor).post(url, form, HTTP_HX_REQUEST="true").status_code == 409


def test_overlapping_visits_share_the_width_and_a_lone_one_takes_it_all(
    riyadh, survey, inspector, second_inspector
):
    visits = [
        put(make_visit(riyadh, survey), inspector, 10, 60),
        put(make_visit(riyadh, survey), second_inspector, 10, 120),
        put(make_visit(riyadh, survey), inspector, 15, 60),
    ]
    blocks = place(visits, coming_monday(), riyadh)

    assert [(block.left, block.width) for block in blocks] == [(0, 50), (50, 50), (0, 100)]


def test_weeks_begin_on_sunday():
    monday = coming_monday()
    assert week_of(monday)[0] == monday - timedelta(days=1)
    assert week_of(monday - timedelta(days=1)) == week_of(monday)


def test_load_is_booked_of_working_minutes_without_absences(riyadh, survey, inspector, supervisor):
    visits = [put(make_visit(riyadh, survey), inspector, 10, 120)]
    absence = add_absence(
        inspector=inspector, starts_at=at(15), ends_at=at(22), reason="Training", actor=supervisor
    )
    day = coming_monday()
    loads = workload(riyadh, [day], [inspector.pk], visits, [absence])

    load = loads[inspector.pk, day]
    assert (load.booked, load.available, load.percent) == (120, 9 * 60 - 180, 33)


def test_an_absence_over_visits_is_refused(scheduled, inspector, supervisor, client_of):
    day = coming_monday()
    form = {
        "inspector": inspector.pk, "since_day": f"{day}", "since_time": "09:00",
        "until_day": f"{day}", "until_time": "17:00", "reason": "Sick",
    }  # fmt: skip
    client, url = client_of(supervisor), reverse("inspections:absences")
    assert client.post(url, form).status_code == 422
    assert not Absence.objects.exists()

    form |= {"since_time": "12:00"}
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 422  # overlapping itself
    absence = Absence.objects.get()
    assert "Sick" in calendar(client, inspector=inspector.pk).content.decode()
    assert client.post(reverse("inspections:absence_remove", args=[absence.pk])).status_code == 302
    assert not Absence.objects.exists()


def test_who_schedules_only_the_own_requests_blocks_nobodys_time(inspector, sales, client_of):
    day = coming_monday()
    form = {
        "inspector": inspector.pk, "since_day": f"{day}", "since_time": "09:00",
        "until_day": f"{day + timedelta(days=300)}", "until_time": "17:00", "reason": "x",
    }  # fmt: skip
    client, url = client_of(sales), reverse("inspections:absences")
    assert "since_day" not in client.get(url).content.decode()
    assert client.post(url, form).status_code == 422
    assert not Absence.objects.exists()


def test_the_list_filters_searches_and_exports_the_same_rows(
    riyadh, survey, scheduled, supervisor, client_of
):
    other = make_visit(riyadh, survey, district="=cmd|calc")
    client = client_of(supervisor)
    page = client.get(reverse("inspections:list"), {"status": "scheduled"}).content.decode()
    assert scheduled.number in page
    assert other.number not in page

    found = client.get(reverse("inspections:list"), {"q": other.customer.name}).content.decode()
    assert other.number in found

    assert client.get(reverse("inspections:export"), {"format": "exe"}).status_code == 400
    workbook = client.get(reverse("inspections:export"), {"format": "xlsx"})
    assert b"".join(workbook.streaming_content)[:2] == b"PK"
    answer = client.get(reverse("inspections:export"), {"status": "requested"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "'=cmd|calc" in lines[1]


@pytest.mark.parametrize(("hour", "is_found"), [(1, True), (23, False)])
def test_the_days_of_a_filter_are_the_readers_for_page_file_and_program_alike(
    riyadh, survey, inspector, supervisor, client_of, api_of, hour, is_found
):
    """One in the night of Monday in Riyadh is still Sunday in Greenwich."""
    visit = put(
        make_visit(riyadh, survey), inspector, hour, days=0 if is_found else -1,
        is_outside_hours_allowed=True,
    )  # fmt: skip
    query = {"starts_from": f"{coming_monday()}", "starts_to": f"{coming_monday()}"}
    client = client_of(supervisor)
    page = client.get(reverse("inspections:list"), query).content.decode()
    file = b"".join(client.get(reverse("inspections:export"), query).streaming_content).decode()
    rows = api_of(supervisor).get("/api/v1/inspections/", query).json()["results"]

    assert (visit.number in page) is is_found
    assert (visit.number in file) is is_found
    assert bool(rows) is is_found


@pytest.mark.parametrize(
    "query", [{"status": "nonsense"}, {"starts_from": "x"}, {"inspector": "0"}]
)
def test_a_bad_filter_shows_nothing_and_says_so(scheduled, supervisor, client_of, query):
    page = client_of(supervisor).get(reverse("inspections:list"), query)
    assert page.status_code == 200
    assert scheduled.number not in page.content.decode()


def heads(page):
    """What the heads of the list's columns say."""
    cells = re.findall(r"<th [^>]*>(.*?)</th>", page, re.S)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def test_a_person_chooses_the_columns_of_the_list(scheduled, supervisor, sales, client_of):
    client, url = client_of(supervisor), reverse("inspections:list")
    usual = heads(client.get(url).content.decode())
    assert usual == [
        "Inspection", "Status", "Visit", "Inspector", "Place", "Outcome", "Requested on",
    ]  # fmt: skip
    panel = client.get(reverse("inspections:columns"), {"status": "scheduled"}).content.decode()
    assert "Asked by" in panel

    chosen = {"columns": ["branch", "owner", "nonsense"], "query": "status=scheduled&cols=x"}
    answer = client.post(reverse("inspections:columns"), chosen, HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Redirect"] == f"{url}?status=scheduled"
    page = client.get(url).content.decode()
    assert heads(page) == ["Inspection", "Branch", "Asked by"]
    assert sales.shown_name in page
    assert page.count('class="tab ') + page.count('class="tab"') == 4  # it is no view of its own

    assert heads(client.get(url, {"cols": "moves,visit"}).content.decode())[1:] == [
        "Moved", "Visit",
    ]  # fmt: skip
    assert heads(client_of(sales).get(url).content.decode()) == usual


def test_the_tray_offers_no_time_twice(riyadh, survey, inspector, supervisor, client_of):
    for _card in range(5):
        make_visit(riyadh, survey)
    page = client_of(supervisor).get(reverse("inspections:calendar"))
    waiting = page.context["waiting"]
    assert [len(visit.suggestions) for visit in waiting] == [3] * 5

    length = timedelta(minutes=survey.minutes)
    spans = sorted(
        (one.inspector.pk, one.starts_at, one.starts_at + length)
        for visit in waiting
        for one in visit.suggestions
    )
    for (person, _start, end), (other, start, _end) in pairwise(spans):
        assert person != other or end <= start, "two cards offer the same time"
    firsts = [visit.suggestions[0].starts_at for visit in waiting]
    assert firsts == sorted(firsts)  # whoever waits longest chooses first


def test_a_full_tray_leads_to_the_whole_list(riyadh, survey, supervisor, client_of):
    link = f'href="{reverse("inspections:list")}?status=requested"'
    client, url = client_of(supervisor), reverse("inspections:calendar")
    for _card in range(MOST_WAITING):
        make_visit(riyadh, survey)
    assert link not in client.get(url).content.decode()
    make_visit(riyadh, survey)
    page = client.get(url).content.decode()
    assert page.count('id="waiting-') == MOST_WAITING
    assert link in page


def test_the_list_sorts_by_its_heads(riyadh, survey, supervisor, client_of):
    visits = [make_visit(riyadh, survey) for _visit in range(3)]
    client = client_of(supervisor)
    for order, wanted in (("oldest", visits), ("newest", visits[::-1]), ("number", visits)):
        page = client.get(reverse("inspections:list"), {"order": order}).content.decode()
        places = [page.index(visit.number) for visit in wanted]
        assert places == sorted(places), order


def test_chosen_columns_escape_what_people_wrote(riyadh, survey, supervisor, client_of):
    evil = "<img src=x>"
    make_visit(
        riyadh,
        survey,
        supervisor,
        district=evil,
        customer=factories.make_customer(riyadh, name=evil),
    )
    for columns in ("place,type,owner,branch", "status,visit,inspector,outcome,requested,moves"):
        page = client_of(supervisor).get(reverse("inspections:list"), {"cols": columns})
        assert "<img src=x>" not in page.content.decode()
        assert "&lt;img src=x&gt;" in page.content.decode()


@pytest.mark.parametrize("cols", ["", "owner,branch,type,moves,status,visit"])
def test_the_list_reads_no_more_for_other_columns(
    riyadh, survey, inspector, supervisor, client_of, django_assert_max_num_queries, cols
):
    fill(riyadh, survey, inspector, 6)
    client = client_of(supervisor)
    client.get(reverse("inspections:list"))
    with django_assert_max_num_queries(8):
        client.get(reverse("inspections:list"), {"cols": cols})


def fill(branch, kind, person, count):
    for turn in range(count):
        put(make_visit(branch, kind), person, 9 + turn % 9, days=(0, 1, 2)[turn // 9])
        make_visit(branch, kind)


@pytest.mark.parametrize(
    ("door", "most"),
    [("calendar", 20), ("list", 8), ("statistics", 12), ("home_today", 9)],
)
def test_pages_read_as_much_for_twenty_visits_as_for_two(
    riyadh, survey, inspector, supervisor, client_of, door, most
):
    client, url = client_of(supervisor), reverse(f"inspections:{door}")
    query = {"day": f"{coming_monday()}"} if door == "calendar" else {}
    counts = []
    for more in (2, 16):
        fill(riyadh, survey, inspector, more) if more == 2 else fill_later(
            riyadh, survey, inspector
        )
        client.get(url, query)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(url, query).status_code == 200
        counts.append(len(caught))

    assert counts[0] == counts[1]
    assert counts[1] <= most


def fill_later(branch, kind, person):
    for turn in range(16):
        put(make_visit(branch, kind), person, 9 + turn % 8, days=1 + turn // 8)
        make_visit(branch, kind)


def test_types_keep_what_was_answered(survey, items, manager, under_way, inspector, client_of):
    from inspections.services import NewAnswer, save_answers

    new = NewAnswer(item_id=items["Voltage"].pk, value="220", answered_at=under_way.started_at)
    save_answers(under_way, [new], actor=inspector)
    client = client_of(manager)
    form = {
        "kind": "number",
        "label_ar": "الجهد",
        "label_en": "Volts",
        "per_unit": 1,
        "included": 0,
    }

    answered = reverse("inspections:item_edit", args=[items["Voltage"].pk])
    assert client.post(answered, form).status_code == 422
    items["Voltage"].refresh_from_db()
    assert items["Voltage"].label_en == "Voltage"

    free = reverse("inspections:item_edit", args=[items["Pipe"].pk])
    assert client.post(free, form).status_code == 302
    items["Pipe"].refresh_from_db()
    assert items["Pipe"].label_en == "Volts"

    retire = reverse("inspections:item_retire", args=[items["Voltage"].pk])
    assert client.post(retire).status_code == 302
    page = client.get(reverse("inspections:detail", args=[under_way.pk])).content.decode()
    assert "220" in page  # the visit keeps its answer


def test_items_are_made_and_moved(manager, survey, client_of):
    client = client_of(manager)
    form = {
        "kind": "choice", "label_ar": "السقف", "label_en": "Ceiling",
        "choices": "خرسانة | Concrete\nجبس | Gypsum", "included": 0, "per_unit": 1,
    }  # fmt: skip
    url = reverse("inspections:item_new", args=[survey.pk])
    assert client.post(url, {**form, "choices": "one"}).status_code == 422
    assert client.post(url, form).status_code == 302

    item = survey.items.last()
    assert item.choices[1] == {"code": "2", "ar": "جبس", "en": "Gypsum"}
    client.post(reverse("inspections:item_move", args=[item.pk]), {"to": "up"})
    assert [one.label_en for one in survey.items.all()][-2] == "Ceiling"


def test_only_the_company_changes_checklists(supervisor, inspector, survey, client_of):
    kind = make_type()
    for person in (supervisor, inspector):
        for door, args in [("types", []), ("type", [kind.pk]), ("item_new", [kind.pk])]:
            url = reverse(f"inspections:{door}", args=args)
            assert client_of(person).get(url).status_code == 403


@pytest.mark.parametrize(("door", "most"), [("detail", 15), ("site", 13), ("my_day", 8)])
def test_pages_of_a_visit_read_a_bounded_amount_whatever_its_history(
    scheduled, items, inspector, supervisor, client_of, door, most
):
    from inspections.services import NewAnswer, save_answers

    client = client_of(inspector)
    args = [] if door == "my_day" else [scheduled.pk]
    url = reverse(f"inspections:{door}", args=args)
    day = f"?day={coming_monday()}" if door == "my_day" else ""
    counts = []
    for turn in range(2):
        if turn:
            for hour in (11, 12, 13, 14, 10):
                put(fresh(scheduled), inspector, hour, actor=supervisor)
            new = [
                NewAnswer(item_id=items[label].pk, value=value, answered_at=timezone.now())
                for label, value in [("Voltage", "220"), ("Drain", "ok"), ("Remarks", "x")]
            ]
            save_answers(fresh(scheduled), new, actor=inspector)
        client.get(url + day)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url + day).status_code == 200
        counts.append(len(caught))

    assert counts[1] <= counts[0] + 1  # photos and answers are prefetched, never one by one
    assert counts[1] <= most, [query["sql"][:150] for query in caught]


def test_nothing_foreign_comes_through_a_suggested_branch(scheduled, jeddah, supervisor, client_of):
    """The branch in the address is a wish: people of one branch stay in theirs."""
    page = client_of(supervisor).get(reverse("inspections:calendar"), {"branch": jeddah.pk})
    assert jeddah.name_en not in page.content.decode()


@pytest.mark.parametrize(
    "query", ["day=9999-12-31", "day=0001-01-01", "day=x", "mode=y", "inspector=x"]
)
def test_a_senseless_address_of_the_calendar_shows_today(supervisor, client_of, query):
    page = client_of(supervisor).get(f"{reverse('inspections:calendar')}?{query}")
    assert page.status_code == 200
