"""Integrator keys: shown once, narrow, ended at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import IntegratorKey, User
from accounts.roles import RoleCode
from accounts.services import keys
from tests.factories import make_role, make_user


@pytest.fixture
def api(client):
    def get(secret, path="/api/v1/branches/"):
        return client.get(path, HTTP_X_API_KEY=secret).status_code

    return get


@pytest.fixture
def new_key(client_of, manager, riyadh):
    """Make a key on the page."""
    make_role(RoleCode.INTEGRATOR)

    def make(**changes):
        known = {
            "name": "Shop",
            "branch": riyadh.pk,
            "scopes": ["accounts.view_user"],
            "days": "90",
        }
        return client_of(manager).post("/settings/keys/new/", {**known, **changes})

    return make


def test_a_key_is_shown_once_and_stored_hashed(new_key, api, client_of, manager):
    page = new_key()
    secret, key = page.context["secret"], IntegratorKey.objects.get()
    assert secret in page.content.decode()
    assert secret not in key.key_hash
    assert secret not in client_of(manager).get("/settings/keys/").content.decode()
    assert api(secret) == 200
    key.refresh_from_db()
    assert key.last_used_at


def test_a_key_opens_only_its_scopes(new_key, api):
    secret = new_key(scopes=["leads.view_lead"]).context["secret"]
    assert api(secret) == 403


def test_a_key_cannot_have_more_than_its_role(new_key):
    assert new_key(scopes=["accounts.change_user"]).status_code == 422
    assert not IntegratorKey.objects.exists()


def test_a_key_sees_its_branch_only(api_with_key, sales, sales_b):
    emails = {row["email"] for row in api_with_key.get("/api/v1/users/").data["results"]}
    assert sales.email in emails
    assert sales_b.email not in emails


def test_two_keys_of_one_integration_work_until_one_is_revoked(new_key, api, client_of, manager):
    first = new_key().context["secret"]
    integration = User.objects.get(is_service=True)
    second = new_key(integration=integration.pk).context["secret"]
    assert (api(first), api(second)) == (200, 200)
    key = IntegratorKey.objects.get(key_hash=keys.digest(first))
    client_of(manager).post(f"/settings/keys/{key.pk}/revoke/")
    assert (api(first), api(second)) == (401, 200)


def test_keys_of_another_branch_are_not_there(new_key, client_of, jeddah):
    new_key()
    key, stranger = IntegratorKey.objects.get(), make_user(RoleCode.BRANCH_MANAGER, jeddah)
    stranger.role.grants = {**stranger.role.grants, "accounts.manage_keys": "branch"}
    stranger.role.save()
    client = client_of(stranger)
    assert list(client.get("/settings/keys/").context["rows"]) == []
    assert client.post(f"/settings/keys/{key.pk}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_an_expired_key_is_refused(new_key, api):
    secret = new_key().context["secret"]
    IntegratorKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api(secret) == 401


def test_a_deactivated_integration_is_refused(integrator_key, integrator, api):
    assert api(integrator_key) == 200
    User.objects.filter(pk=integrator.pk).update(is_active=False)
    assert api(integrator_key) == 401


@pytest.mark.parametrize("secret", ["mdr_", "mdr_" + "x" * 43, "mdr_ابجد", "mdr_" + "a" * 9000])
def test_made_up_keys_are_refused(db, api, secret):
    assert api(secret.encode().decode("latin-1")) == 401


def test_a_key_opens_no_page(client, integrator_key):
    assert client.get("/account/", HTTP_X_API_KEY=integrator_key).status_code == 302


def test_only_who_manages_keys_sees_them(client_of, supervisor):
    for path in ("/settings/keys/", "/settings/keys/new/"):
        assert client_of(supervisor).get(path).status_code == 403


@pytest.fixture
def key_maker(riyadh):
    """Somebody of a branch who may make keys, and sees little themselves."""
    make_role(RoleCode.INTEGRATOR)
    user = make_user(RoleCode.SUPERVISOR, riyadh)
    user.role.grants = {
        "accounts.use_account": "own",
        "accounts.manage_keys": "branch",
        "accounts.view_user": "branch",
        "leads.view_lead": "own",
    }
    user.role.save()
    return user


def make_key(client, branch, *scopes):
    asked = {"name": "Shop", "branch": branch.pk, "scopes": scopes, "days": "90"}
    return client.post("/settings/keys/new/", asked)


def test_a_key_opens_no_more_than_its_maker_may(client_of, key_maker, riyadh):
    client = client_of(key_maker)
    for scopes in (["leads.view_lead"], ["customers.view_customer"], ["accounts.view_user", "x"]):
        assert make_key(client, riyadh, *scopes).status_code == 422
    assert not IntegratorKey.objects.exists()
    assert not User.objects.filter(is_service=True).exists()
    assert make_key(client, riyadh, "accounts.view_user").status_code == 200


def test_a_key_does_not_unmask_what_is_masked_for_its_maker(client_of, key_maker, riyadh):
    key_maker.role.hidden_fields = {"customers.phone": "masked"}
    key_maker.role.save()
    response = make_key(client_of(key_maker), riyadh, "accounts.view_user")
    assert response.status_code == 403
    assert not IntegratorKey.objects.exists()
    assert not User.objects.filter(is_service=True).exists()
