"""Roles, integrator keys and the own profile by API, as on their pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Activity, IdempotencyRecord, IntegratorKey, Role, User
from accounts.roles import RoleCode
from accounts.services import keys
from tests import factories

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
KEYS = f"{V1}integrator-keys/"


def test_a_role_is_made_and_its_cells_are_in_force_at_the_next_call(
    api_of: Any, manager: Any, sales: Any
) -> None:
    api, own = api_of(manager), api_of(sales)
    body = {"name_ar": "مبيعات أولى", "name_en": "Senior sales", "like": "sales"}
    once = {"Idempotency-Key": "role-1"}
    made = api.post(f"{V1}roles/", body, headers=once)
    assert made.status_code == 201, made.content
    assert api.post(f"{V1}roles/", body, headers=once).json() == made.json()
    assert made.json()["grants"] == sales.role.grants

    url = f"{V1}roles/{sales.role.pk}/"
    seen = own.get(url)
    cells = {"grants": {"leads.add_lead": "none"}, "hidden_fields": {"customers.phone": "masked"}}
    saved = api.patch(url, cells, headers={"If-Match": seen["ETag"]})
    assert (saved.status_code, saved.json()["version"]) == (200, 2)
    assert saved.json()["grants"] == {**seen.json()["grants"], "leads.add_lead": "none"}
    assert own.post(f"{V1}leads/", {}).status_code == 403
    log = Activity.objects.get(verb="role.changed")
    assert log.changes["leads.add_lead"] == ["own", "none"]

    late = api.patch(url, cells, headers={"If-Match": seen["ETag"]})
    assert (late.status_code, late.json()["code"]) == (409, "edit_conflict")
    assert api.patch(url, {**cells, "version": 1}).json()["code"] == "stale_role"
    again = api.patch(url, cells)  # the same once more changes nothing
    assert (again.status_code, again.json()["version"]) == (200, 2)


def test_nobody_gives_by_api_what_the_matrix_does_not_offer_them(
    api_of: Any, manager: Any, sales: Any, riyadh: Any
) -> None:
    half = factories.make_user(RoleCode.BRANCH_MANAGER, riyadh)
    half.role.grants = {**half.role.grants, "accounts.change_role": "branch"}
    half.role.save()
    url, api = f"{V1}roles/{sales.role.pk}/", api_of(half)
    refused = {
        "leads.view_lead": "company",  # wider than the own
        "accounts.manage_keys": "own",  # not held
        "leads.add_lead": "galaxy",
        "leads.fly": "own",
    }
    for code, scope in refused.items():
        answer = api.patch(url, {"grants": {code: scope}})
        assert answer.status_code == 400, code
        assert code in str(answer.json()["errors"])
    assert api.patch(url, {"grants": {"leads.view_lead": "branch"}}).status_code == 200
    assert api.patch(url, {"rank": 90}).status_code == 400
    top = api_of(manager)
    for role in (manager.role, half.role):
        own = top if role == manager.role else api
        body = {"grants": {"accounts.view_user": "none"}}
        assert own.patch(f"{V1}roles/{role.pk}/", body).status_code == 403
    for like in ("company_manager", "nobody"):
        copy = {"name_ar": "نسخة", "name_en": "Copy", "like": like}
        assert api.post(f"{V1}roles/", copy).status_code == 400
    assert api_of(sales).patch(url, {"grants": {}}).status_code == 403
    assert not Role.objects.filter(code="copy").exists()


def test_a_key_is_said_once_used_rotated_and_revoked(
    api_of: Any, manager: Any, riyadh: Any
) -> None:
    factories.make_role(RoleCode.INTEGRATOR)
    api = api_of(manager)
    body = {"name": "Shop", "branch": riyadh.pk, "scopes": ["accounts.view_user"], "days": 90}
    once = {"Idempotency-Key": "key-1"}
    made = api.post(KEYS, body, headers=once)
    assert made.status_code == 201, made.content
    secret = made.json()["secret"]
    again = api.post(KEYS, body, headers=once).json()
    assert again == {**made.json(), "secret": None}
    assert secret not in str(list(IdempotencyRecord.objects.values_list("response", flat=True)))
    first = IntegratorKey.objects.get()
    assert first.expires_at
    assert first.expires_at - timezone.now() < timedelta(days=91)

    more = {"name": "Shop 2", "integration": made.json()["integration"], "scopes": body["scopes"]}
    second = api.post(KEYS, {**more, "days": None}).json()
    assert (second["integration"], second["expires_at"]) == (first.user_id, None)
    url = f"{KEYS}{first.pk}/"
    for _time in range(2):  # twice is once
        ended = api.post(f"{url}revoke/").json()
        assert (ended["revoked_at"] is None, "secret" in ended) == (False, False)
    assert Activity.objects.filter(verb="key.revoked").count() == 1
    assert secret not in api.get(KEYS).content.decode()
    assert [row["name"] for row in api.get(KEYS).json()["results"]] == ["Shop 2", "Shop"]
    worth = [_with_key(one).get(f"{V1}branches/").status_code for one in (secret, second["secret"])]
    assert worth == [401, 200]


def _with_key(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_X_API_KEY=secret)
    return client


def test_a_key_opens_no_more_than_its_maker_may_and_makes_no_other_key(
    api_of: Any, manager: Any, supervisor: Any, sales_b: Any, integrator: User, jeddah: Any
) -> None:
    api = api_of(manager)
    body = {"name": "Shop", "branch": jeddah.pk, "scopes": ["accounts.view_user"]}
    wrong = [
        {**body, "scopes": ["accounts.change_role"]}, {**body, "scopes": []}, {**body, "days": 7},
        {**body, "branch": None}, {"name": "Shop", "scopes": body["scopes"]},
        {**body, "integration": supervisor.pk}, {**body, "secret": "mdr_mine"},
        {**body, "integration": integrator.pk},  # of another branch
    ]  # fmt: skip
    assert {api.post(KEYS, one).status_code for one in wrong} == {400}
    assert not IntegratorKey.objects.exists()

    role = integrator.role
    assert role
    more = ("accounts.manage_keys", "accounts.change_role", "accounts.use_account")
    role.grants = {**role.grants, **dict.fromkeys(more, "company")}
    role.save()
    wanted = keys.NewKey(user=integrator, name="Bold", scopes=list(role.grants))
    key, secret = keys.create_key(wanted, actor=None)
    robot = _with_key(secret)
    assert robot.get(f"{V1}roles/").status_code == 200
    tried = [
        robot.get(KEYS), robot.post(KEYS, body), robot.post(f"{KEYS}{key.pk}/revoke/"),
        robot.post(f"{V1}roles/", {}), robot.patch(f"{V1}roles/{role.pk}/", {}),
        robot.patch(f"{V1}me/", {"name": "x"}),
    ]  # fmt: skip
    assert {answer.status_code for answer in tried} == {403}

    branch_only = {**sales_b.role.grants, "accounts.manage_keys": "branch"}
    Role.objects.filter(pk=sales_b.role_id).update(grants=branch_only)
    stranger = api_of(User.objects.get(pk=sales_b.pk))
    assert stranger.get(KEYS).json()["results"] == []
    assert stranger.post(f"{KEYS}{key.pk}/revoke/").status_code == 404


def test_the_own_profile_is_changed_and_nothing_beyond_it(api_of: Any, sales: Any) -> None:
    api = api_of(sales)
    given = {"phone": "055 123 4567", "theme": "dark", "is_rail": True, "is_available": False}
    answer = api.patch(f"{V1}me/", given)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert {name: told[name] for name in given} == {**given, "phone": "+966551234567"}
    assert (told["name"], told["has_single_keys"]) == (sales.name, True)
    assert Activity.objects.get(verb="profile.changed").actor == sales
    for wrong in ({"phone": "12"}, {"language": "fr"}, {"name": ""}, {"role": "auditor"}):
        assert api.patch(f"{V1}me/", wrong).status_code == 400, wrong
    assert api.get(f"{V1}me/").json()["phone"] == "+966551234567"
