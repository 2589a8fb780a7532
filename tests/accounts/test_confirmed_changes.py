"""What changes who can get in asks again who is there: a browser left open is not enough (AU-4)."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Activity, Role, User
from accounts.roles import RANK, RoleCode
from tests.accounts.codes import SET_UP, scanned, with_codes_on
from tests.factories import PASSWORD, make_user

WRONG = "not my pass phrase"


def changed(person: User, **fields: Any) -> dict[str, Any]:
    """The form of a person, filled in as it stands, with some fields changed."""
    kept = {
        "email": person.email,
        "name": person.name,
        "role": person.role_id or "",
        "branch": person.branch_id or "",
        "language": person.language,
        "lead_capacity": person.lead_capacity,
    }
    return {**kept, **fields}


def test_codes_are_not_turned_on_without_the_password(client_of: Any, sales: User) -> None:
    client = client_of(sales)
    for given, status in {"": 422, WRONG: 401}.items():
        answer = client.post(SET_UP, {"code": scanned(client).now(), "current": given})
        assert answer.status_code == status
    sales.refresh_from_db()
    assert sales.mfa_enabled_at is None


def test_guessing_the_password_while_setting_codes_up_locks_the_account(
    client_of: Any, sales: User
) -> None:
    client = client_of(sales)
    for _turn in range(5):
        client.post(SET_UP, {"code": "000000", "current": WRONG})
    answer = client.post(SET_UP, {"code": scanned(client).now(), "current": PASSWORD})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_an_e_mail_is_not_changed_on_the_page_without_the_editors_password(
    client_of: Any, manager: User, sales: User
) -> None:
    client, path = client_of(manager), f"/users/{sales.pk}/edit/"
    asked = client.post(path, changed(sales, email="thief@demo.example"))
    assert asked.status_code == 422
    assert 'name="current"' in asked.content.decode()
    given = {"email": "thief@demo.example", "current": WRONG}
    assert client.post(path, changed(sales, **given)).status_code == 401
    sales.refresh_from_db()
    assert sales.email == "sales@demo.example"

    given = {"email": "sales.new@demo.example", "current": PASSWORD}
    assert client.post(path, changed(sales, **given)).status_code == 302
    sales.refresh_from_db()
    assert sales.email == "sales.new@demo.example"


def test_an_editor_with_codes_gives_one_too(client_of: Any, manager: User, sales: User) -> None:
    client, path = client_of(manager), f"/users/{sales.pk}/edit/"
    totp = with_codes_on(manager)
    given = {"email": "sales.new@demo.example", "current": PASSWORD}
    assert client.post(path, changed(sales, **given)).status_code == 422
    assert client.post(path, changed(sales, **given, code="abcdef")).status_code == 401
    assert client.post(path, changed(sales, **given, code=totp.now())).status_code == 302


def test_nobodys_own_e_mail_is_changed_without_the_password(client_of: Any, manager: User) -> None:
    path = f"/users/{manager.pk}/edit/"
    answer = client_of(manager).post(path, changed(manager, email="mine.too@demo.example"))
    assert answer.status_code == 422
    manager.refresh_from_db()
    assert manager.email == "manager@demo.example"


def test_everything_else_about_a_person_needs_no_password(
    client_of: Any, manager: User, sales: User
) -> None:
    path = f"/users/{sales.pk}/edit/"
    writing = changed(sales, name="سلمى", email=" SALES@demo.example ")
    assert client_of(manager).post(path, writing).status_code == 302
    sales.refresh_from_db()
    assert (sales.name, sales.email) == ("سلمى", "sales@demo.example")


def test_the_api_changes_an_e_mail_with_the_callers_password_only(
    api_of: Any, manager: User, sales: User
) -> None:
    api, path, new = api_of(manager), f"/api/v1/users/{sales.pk}/", "sales.new@demo.example"
    refused = api.patch(path, {"email": new})
    assert (refused.status_code, refused.data["code"]) == (403, "identity_not_confirmed")
    assert api.patch(path, {"email": new, "current_password": WRONG}).status_code == 401
    done = api.patch(path, {"email": new, "current_password": PASSWORD})
    assert (done.status_code, done.data["email"]) == (200, new)
    assert "current_password" not in done.data
    assert api.patch(path, {"name": "سلمى"}).status_code == 200


def test_the_api_counts_wrong_passwords(api_of: Any, manager: User, sales: User) -> None:
    api, path = api_of(manager), f"/api/v1/users/{sales.pk}/"
    asked = {"email": "sales.new@demo.example"}
    for _turn in range(5):
        api.patch(path, {**asked, "current_password": WRONG})
    locked = api.patch(path, {**asked, "current_password": PASSWORD})
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 0


def test_a_colleagues_codes_are_not_turned_off_without_the_managers_password(
    client_of: Any, manager: User, sales: User
) -> None:
    with_codes_on(sales)
    client, path = client_of(manager), f"/users/{sales.pk}/codes/off/"
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 422
    assert client.post(path, {"current": WRONG}).status_code == 401
    sales.refresh_from_db()
    assert sales.mfa_enabled_at
    assert client.post(path, {"current": PASSWORD}).url == sales.get_absolute_url()
    sales.refresh_from_db()
    assert sales.mfa_enabled_at is None
    assert Activity.objects.filter(verb="mfa.disabled", actor=manager).count() == 1


def test_codes_of_those_out_of_reach_or_above_stay(
    client_of: Any, riyadh: Any, sales_b: User
) -> None:
    head = make_user(RoleCode.BRANCH_MANAGER, riyadh)
    boss = make_user(RoleCode.COMPANY_MANAGER, riyadh)
    for person, status in {sales_b: 404, boss: 403}.items():
        with_codes_on(person)
        answer = client_of(head).post(f"/users/{person.pk}/codes/off/", {"current": PASSWORD})
        assert answer.status_code == status
        person.refresh_from_db()
        assert person.mfa_enabled_at


@pytest.mark.parametrize("role", [RoleCode.SUPERVISOR, RoleCode.SALES])
def test_a_role_of_the_companys_own_demands_codes_like_the_built_in_one_of_its_rank(
    role: RoleCode, sales: User, settings: Any
) -> None:
    settings.MFA_REQUIRED_ROLES = ["company_manager", "branch_manager", "supervisor"]
    sales.role = Role.objects.create(code="team-lead", name_ar="قائد", rank=RANK[role])
    sales.save()
    browser = Client()
    browser.post("/sign-in/", {"email": sales.email, "password": PASSWORD})
    is_led_there = browser.get("/account/").get("Location") == SET_UP
    assert is_led_there is (role == RoleCode.SUPERVISOR)


def test_one_word_asks_everybody_for_codes(sales: User, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = ["all"]
    browser = Client()
    browser.post("/sign-in/", {"email": sales.email, "password": PASSWORD})
    assert browser.get("/account/")["Location"] == SET_UP
