"""What ends all other access at once: password, codes, role, branch, deactivation, reset."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Role, User
from accounts.roles import RoleCode
from accounts.services import people, tokens
from tests.accounts.codes import set_up_codes
from tests.factories import PASSWORD, make_role

NEW = "a very different phrase 9"


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def api_answers(access):
    return Client().get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {access}").status_code


@pytest.fixture
def access_of(client_of):
    """A browser and a token of a person, and the question whether they still work."""

    def make(user):
        client, pair = client_of(user), tokens.issue_tokens(user)
        assert is_signed_in(client)
        assert api_answers(pair.access) == 200
        return lambda: (is_signed_in(client), api_answers(pair.access) == 200)

    return make


ALL_ENDED = (False, False)


def test_a_new_password_ends_every_other_session_and_token_and_keeps_this_one(
    access_of, client_of, sales
):
    elsewhere, here = access_of(sales), client_of(sales)
    response = here.post("/account/password/", {"current": PASSWORD, "password": NEW})
    assert response.status_code == 302
    assert is_signed_in(here)
    assert elsewhere() == ALL_ENDED
    assert User.objects.get(pk=sales.pk).check_password(NEW)


def test_a_new_password_needs_the_old_one(client_of, sales):
    here = client_of(sales)
    response = here.post("/account/password/", {"current": "not this one at all", "password": NEW})
    assert response.status_code == 401
    assert User.objects.get(pk=sales.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "bad",
    [
        "short", "password1234", "madarmadarmadar", "sales@demo.example", "x" * 129, "1q2w3e4r5t6y",
        "khalidalmutairi", "Almutairi, Khalid", "خالد المطيري 1",
    ],
)  # fmt: skip
def test_weak_passwords_are_refused(client_of, sales, bad):
    User.objects.filter(pk=sales.pk).update(name="خالد المطيري", name_en="Khalid Almutairi")
    response = client_of(sales).post("/account/password/", {"current": PASSWORD, "password": bad})
    assert response.status_code == 422
    assert User.objects.get(pk=sales.pk).check_password(PASSWORD)


def test_a_short_password_is_refused_in_words_of_our_own(client_of, sales):
    response = client_of(sales).post("/account/password/", {"current": PASSWORD, "password": "abc"})
    assert "Use at least 12 characters." in response.content.decode()


def test_long_passwords_count_to_the_last_character(client_of, sales):
    long = "ع" * 127 + "b"
    client_of(sales).post("/account/password/", {"current": PASSWORD, "password": long})
    sales.refresh_from_db()
    assert sales.check_password(long)
    assert not sales.check_password(long[:-1] + "c")


def test_turning_codes_on_and_off_ends_other_access(access_of, client_of, sales):
    elsewhere, here = access_of(sales), client_of(sales)
    totp, _page = set_up_codes(here)
    assert elsewhere() == ALL_ENDED
    assert is_signed_in(here)
    User.objects.update(mfa_last_step=0)
    sales.refresh_from_db()
    elsewhere = access_of(sales)
    refused = here.post("/account/codes/off/", {"current": PASSWORD, "code": "000000"})
    assert refused.status_code == 401
    assert elsewhere() != ALL_ENDED
    here.post("/account/codes/off/", {"current": PASSWORD, "code": totp.now()})
    assert elsewhere() == ALL_ENDED
    assert User.objects.get(pk=sales.pk).mfa_enabled_at is None


@pytest.mark.parametrize("change", ["role", "branch", "is_active"])
def test_a_new_role_branch_or_state_ends_all_access(access_of, manager, sales, jeddah, change):
    elsewhere = access_of(sales)
    make_role(RoleCode.SUPPORT)
    wanted = {"role": Role.objects.get(code="support"), "branch": jeddah, "is_active": False}
    people.update_person(sales, {change: wanted[change]}, actor=manager)
    assert elsewhere() == ALL_ENDED


def test_a_new_name_ends_nothing(access_of, manager, sales):
    elsewhere = access_of(sales)
    people.update_person(sales, {"name": "اسم آخر"}, actor=manager)
    assert elsewhere() == (True, True)


def test_signing_out_everywhere_else_keeps_this_browser(access_of, client_of, sales):
    elsewhere, here = access_of(sales), client_of(sales)
    here.post("/account/sessions/end/")
    assert [row.session_id for row in sales.sessions.all()] == [here.session.session_key]
    assert elsewhere() == ALL_ENDED
    assert is_signed_in(here)


def ask_for_link(email, **extra):
    return Client().post("/password/reset/", {"email": email}, **extra)


def link_in(message):
    return re.search(r"https?://[^/\s]+(/password/new/\S+)", message.body)[1]


def test_a_reset_link_sets_a_password_once_and_ends_all_access(access_of, run_jobs, sales):
    elsewhere = access_of(sales)
    ask_for_link(sales.email)
    run_jobs()
    link, browser = link_in(mail.outbox[0]), Client()
    assert browser.get(link).status_code == 200
    assert browser.post(link, {"password": "short"}).status_code == 422
    assert browser.post(link, {"password": NEW}).status_code == 302
    assert is_signed_in(browser)
    assert elsewhere() == ALL_ENDED
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"password": "another long phrase 3"}).status_code == 410
    assert User.objects.get(pk=sales.pk).check_password(NEW)


def test_a_reset_link_does_not_get_around_one_time_codes(client_of, run_jobs, sales):
    here = client_of(sales)
    set_up_codes(here)
    ask_for_link(sales.email)
    run_jobs()
    browser = Client()
    response = browser.post(link_in(mail.outbox[0]), {"password": NEW})
    assert response.url == "/sign-in/code/"
    assert not is_signed_in(browser)


def test_a_reset_for_an_unknown_address_answers_the_same_and_mails_nobody(run_jobs, sales):
    known, unknown = ask_for_link(sales.email), ask_for_link("nobody@demo.example")
    without_token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')
    bodies = [without_token.sub("", answer.content.decode()) for answer in (known, unknown)]
    assert known.status_code == unknown.status_code == 200
    assert bodies[0] == bodies[1]
    run_jobs()
    assert [message.to for message in mail.outbox] == [[sales.email]]


def test_links_are_built_from_the_configured_host(run_jobs, sales, settings):
    settings.PUBLIC_URL = "https://crm.example"
    settings.ALLOWED_HOSTS = ["*"]
    ask_for_link(sales.email, HTTP_HOST="evil.example")
    run_jobs()
    assert "https://crm.example/password/new/" in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].body


def test_the_fourth_reset_within_an_hour_waits(sales):
    answers = [ask_for_link(sales.email).status_code for _number in range(4)]
    assert answers == [200, 200, 200, 429]


def test_resets_do_not_lock_the_sign_in(sales):
    for _number in range(4):
        ask_for_link(sales.email)
    response = Client().post("/sign-in/", {"email": sales.email, "password": PASSWORD})
    assert response.status_code == 302


def test_a_reset_link_is_not_carried_along_by_what_its_page_loads(run_jobs, sales):
    ask_for_link(sales.email)
    run_jobs()
    for link in (link_in(mail.outbox[0]), "/password/new/x/y/"):
        assert Client().get(link)["Referrer-Policy"] == "strict-origin"


def test_no_token_stands_in_the_job(sales, queued):
    from procrastinate.contrib.django.models import ProcrastinateJob

    ask_for_link(sales.email)
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"user_id": sales.pk}]


@pytest.mark.parametrize("link", ["/password/new/x/y/", "/password/new/OTk5OTk5/abc-def/"])
def test_nonsense_links_are_spent_links(db, link):
    assert Client().get(link).status_code == 410
