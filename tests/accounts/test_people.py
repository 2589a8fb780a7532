"""Colleagues by page and API: nobody gives more than they have."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Activity, User
from accounts.roles import RoleCode
from accounts.search import find_people
from tests.factories import make_department, make_role, make_user


@pytest.fixture
def branch_manager(riyadh):
    return make_user(RoleCode.BRANCH_MANAGER, riyadh, email="bm@demo.example")


def form(role, branch, **changes):
    known = {
        "email": "new@demo.example",
        "name": "سارة الحربي",
        "role": make_role(RoleCode(role)).pk,
        "branch": branch.pk if branch else "",
        "language": "en",
        "lead_capacity": "30",
    }
    return {**known, **changes}


def test_an_invited_colleague_sets_a_password_by_mail_and_signs_in(
    client_of, branch_manager, riyadh, run_jobs
):
    response = client_of(branch_manager).post("/users/new/", form("sales", riyadh))
    person = User.objects.get(email="new@demo.example")
    assert response.url == person.get_absolute_url()
    assert not person.has_usable_password()
    assert Activity.objects.filter(verb="user.invited", actor=branch_manager).exists()
    run_jobs()
    assert mail.outbox[0].to == ["new@demo.example"]
    link = re.search(r"https?://[^/\s]+(/password/new/\S+)", mail.outbox[0].body)[1]
    browser = Client()
    assert browser.post(link, {"password": "a very different phrase 9"}).status_code == 302
    assert browser.get("/account/").status_code == 200


def test_the_invitation_is_in_the_language_of_the_invited(client_of, manager, riyadh, run_jobs):
    client_of(manager).post("/users/new/", form("sales", riyadh, language="ar", name="س\r\nBcc: x"))
    run_jobs()
    assert "\n" not in mail.outbox[0].subject
    assert list(mail.outbox[0].extra_headers) == ["Message-ID"]


@pytest.mark.parametrize("role", ["company_manager", "auditor"])
def test_nobody_gives_a_role_above_or_reaching_further_than_the_own(
    client_of, api_of, branch_manager, riyadh, role
):
    client_of(branch_manager).post("/users/new/", form(role, riyadh))
    asked = {"email": "new@demo.example", "name": "x", "role": role, "branch": riyadh.pk}
    response = api_of(branch_manager).post("/api/v1/users/", asked)
    assert response.status_code == 403
    assert not User.objects.filter(email="new@demo.example").exists()


def test_nobody_promotes_a_colleague_above_themselves(client_of, branch_manager, sales):
    make_role(RoleCode.COMPANY_MANAGER)
    path = f"/users/{sales.pk}/edit/"
    client_of(branch_manager).post(path, form("company_manager", sales.branch, email=sales.email))
    sales.refresh_from_db()
    assert sales.role.code == "sales"


def test_nobody_changes_the_own_role_branch_or_state(api_of, client_of, manager, riyadh):
    api = api_of(manager)
    make_user(RoleCode.COMPANY_MANAGER, None)  # so that the last-manager rule is not what refuses
    make_role(RoleCode.SALES)
    for change in ({"role": "sales"}, {"branch": riyadh.pk}, {"is_active": False}):
        assert api.patch(f"/api/v1/users/{manager.pk}/", change).status_code == 403
    client = client_of(manager)
    assert client.post(f"/users/{manager.pk}/deactivate/").status_code == 403
    client.post(f"/users/{manager.pk}/edit/", form("sales", riyadh, email=manager.email))
    manager.refresh_from_db()
    assert (manager.role.code, manager.branch, manager.is_active) == ("company_manager", None, True)


def test_nobody_changes_a_person_of_higher_rank(api_of, branch_manager, riyadh):
    boss = make_user(RoleCode.COMPANY_MANAGER, riyadh)
    path = f"/api/v1/users/{boss.pk}/"
    assert api_of(branch_manager).patch(path, {"name": "x"}).status_code == 403
    assert api_of(branch_manager).patch(path, {"email": "mine@demo.example"}).status_code == 403


@pytest.mark.parametrize("is_moved", [False, True])
def test_the_last_company_manager_stays(api_of, manager, riyadh, is_moved):
    change = {"role": "sales", "branch": riyadh.pk} if is_moved else {"is_active": False}
    make_role(RoleCode.SALES)
    operator = User.objects.create_superuser("op@demo.example", "a long pass phrase 7", name="op")
    response = api_of(operator).patch(f"/api/v1/users/{manager.pk}/", change)
    assert response.status_code == 409
    assert response.data["code"] == "last_manager"
    second = make_user(RoleCode.COMPANY_MANAGER, None)
    assert api_of(second).patch(f"/api/v1/users/{manager.pk}/", change).status_code == 200


def test_a_branch_manager_neither_sees_nor_changes_another_branch(api_of, branch_manager, sales_b):
    api = api_of(branch_manager)
    absent = api.get("/api/v1/users/999999/")
    strange = api.get(f"/api/v1/users/{sales_b.pk}/")
    assert strange.status_code == absent.status_code == 404
    assert {**strange.data, "request_id": ""} == {**absent.data, "request_id": ""}
    assert api.patch(f"/api/v1/users/{sales_b.pk}/", {"name": "x"}).status_code == 404
    names = {row["email"] for row in api.get("/api/v1/users/").data["results"]}
    assert sales_b.email not in names
    assert branch_manager.email in names


def test_a_branch_manager_gives_nobody_another_branch(api_of, branch_manager, sales, jeddah):
    response = api_of(branch_manager).patch(f"/api/v1/users/{sales.pk}/", {"branch": jeddah.pk})
    assert response.status_code == 400
    sales.refresh_from_db()
    assert sales.branch.code == "riy"


def test_sales_see_colleagues_and_change_nobody(api_of, client_of, sales, colleague):
    api = api_of(sales)
    assert api.get(f"/api/v1/users/{colleague.pk}/").status_code == 200
    assert api.patch(f"/api/v1/users/{colleague.pk}/", {"name": "x"}).status_code == 403
    assert api.post("/api/v1/users/", {}).status_code == 403
    assert client_of(sales).get("/users/").status_code == 200
    assert client_of(sales).get("/users/new/").status_code == 403
    assert client_of(sales).post(f"/users/{colleague.pk}/deactivate/").status_code == 403


@pytest.mark.parametrize(
    "field",
    ["is_staff", "is_superuser", "is_service", "epoch", "password", "mfa_secret", "id", "x"],
)
def test_fields_that_are_not_for_writing_are_refused(api_of, manager, sales, field):
    response = api_of(manager).patch(f"/api/v1/users/{sales.pk}/", {field: "1"})
    assert response.status_code == 400
    assert field in response.data["errors"]


def test_no_answer_holds_a_password_hash_or_a_seed(api_of, manager, sales):
    row = api_of(manager).get(f"/api/v1/users/{sales.pk}/").data
    assert not {"password", "mfa_secret", "epoch"} & row.keys()


def test_orders_and_filters_are_an_allow_list(api_of, manager, sales):
    api = api_of(manager)
    assert api.get("/api/v1/users/?ordering=password").status_code == 400
    assert api.get("/api/v1/users/?search=sales").data["results"][0]["email"] == sales.email
    refused = api.get("/api/v1/users/?password__startswith=a")
    assert (refused.status_code, list(refused.data["errors"])) == (400, ["password__startswith"])


def test_a_department_belongs_to_the_branch(api_of, manager, sales, jeddah):
    other = make_department(jeddah)
    response = api_of(manager).patch(f"/api/v1/users/{sales.pk}/", {"department": other.pk})
    assert response.status_code == 400


def test_an_address_is_used_once_in_any_case(client_of, manager, sales, riyadh):
    response = client_of(manager).post(
        "/users/new/", form("sales", riyadh, email="SALES@demo.example")
    )
    assert response.status_code == 422


def test_a_change_is_logged_with_before_and_after(api_of, manager, sales):
    api_of(manager).patch(f"/api/v1/users/{sales.pk}/", {"name": "بعد"})
    entry = Activity.objects.get(verb="user.changed")
    assert entry.changes["name"] == [sales.name, "بعد"]
    assert entry.actor == manager


def test_the_profile_page_changes_only_what_is_the_persons_own(client_of, sales):
    client_of(sales).post(
        "/account/",
        {
            "name": "اسم جديد",
            "language": "en",
            "theme": "dark",
            "phone": "0551234567",
            "is_superuser": "1",
            "role": "1",
            "email": "x@demo.example",
        },
    )
    before = sales.role_id, sales.email
    sales.refresh_from_db()
    assert (sales.name, sales.theme, sales.phone) == ("اسم جديد", "dark", "+966551234567")
    assert (sales.role_id, sales.email) == before
    assert not sales.is_superuser


def test_preferences_are_an_allow_list(client_of, sales):
    client = client_of(sales)
    assert client.post("/preferences/", {"name": "theme", "value": "dark"}).status_code == 204
    assert client.post("/preferences/", {"name": "rail", "value": "1"}).status_code == 204
    for name, value in [("theme", "x"), ("is_superuser", "1"), ("rail", "yes"), ("", "")]:
        assert client.post("/preferences/", {"name": name, "value": value}).status_code == 400
    sales.refresh_from_db()
    assert (sales.theme, sales.is_rail, sales.is_superuser) == ("dark", True, False)


def test_the_language_is_kept_before_and_after_sign_in(client_of, sales):
    browser = Client()
    browser.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert 'lang="en"' in browser.get("/sign-in/").content.decode()
    client_of(sales).post("/language/", {"language": "ar", "next": "/"})
    sales.refresh_from_db()
    assert sales.language == "ar"
    assert browser.post("/language/", {"language": "xx"}).status_code == 400


def test_the_pages_of_people_show(client_of, manager, sales, sales_b):
    client = client_of(manager)
    page = client.get("/users/")
    assert {sales, sales_b} <= set(page.context["page"].rows)
    assert 'id="user-table"' in client.get("/users/", HTTP_HX_REQUEST="true").content.decode()
    assert client.get(f"/users/{sales.pk}/").context["work"] == {"sign_ins": 0, "actions": 0}
    assert client.get(f"/users/{sales.pk}/edit/").status_code == 200
    assert client.get(f"/users/{manager.pk}/").url == "/account/"


def test_a_refused_page_is_logged(client_of, sales):
    client_of(sales).get("/users/new/")
    entry = Activity.objects.get(verb="access.denied")
    assert (entry.actor, entry.changes) == (sales, {"path": [None, "/users/new/"]})


@pytest.mark.parametrize("action", ["sign-out", "invite", "activate"])
def test_each_button_of_a_person_works(client_of, manager, sales, action):
    response = client_of(manager).post(f"/users/{sales.pk}/{action}/")
    assert response.url == sales.get_absolute_url()


def test_an_invitation_sent_twice_with_one_key_invites_once(api_of, manager, riyadh, queued):
    api, role = api_of(manager), make_role(RoleCode.SALES)
    asked = {"email": "new@demo.example", "name": "x", "role": role.code, "branch": riyadh.pk}
    answers = [
        api.post("/api/v1/users/", asked, HTTP_IDEMPOTENCY_KEY="k1").status_code for _ in range(2)
    ]
    assert answers == [201, 201]
    assert queued().count("accounts.tasks.send_invitation") == 1


def test_the_palette_finds_colleagues_within_reach(sales, colleague, sales_b):
    assert [hit.url for hit in find_people(sales, "colleague")] == [colleague.get_absolute_url()]
    assert find_people(sales, "sales.b") == []
    assert find_people(sales, " ") == []


def test_me_tells_what_the_caller_may_do(api_of, sales):
    me = api_of(sales).get("/api/v1/me/").data
    assert me["permissions"]["leads.view_lead"] == "own"


def test_the_api_lists_branches_and_roles_within_reach(api_of, branch_manager, jeddah):
    api = api_of(branch_manager)
    assert [row["code"] for row in api.get("/api/v1/branches/").data["results"]] == ["riy"]
    assert api.get(f"/api/v1/branches/{jeddah.pk}/").status_code == 404
    assert api.get("/api/v1/roles/").status_code == 200
