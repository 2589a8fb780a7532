"""Branches, departments, teams, the company, the log and saved views by API, as on their pages."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Activity, Branch, CompanySettings, Department, SavedView, Team, User
from accounts.roles import RoleCode
from accounts.services import record
from tests import factories

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


@pytest.fixture
def branch_manager(riyadh: Any) -> Any:
    return factories.make_user(RoleCode.BRANCH_MANAGER, riyadh)


def test_a_manager_opens_and_changes_a_branch(api_of: Any, manager: Any) -> None:
    api: APIClient = api_of(manager)
    body = {
        "code": "DMM", "name_ar": "الدمام", "name_en": "Dammam", "currency": "SAR",
        "time_zone": "Asia/Riyadh", "phone_region": "SA",
        "working_hours": {"7": [["16:00", "22:00"], ["09:00", "13:00"]], "5": []},
    }  # fmt: skip
    key = {"Idempotency-Key": "branch-1"}
    made = api.post(f"{V1}branches/", body, headers=key)
    assert made.status_code == 201, made.content
    assert api.post(f"{V1}branches/", body, headers=key).json() == made.json()
    branch = Branch.objects.get(code="dmm")
    assert made.json()["working_hours"] == {"7": [["09:00", "13:00"], ["16:00", "22:00"]]}
    url = f"{V1}branches/{branch.pk}/"
    seen = api.get(url)["ETag"]
    changed = api.patch(url, {"name_en": "Eastern"}, headers={"If-Match": seen})
    assert (changed.status_code, changed.json()["name_ar"]) == (200, "الدمام")
    late = api.patch(url, {"name_en": "late"}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (409, "edit_conflict")
    assert set(Activity.objects.about(branch).values_list("verb", flat=True)) == {
        "branch.created", "branch.changed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"code": "a b"}, 400), ({"name_en": "\u200f "}, 400), ({"currency": "XXX"}, 400),
        ({"time_zone": "Mars/Base"}, 400), ({"phone_region": "ZZ"}, 400), ({"code": "riy"}, 409),
        ({"working_hours": {"8": []}}, 400), ({"working_hours": {"1": [["9", "10:00"]]}}, 400),
        ({"working_hours": {"1": [["09:00", "12:00"], ["11:00", "13:00"]]}}, 400),
        ({"working_hours": {"1": [["09:00", "09:00"]]}}, 400), ({"working_hours": 5}, 400),
        ({"id": 5}, 400),
    ],
)  # fmt: skip
def test_what_the_page_refuses_of_a_branch_is_refused(
    api_of: Any, manager: Any, riyadh: Any, wrong: dict[str, Any], status: int
) -> None:
    body = {"code": "new", "name_ar": "جديد", "name_en": "New", **wrong}
    answer = api_of(manager).post(f"{V1}branches/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, list(wrong))


def test_a_branch_with_people_stays_on_and_others_change_none(
    api_of: Any, manager: Any, sales: Any, branch_manager: Any, riyadh: Any
) -> None:
    url = f"{V1}branches/{riyadh.pk}/"
    assert api_of(manager).patch(url, {"is_active": False}).json()["code"] == "branch_has_people"
    for person in (sales, branch_manager):
        assert api_of(person).get(url).status_code == 200
        assert api_of(person).patch(url, {"name_en": "x"}).status_code == 403


def test_departments_and_teams_are_kept_by_who_may(
    api_of: Any, branch_manager: Any, sales: Any, sales_b: Any, riyadh: Any, jeddah: Any
) -> None:
    api: APIClient = api_of(branch_manager)
    names = {"name_ar": "المبيعات", "name_en": "Sales"}
    made = api.post(f"{V1}departments/", {**names, "branch": riyadh.pk, "manager": sales.pk})
    assert made.status_code == 201, made.content
    assert (made.json()["branch"], made.json()["branch_code"]) == (riyadh.pk, "riy")
    department = made.json()["id"]
    body = {**names, "branch": riyadh.pk, "department": department, "members": [sales.pk]}
    team = api.post(f"{V1}teams/", body)
    assert team.status_code == 201, team.content
    url = f"{V1}teams/{team.json()['id']}/"
    changed = api.patch(url, {"name_en": "Retail", "leader": sales.pk})
    assert (changed.json()["members"], changed.json()["leader"]) == ([sales.pk], sales.pk)
    assert api.patch(url, {"branch": jeddah.pk}).status_code == 400  # it keeps its branch
    assert api.patch(url, {"members": [sales_b.pk]}).status_code == 400  # nobody of this name
    assert api.post(f"{V1}teams/", {**body, "branch": jeddah.pk}).status_code == 400
    User.objects.filter(pk=sales.pk).update(department=department)
    assert api.delete(f"{V1}departments/{department}/").json()["code"] == "still_used"
    assert api.delete(url).status_code == 204
    assert not Team.objects.exists()
    assert api_of(sales).get(f"{V1}departments/").json()["results"][0]["id"] == department
    assert api_of(sales).post(f"{V1}departments/", body).status_code == 403
    assert api_of(sales_b).get(f"{V1}departments/{department}/").status_code == 404


def test_people_of_another_branch_lead_nothing_here(
    api_of: Any, manager: Any, sales_b: Any, riyadh: Any, jeddah: Any
) -> None:
    api: APIClient = api_of(manager)
    names = {"name_ar": "فريق", "name_en": "Team", "branch": riyadh.pk}
    strange = factories.make_department(jeddah)
    for more in ({"leader": sales_b.pk}, {"members": [sales_b.pk]}):
        answer = api.post(f"{V1}teams/", {**names, **more})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_of_this_branch")
        assert list(answer.json()["errors"]) == list(more)
    assert api.post(f"{V1}teams/", {**names, "department": strange.pk}).status_code == 400
    answer = api.post(f"{V1}departments/", {**names, "manager": sales_b.pk})
    assert answer.status_code == 409
    assert list(Department.objects.all()) == [strange]


def test_the_company_is_read_and_changed_as_on_the_settings_page(
    api_of: Any, manager: Any, sales: Any, auditor: Any
) -> None:
    api: APIClient = api_of(manager)
    read = api.get(f"{V1}company/")
    assert read.json()["name_en"] == "Nasma Air"
    assert not {"id", "logo", "pk"} & read.json().keys()
    etag = {"If-Match": read["ETag"]}
    saved = api.patch(f"{V1}company/", {"tax_percent": "5.00", "phone": "19123"}, headers=etag)
    assert (saved.status_code, saved.json()["tax_percent"]) == (200, "5.00")
    assert CompanySettings.objects.get().phone == "19123"
    assert api.patch(f"{V1}company/", {"quote_days": 3}, headers=etag).status_code == 409
    entry = Activity.objects.get(verb="settings.changed")
    assert entry.changes["tax_percent"] == ["15.00", "5.00"]
    wrong: list[dict[str, Any]] = [
        {"tax_percent": "101"}, {"quote_days": 0}, {"phone": "call us"}, {"currency": "XXX"},
        {"name_ar": ""}, {"logo": "x"}, {"id": 2}, {"email": "nobody"}, {"is_auto_reply_on": "x"},
    ]  # fmt: skip
    for change in wrong:
        answer = api.patch(f"{V1}company/", change)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, list(change))
    for person in (sales, auditor):
        assert api_of(person).get(f"{V1}company/").status_code == 403


def test_the_log_is_read_within_reach_and_filtered_as_on_its_page(
    api_of: Any, client_of: Any, auditor: Any, sales: Any, sales_b: Any
) -> None:
    record(sales, "profile.changed", sales, changes={"language": ["ar", "en"]})
    record(sales_b, "sign_out", sales_b)
    api: APIClient = api_of(auditor)
    english = {"Accept-Language": "en"}
    found = api.get(f"{V1}activity/", {"verb": "profile"}, headers=english).json()
    (row,) = found["results"]
    assert (row["actor"], row["branch_code"]) == (sales.pk, "riy")
    assert row["changes"] == {"language": ["ar", "en"]}
    assert row["sentence"] == "changed the own profile"
    one = api.get(f"{V1}activity/{row['id']}/", headers=english)
    assert one.json() == row
    known = {"If-None-Match": one["ETag"], **english}
    assert api.get(f"{V1}activity/{row['id']}/", headers=known).status_code == 304
    first = api.get(f"{V1}activity/", {"page_size": 1}).json()
    assert first["results"][0]["id"] != api.get(first["next"]).json()["results"][0]["id"]
    own = api_of(sales).get(f"{V1}activity/").json()["results"]
    assert {entry["actor"] for entry in own} == {sales.pk}
    assert api.post(f"{V1}activity/", {}).status_code == 405
    assert api.delete(f"{V1}activity/{row['id']}/").status_code == 405


def test_saved_views_are_the_own_ones_and_those_shared(
    api_of: Any, sales: Any, colleague: Any, sales_b: Any
) -> None:
    api: APIClient = api_of(sales)
    body = {"page": "customers:list", "name": "Jeddah", "query": "city=jeddah", "is_shared": True}
    made = api.post(f"{V1}saved-views/", body)
    assert made.status_code == 201, made.content
    assert api.post(f"{V1}saved-views/", body).json()["code"] == "view_name_taken"
    assert api.post(f"{V1}saved-views/", {**body, "page": "no:where"}).status_code == 400
    url = f"{V1}saved-views/{made.json()['id']}/"
    assert [row["name"] for row in api_of(colleague).get(f"{V1}saved-views/").json()["results"]]
    assert api_of(sales_b).get(f"{V1}saved-views/").json()["results"] == []
    assert api_of(colleague).delete(url).status_code == 404
    assert api.delete(url).status_code == 204
    assert not SavedView.objects.exists()
