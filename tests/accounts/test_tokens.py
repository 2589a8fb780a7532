"""Tokens of the API: the same factors, rotation, forgery."""

import base64
import json
import secrets
from datetime import timedelta

import jwt
import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts.models import User
from accounts.services import tokens
from accounts.services.sessions import end_other_access
from tests.accounts.codes import with_codes_on
from tests.factories import PASSWORD

TOKEN, REFRESH, LOGOUT = (
    "/api/v1/auth/token/",
    "/api/v1/auth/token/refresh/",
    "/api/v1/auth/logout/",
)


@pytest.fixture
def api(db):
    return APIClient()


def me(access):
    return APIClient().get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {access}").status_code


@pytest.fixture
def pair(api, sales):
    response = api.post(TOKEN, {"email": sales.email, "password": PASSWORD})
    assert response.status_code == 200
    return response.data


def test_a_token_opens_the_api(pair):
    assert me(pair["access"]) == 200


def test_a_token_holds_no_personal_data(pair, sales):
    claims = jwt.decode(pair["access"], options={"verify_signature": False})
    assert sales.email not in json.dumps(claims)
    assert claims["exp"] - claims["iat"] == 600
    refresh = jwt.decode(pair["refresh"], options={"verify_signature": False})
    assert refresh["exp"] - refresh["iat"] == 7 * 24 * 3600


def test_the_refresh_token_itself_is_not_stored(pair):
    assert not OutstandingToken.objects.filter(token__contains=pair["refresh"][:40]).exists()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(api, sales):
    known = api.post(TOKEN, {"email": sales.email, "password": "not this one"})
    unknown = api.post(TOKEN, {"email": "nobody@demo.example", "password": "not this one"})
    assert known.status_code == unknown.status_code == 401
    assert {**known.data, "request_id": ""} == {**unknown.data, "request_id": ""}


def test_the_api_is_locked_by_the_same_wrong_tries_as_the_form(api, client, sales):
    for _number in range(3):
        api.post(TOKEN, {"email": sales.email, "password": "not this one"})
    for _number in range(2):
        client.post("/sign-in/", {"email": sales.email, "password": "not this one"})
    response = api.post(TOKEN, {"email": sales.email, "password": PASSWORD})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 15 * 60 + 1


def test_a_person_with_codes_needs_one_here_too(api, sales):
    totp = with_codes_on(sales)
    asked = {"email": sales.email, "password": PASSWORD}
    assert api.post(TOKEN, asked).data["code"] == "code_required"
    assert api.post(TOKEN, {**asked, "code": "000000"}).status_code == 401
    assert api.post(TOKEN, {**asked, "code": totp.now()}).status_code == 200


def test_a_role_that_must_use_codes_gets_no_tokens_without(api, sales, settings, pair):
    settings.MFA_REQUIRED_ROLES = ["sales"]
    assert api.post(TOKEN, {"email": sales.email, "password": PASSWORD}).status_code == 403
    assert me(pair["access"]) == 401


def test_unknown_fields_and_wrong_types_are_refused(api, sales):
    asked = {"email": sales.email, "password": PASSWORD}
    assert api.post(TOKEN, {**asked, "role": "x"}).status_code == 400
    for wrong in ([], 7, {"email": [1], "password": {}}, {"email": None, "password": None}):
        assert api.post(TOKEN, wrong, format="json").status_code == 400


def test_every_use_of_a_refresh_token_gives_a_new_pair(api, pair):
    second = api.post(REFRESH, {"refresh": pair["refresh"]}).data
    assert second["refresh"] != pair["refresh"]
    assert me(second["access"]) == 200


def test_using_a_refresh_token_twice_revokes_all_that_came_from_it(api, pair):
    second = api.post(REFRESH, {"refresh": pair["refresh"]}).data
    assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401
    assert api.post(REFRESH, {"refresh": second["refresh"]}).status_code == 401
    assert me(second["access"]) == 401


def test_another_sign_in_survives_the_revocation_of_a_family(api, sales, pair):
    other = api.post(TOKEN, {"email": sales.email, "password": PASSWORD}).data
    api.post(REFRESH, {"refresh": pair["refresh"]})
    api.post(REFRESH, {"refresh": pair["refresh"]})
    assert me(other["access"]) == 200
    assert api.post(REFRESH, {"refresh": other["refresh"]}).status_code == 200


def test_logging_out_ends_the_pair(api, pair):
    assert api.post(LOGOUT, {"refresh": pair["refresh"]}).status_code == 204
    assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401
    assert me(pair["access"]) == 401
    assert api.post(LOGOUT, {"refresh": "nonsense"}).status_code == 204


def test_a_new_epoch_ends_all_tokens(api, sales, pair):
    end_other_access(sales)
    assert me(pair["access"]) == 401
    assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401


def test_a_deactivated_person_has_no_tokens(api, sales, pair):
    User.objects.filter(pk=sales.pk).update(is_active=False)
    assert me(pair["access"]) == 401
    assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401


def test_a_token_of_one_type_is_not_taken_for_the_other(api, pair):
    assert me(pair["refresh"]) == 401
    assert api.post(REFRESH, {"refresh": pair["access"]}).status_code == 401


def signed(claims, key, kid="test", algorithm="HS256"):
    return jwt.encode(claims, key, algorithm, headers={"kid": kid})


@pytest.fixture
def ring(settings):
    """A known key of ours."""
    secret = secrets.token_urlsafe(40)
    settings.JWT_KEYS = [f"k1:{secret}"]
    return secret


def test_forged_tokens_are_refused(ring, sales):
    good = tokens.issue_tokens(sales).access
    claims = jwt.decode(good, options={"verify_signature": False})
    now = int(timezone.now().timestamp())
    header, payload, signature = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT","kid":"k1"}').rstrip(b"=").decode()
    flipped = signature[:-4] + ("A" if signature[-4] != "A" else "B") + signature[-3:]
    assert me(signed(claims, ring, "k1")) == 200, "the control must pass"
    forged = {
        "no signature": f"{none}.{payload}.",
        "none with the signature": f"{none}.{payload}.{signature}",
        "flipped signature": f"{header}.{payload}.{flipped}",
        "another algorithm": signed(claims, ring, "k1", "HS512"),
        "another key": signed(claims, secrets.token_urlsafe(40), "k1"),
        "unknown kid": signed(claims, ring, "k2"),
        "no kid": jwt.encode(claims, ring, "HS256"),
        "expired": signed({**claims, "exp": now - 1}, ring, "k1"),
        "no exp": signed({k: v for k, v in claims.items() if k != "exp"}, ring, "k1"),
        "no type": signed({k: v for k, v in claims.items() if k != "token_type"}, ring, "k1"),
        "no audience": signed({k: v for k, v in claims.items() if k != "aud"}, ring, "k1"),
        "another audience": signed({**claims, "aud": "x"}, ring, "k1"),
        "no subject": signed({k: v for k, v in claims.items() if k != "sub"}, ring, "k1"),
        "old epoch": signed({**claims, "epoch": 0}, ring, "k1"),
        "unknown family": signed({**claims, "fam": "x"}, ring, "k1"),
        "deep header": base64.urlsafe_b64encode(b"[" * 1400).decode() + ".e30.AAAA",
        "nonsense": "a.b.c",
        "empty": "",
        "long": "a" * 5000,
        "not ascii": "ابجد",
    }
    refused = {name: tokens.user_of_access_token(raw) for name, raw in forged.items()}
    assert refused == dict.fromkeys(forged)


def test_an_old_key_verifies_while_the_new_one_signs(settings, ring, sales):
    old = tokens.issue_tokens(sales).access
    newer = secrets.token_urlsafe(40)
    settings.JWT_KEYS = [f"k2:{newer}", f"k1:{ring}"]
    new = tokens.issue_tokens(sales).access
    assert jwt.get_unverified_header(new)["kid"] == "k2"
    assert (me(old), me(new)) == (200, 200)
    settings.JWT_KEYS = [f"k2:{newer}"]
    assert (me(old), me(new)) == (401, 200)


def test_a_short_key_is_not_accepted(settings, sales):
    from django.core.exceptions import ImproperlyConfigured

    settings.JWT_KEYS = ["k1:short"]
    with pytest.raises(ImproperlyConfigured):
        tokens.issue_tokens(sales)


def test_expired_tokens_are_forgotten(sales):
    tokens.issue_tokens(sales)
    OutstandingToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tokens.forget_expired() == 1
