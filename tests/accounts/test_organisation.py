"""Branches, departments and teams are kept by the people whom the role matrix lets."""

import re

import pytest
from django.urls import reverse

from accounts.models import Activity, Branch, Department, Team
from accounts.roles import RoleCode
from accounts.services.organisation import version_of
from tests.factories import make_department, make_rule, make_team, make_user

HOURS = {"7_0_from": "09:00", "7_0_to": "18:00"}


@pytest.fixture
def head(riyadh):
    return make_user(RoleCode.BRANCH_MANAGER, riyadh, email="head@demo.example")


def branch_data(branch=None, **changes):
    known = {
        "code": "dmm", "name_ar": "الدمام", "name_en": "Dammam", "currency": "SAR",
        "time_zone": "Asia/Riyadh", "phone_region": "SA", "is_active": "on", **HOURS,
    }  # fmt: skip
    if branch:
        known |= {"code": branch.code, "name_ar": branch.name_ar, "name_en": branch.name_en}
        known["seen"] = version_of(branch)
    return {name: value for name, value in {**known, **changes}.items() if value is not None}


def branch_url(branch):
    return reverse("accounts:branch_edit", args=[branch.pk])


def piece_url(piece):
    return reverse(f"accounts:{piece._meta.model_name}_edit", args=[piece.pk])


def names(piece, **changes):
    seen = version_of(piece) if piece.pk else ""
    return {"name_ar": piece.name_ar, "name_en": piece.name_en, "seen": seen, **changes}


def test_a_company_manager_adds_a_branch_and_the_log_has_it(client_of, manager):
    answer = client_of(manager).post(reverse("accounts:branch_new"), branch_data())
    assert answer.status_code == 302
    made = Branch.objects.get(code="dmm")
    assert (made.currency, made.working_hours) == ("SAR", {"7": [["09:00", "18:00"]]})
    assert Activity.objects.get(verb="branch.created").changes["name_en"] == [None, "Dammam"]


def test_a_change_of_a_branch_is_logged_before_and_after(client_of, manager, riyadh):
    data = branch_data(riyadh, currency="AED", time_zone="Asia/Dubai")
    assert client_of(manager).post(branch_url(riyadh), data).status_code == 302
    changes = Activity.objects.get(verb="branch.changed").changes
    assert changes["currency"] == ["SAR", "AED"]
    assert changes["hours.1"] == ["09:00–18:00", ""]
    assert "hours.7" not in changes


def test_saving_what_is_there_already_changes_and_logs_nothing(client_of, manager, riyadh):
    client = client_of(manager)
    shown = client.get(branch_url(riyadh)).context["form"]
    data = {name: shown[name].value() for name in shown.fields}
    data = {name: value for name, value in data.items() if value not in (None, "", False)}
    assert client.post(branch_url(riyadh), data).status_code == 302
    assert not Activity.objects.filter(verb="branch.changed").exists()


def test_a_day_takes_a_morning_an_evening_and_hours_past_midnight(client_of, manager, riyadh):
    evening = {
        "1_0_from": "16:00", "1_0_to": "00:00", "1_1_from": "09:00", "1_1_to": "12:00",
        "2_0_from": "20:00", "2_0_to": "02:00",
    }  # fmt: skip
    client_of(manager).post(branch_url(riyadh), branch_data(riyadh, **evening))
    riyadh.refresh_from_db()
    assert riyadh.working_hours["1"] == [["09:00", "12:00"], ["16:00", "24:00"]]
    assert riyadh.working_hours["2"] == [["20:00", "02:00"]]


@pytest.mark.parametrize(
    "bad",
    [
        {"1_0_from": "09:00"},
        {"1_0_to": "09:00"},
        {"1_0_from": "09:00", "1_0_to": "09:00"},
        {"1_0_from": "09:00", "1_0_to": "13:00", "1_1_from": "12:00", "1_1_to": "18:00"},
        {"1_0_from": "25:00", "1_0_to": "26:00"},
        {"code": "a b"},
        {"code": "x" * 13},
        {"name_ar": "\u200e"},
        {"name_en": ""},
        {"currency": "XXX"},
        {"time_zone": "Mars/Base"},
        {"phone_region": "ZZ"},
        {"seen": "x" * 17},
    ],
)
def test_what_cannot_be_is_said_beside_the_form_and_not_saved(client_of, manager, riyadh, bad):
    answer = client_of(manager).post(branch_url(riyadh), branch_data(riyadh, **bad))
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not Activity.objects.filter(verb="branch.changed").exists()


def test_two_branches_cannot_have_one_code(client_of, manager, riyadh):
    answer = client_of(manager).post(reverse("accounts:branch_new"), branch_data(code="RIY"))
    assert answer.status_code == 409
    assert "code" in answer.context["form"].errors
    assert Branch.objects.count() == 1


def test_a_branch_with_active_people_stays_active(client_of, manager, riyadh, sales):
    client, off = client_of(manager), {"is_active": None}
    answer = client.post(branch_url(riyadh), branch_data(riyadh, **off))
    assert answer.status_code == 409
    assert "is_active" in answer.context["form"].errors
    riyadh.refresh_from_db()
    assert riyadh.is_active

    type(sales).objects.filter(branch=riyadh).update(is_active=False)
    assert client.post(branch_url(riyadh), branch_data(riyadh, **off)).status_code == 302
    riyadh.refresh_from_db()
    assert not riyadh.is_active


def test_a_stale_edit_shows_what_changed_and_the_next_save_goes_on_top(client_of, manager, riyadh):
    client, old = client_of(manager), branch_data(riyadh, name_en="Mine")
    client.post(branch_url(riyadh), branch_data(riyadh, name_en="Theirs"))

    answer = client.post(branch_url(riyadh), old)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    riyadh.refresh_from_db()
    assert riyadh.name_en == "Theirs"

    again = {**old, "seen": answer.context["form"]["seen"].value()}
    assert client.post(branch_url(riyadh), again).status_code == 302
    riyadh.refresh_from_db()
    assert riyadh.name_en == "Mine"


def test_a_branch_manager_keeps_departments_and_teams_of_the_own_branch(
    client_of, head, riyadh, jeddah, sales, colleague
):
    client = client_of(head)
    new = {"name_ar": "المبيعات", "name_en": "Sales", "manager": sales.pk}
    client.post(reverse("accounts:branch_add_department", args=[riyadh.pk]), new)
    assert Department.objects.get().manager == sales

    members = {"name_ar": "الشمال", "name_en": "North", "members": [sales.pk, colleague.pk]}
    client.post(reverse("accounts:branch_add_team", args=[riyadh.pk]), members)
    team = Team.objects.get()
    assert set(team.members.all()) == {sales, colleague}

    for name in ("branch_add_department", "branch_add_team"):
        url = reverse(f"accounts:{name}", args=[jeddah.pk])
        assert client.get(url).status_code == client.post(url, new).status_code == 404
    assert client.get(piece_url(make_team(jeddah))).status_code == 404
    assert client.get(branch_url(riyadh)).status_code == 403
    assert Department.objects.count() == 1


def test_members_come_and_go_by_name_in_the_log(client_of, head, riyadh, sales, colleague):
    team = make_team(riyadh, sales)
    client_of(head).post(piece_url(team), names(team, members=[colleague.pk]))
    entry = Activity.objects.get(verb="team.changed")
    assert entry.changes == {"members": [[sales.name], [colleague.name]]}
    assert entry.branch == riyadh


def test_people_of_other_branches_are_no_choice(client_of, manager, riyadh, sales_b):
    team, department = make_team(riyadh), make_department(riyadh)
    client = client_of(manager)
    for piece, field in ((team, "members"), (department, "manager")):
        answer = client.post(piece_url(piece), names(piece, **{field: sales_b.pk}))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
    assert not team.members.exists()


@pytest.mark.parametrize("value", ["9" * 30, "-1", "x", "٣", "<b>", "1" * 300_000])
def test_nonsense_is_refused_in_every_field(client_of, manager, riyadh, value):
    client, team, department = client_of(manager), make_team(riyadh), make_department(riyadh)
    for piece, field in ((team, "members"), (department, "manager"), (team, "seen")):
        answer = client.post(piece_url(piece), names(piece, **{field: value}))
        assert answer.status_code == 422
    for field in ("time_zone", "currency", "phone_region", "1_0_from", "6_1_to", "seen"):
        answer = client.post(branch_url(riyadh), branch_data(riyadh, **{field: value}))
        assert answer.status_code in (409, 422)
    assert not Activity.objects.filter(verb__endswith=".changed").exists()


def test_a_stale_team_is_not_overwritten(client_of, head, riyadh, sales, colleague):
    team = make_team(riyadh, sales)
    old = names(team, members=[sales.pk, colleague.pk])
    team.members.set([])
    answer = client_of(head).post(piece_url(team), old, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not team.members.exists()


def test_a_team_with_routing_rules_is_not_removed(client_of, head, riyadh):
    team = make_team(riyadh)
    rule = make_rule(team)
    client, url = client_of(head), reverse("accounts:team_remove", args=[team.pk])
    assert client.post(url).status_code == 409
    assert Team.objects.filter(pk=team.pk).exists()

    rule.delete()
    assert client.post(url).status_code == 302
    assert not Team.objects.exists()
    assert Activity.objects.filter(verb="team.removed", object_id=team.pk).exists()


def test_a_department_with_people_is_not_removed(client_of, head, riyadh, sales):
    department = make_department(riyadh)
    type(sales).objects.filter(pk=sales.pk).update(department=department)
    client, url = client_of(head), reverse("accounts:department_remove", args=[department.pk])
    assert client.post(url).status_code == 409
    type(sales).objects.filter(pk=sales.pk).update(department=None)
    assert client.post(url).status_code == 302
    assert not Department.objects.exists()


def test_a_panel_answers_with_itself_and_closes_after_the_save(client_of, head, riyadh):
    team, client = make_team(riyadh), client_of(head)
    htmx = {"HX-Request": "true"}
    shown = client.get(piece_url(team), headers=htmx)
    assert b"<html" not in shown.content
    wrong = client.post(piece_url(team), names(team, name_en=""), headers=htmx)
    assert wrong.status_code == 422
    done = client.post(piece_url(team), names(team, name_en="South"), headers=htmx)
    assert done.status_code == 204
    assert "organisation-changed" in done["HX-Trigger"]


def test_a_salesperson_reads_the_own_branch_and_changes_nothing(client_of, sales, riyadh, jeddah):
    make_team(riyadh, sales, name_en="North", name_ar="الشمال")
    make_team(jeddah, name_en="Coast", name_ar="الساحل")
    client = client_of(sales, headers={"Accept-Language": "en"})
    page = client.get(reverse("accounts:organisation")).content.decode()
    assert "North" in page or "الشمال" in page
    assert "Coast" not in page
    assert "الساحل" not in page
    assert not re.search(r"branches/\d+/|/teams/\d+/", page)
    for url in (reverse("accounts:branch_new"), branch_url(riyadh)):
        assert client.get(url).status_code == client.post(url).status_code == 403
    assert Branch.objects.count() == 2


def test_the_page_needs_as_many_queries_for_five_branches_as_for_one(
    client_of, manager, riyadh, django_assert_max_num_queries
):
    from tests.factories import make_branch

    client = client_of(manager)
    for _number in range(5):
        branch = make_branch()
        make_team(branch)
        make_department(branch, manager=manager)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("accounts:organisation")).status_code == 200
