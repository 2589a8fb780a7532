"""Signing in by the form: lock-out, no enumeration, codes, sessions."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Activity, LoginAttempt, User, UserSession
from accounts.services import mfa, tries
from tests.accounts.codes import set_up_codes, with_codes_on
from tests.factories import PASSWORD

SIGN_IN = "/sign-in/"


def attempt(client, email, password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"email": email, "password": password}, **extra)


def is_signed_in(client):
    return client.get("/account/").status_code == 200


@pytest.fixture
def browser(db):
    return Client()


@pytest.fixture
def with_codes(sales):
    """Sales with one-time codes, and the authenticator app."""
    return with_codes_on(sales)


def test_the_right_password_signs_in_under_a_new_key(browser, sales):
    browser.get(SIGN_IN)
    browser.session["before"] = 1
    response = attempt(browser, sales.email)
    assert response.status_code == 302
    assert is_signed_in(browser)
    assert UserSession.objects.get(user=sales).session_id == browser.session.session_key
    assert Activity.objects.filter(verb="sign_in.succeeded", actor=sales).exists()


@pytest.mark.parametrize("key", [r"\000bcdefghij", r"\355\240\200bcdefgh"])
def test_a_cookie_that_cannot_be_a_session_is_nobody(browser, key):
    answer = browser.get("/account/", headers={"cookie": f'sessionid="{key}"'})
    assert answer.status_code == 302


def test_the_address_is_recognised_in_any_case(browser, sales):
    assert attempt(browser, f"  {sales.email.upper()} ").status_code == 302


def test_a_wrong_password_signs_nobody_in_and_is_logged(browser, sales):
    response = attempt(browser, sales.email, "not this one at all")
    assert response.status_code == 401
    assert not is_signed_in(browser)
    assert Activity.objects.get(verb="sign_in.failed").object_id == sales.pk


def without_what_differs(response):
    text = response.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", text)
    return re.sub(r'value="[^"]*@demo.example"', "", text)


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(sales):
    known = attempt(Client(), sales.email, "not this one at all")
    unknown = attempt(Client(), "nobody@demo.example", "not this one at all")
    assert known.status_code == unknown.status_code
    assert without_what_differs(known) == without_what_differs(unknown)


def test_a_deactivated_account_gets_the_same_answer_as_an_unknown_one(sales):
    User.objects.filter(pk=sales.pk).update(is_active=False)
    inactive = attempt(Client(), sales.email)
    unknown = attempt(Client(), "nobody@demo.example")
    assert without_what_differs(inactive) == without_what_differs(unknown)


def test_an_integration_cannot_sign_in_with_a_password(browser, integrator):
    assert attempt(browser, integrator.email).status_code == 401


def test_five_wrong_tries_lock_the_right_password_out_and_say_for_how_long(browser, sales):
    for _number in range(5):
        assert attempt(browser, sales.email, "wrong password here").status_code == 401
    response = attempt(browser, sales.email)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 15 * 60
    assert not is_signed_in(browser)
    assert Activity.objects.filter(verb="sign_in.locked").count() == 1


@pytest.mark.parametrize(
    "writing",
    [
        "SALES@DEMO.EXAMPLE",
        " sales@demo.example ",
        "sales\u200b@demo.example",
        "sa\u00adles@demo.example",
    ],
)
def test_the_lock_counts_every_writing_of_an_address(browser, sales, writing):
    for number in range(5):
        attempt(browser, writing, "wrong password here", HTTP_X_FORWARDED_FOR=f"9.9.9.{number}")
    assert attempt(browser, sales.email).status_code == 429


def test_the_lock_opens_by_itself_after_fifteen_minutes(browser, sales):
    for _number in range(5):
        attempt(browser, sales.email, "wrong password here")
    LoginAttempt.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert attempt(browser, sales.email).status_code == 302


def test_tries_during_the_lock_do_not_prolong_it(browser, sales):
    for _number in range(9):
        attempt(browser, sales.email, "wrong password here")
    assert LoginAttempt.objects.count() == 5


def test_an_unknown_address_is_locked_like_a_known_one(browser):
    for _number in range(5):
        attempt(browser, "nobody@demo.example")
    assert attempt(browser, "nobody@demo.example").status_code == 429


def test_a_success_forgives_earlier_wrong_tries(sales):
    for _number in range(4):
        attempt(Client(), sales.email, "wrong password here")
    attempt(Client(), sales.email)
    attempt(Client(), sales.email, "wrong password here")
    assert attempt(Client(), sales.email).status_code == 302


def test_twenty_wrong_tries_a_minute_lock_the_address_whatever_the_headers_say(browser, sales):
    for number in range(20):
        attempt(browser, f"somebody{number}@demo.example", HTTP_X_FORWARDED_FOR=f"9.9.9.{number}")
    assert attempt(browser, sales.email).status_code == 429
    assert attempt(browser, sales.email, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_after_sign_in_only_own_paths_are_followed(sales):
    for path, leads_to in {
        "/leads/?q=1": "/leads/?q=1",
        "https://evil.example/": "/",
        "//evil.example": "/",
        "/\\evil.example": "/",
        "javascript:alert(1)": "/",
    }.items():
        response = Client().post(
            SIGN_IN, {"email": sales.email, "password": PASSWORD, "next": path}
        )
        assert response.url == leads_to


def test_a_person_with_codes_is_asked_for_one_and_not_signed_in_before(browser, sales, with_codes):
    response = attempt(browser, sales.email)
    assert response.url == "/sign-in/code/"
    assert not is_signed_in(browser)
    response = browser.post(response.url, {"code": with_codes.now()})
    assert response.status_code == 302
    assert is_signed_in(browser)


def test_a_code_works_once(sales, with_codes):
    code = with_codes.now()
    first, second = Client(), Client()
    for client in (first, second):
        attempt(client, sales.email)
        client.post("/sign-in/code/", {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_codes_of_the_step_before_and_after_count_and_no_others(sales, with_codes):
    now = 1_800_000_000.0
    for steps, is_accepted in {-2: False, -1: True, 0: True, 1: True, 2: False}.items():
        User.objects.filter(pk=sales.pk).update(mfa_last_step=0)
        code = with_codes.at(now, counter_offset=steps)
        sales.refresh_from_db()
        assert mfa.spend_totp(sales, code, now=now) is is_accepted


def test_a_code_in_arabic_digits_is_accepted(browser, sales, with_codes):
    attempt(browser, sales.email)
    arabic = with_codes.now().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    browser.post("/sign-in/code/", {"code": arabic})
    assert is_signed_in(browser)


def test_five_wrong_codes_lock_the_account(browser, sales, with_codes):
    attempt(browser, sales.email)
    wrong = str((int(with_codes.now()) + 1) % 1_000_000).zfill(6)
    answers = [browser.post("/sign-in/code/", {"code": wrong}) for _number in range(5)]
    assert {answer.status_code for answer in answers} == {401}
    response = browser.post("/sign-in/code/", {"code": with_codes.now()})
    assert response.status_code == 429
    assert not is_signed_in(browser)


def test_the_code_page_is_closed_without_a_right_password(browser, sales, with_codes):
    response = browser.post("/sign-in/code/", {"code": with_codes.now()})
    assert response.url == SIGN_IN
    assert not is_signed_in(browser)


def test_a_role_that_must_use_codes_is_led_to_set_them_up(browser, sales, settings):
    settings.MFA_REQUIRED_ROLES = ["sales"]
    attempt(browser, sales.email)
    assert browser.get("/account/")["Location"] == "/account/codes/set-up/"
    _totp, page = set_up_codes(browser)
    assert len(page.context["codes"]) == 10
    assert is_signed_in(browser)


def test_a_recovery_code_opens_the_account_once_and_is_kept_hashed(browser, sales, settings):
    attempt(browser, sales.email)
    _totp, page = set_up_codes(browser)
    code = page.context["codes"][0]
    kept = list(sales.recovery_codes.values_list("code_hash", flat=True))
    assert len(kept) == 10
    assert not any(code.replace("-", "") in text for text in kept)
    first, second = Client(), Client()
    for client in (first, second):
        attempt(client, sales.email)
        client.post("/sign-in/code/", {"code": code.lower()})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_the_seed_of_the_codes_is_encrypted_in_the_database(sales, with_codes):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT mfa_secret FROM accounts_user WHERE id = %s", [sales.pk])
        stored = cursor.fetchone()[0]
    assert with_codes.secret not in stored


def test_signing_out_ends_the_session_on_the_server(client_of, sales):
    client = client_of(sales)
    key = client.session.session_key
    assert client.post("/sign-out/").url == SIGN_IN
    client.cookies["sessionid"] = key
    assert not is_signed_in(client)


def test_signing_out_by_a_link_does_nothing(client_of, sales):
    client = client_of(sales)
    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("column", "age"),
    [("last_seen_at", timedelta(minutes=31)), ("created_at", timedelta(hours=13))],
)
def test_a_session_ends_when_idle_or_old(client_of, sales, column, age):
    client = client_of(sales)
    assert is_signed_in(client)
    UserSession.objects.filter(user=sales).update(**{column: timezone.now() - age})
    assert not is_signed_in(client)


def test_a_person_sees_and_ends_their_own_sessions_only(client_of, sales, colleague):
    mine, other, strange = client_of(sales), client_of(sales), client_of(colleague)
    page = mine.get("/account/sessions/")
    assert len(page.context["rows"]) == 2
    row = UserSession.objects.get(session=other.session.session_key)
    assert strange.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert is_signed_in(other)
    mine.post(f"/account/sessions/{row.pk}/end/")
    assert not is_signed_in(other)
    assert is_signed_in(mine)


def test_the_counter_reads_no_header(rf):
    request = rf.post(SIGN_IN, HTTP_X_FORWARDED_FOR="9.9.9.9", REMOTE_ADDR="10.1.2.3")
    assert tries.address_of(request) == "10.1.2.3"


def test_the_sign_in_form_needs_a_csrf_token(sales):
    assert attempt(Client(enforce_csrf_checks=True), sales.email).status_code == 403


def test_the_admin_has_no_sign_in_of_its_own(browser, sales):
    assert browser.get("/admin/login/?next=/admin/").url.startswith(SIGN_IN)
    response = browser.post("/admin/login/", {"username": sales.email, "password": PASSWORD})
    assert response.url.startswith(SIGN_IN)


def test_the_admin_opens_for_staff_of_a_managers_role_only(client_of, manager, sales):
    assert client_of(manager).get("/admin/").status_code == 302
    User.objects.filter(pk__in=[manager.pk, sales.pk]).update(is_staff=True)
    assert client_of(manager).get("/admin/").status_code == 200
    assert client_of(sales).get("/admin/", follow=True).status_code == 403
