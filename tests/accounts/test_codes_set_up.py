"""Setting up one-time codes: looking changes nothing, the first right code turns them on."""

from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.accounts.codes import SET_UP, scanned, set_up_codes, with_codes_on
from tests.factories import PASSWORD


def test_looking_at_the_page_stores_nothing(client_of: Any, sales: User) -> None:
    client = client_of(sales)
    client.get("/account/")
    before = list(User.objects.filter(pk=sales.pk).values()), list(Session.objects.values())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(SET_UP).status_code == 200
    assert not [row for row in captured if row["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert (
        list(User.objects.filter(pk=sales.pk).values()),
        list(Session.objects.values()),
    ) == before


def test_the_page_offers_the_same_key_at_each_look_and_another_one_elsewhere(
    client_of: Any, sales: User, colleague: User
) -> None:
    here, elsewhere, stranger = client_of(sales), client_of(sales), client_of(colleague)
    secret = scanned(here).secret
    assert len(secret) == 32
    assert scanned(here).secret == secret
    assert len({secret, scanned(elsewhere).secret, scanned(stranger).secret}) == 3


def test_a_wrong_code_turns_nothing_on_and_keeps_the_key(client_of: Any, sales: User) -> None:
    client = client_of(sales)
    totp = scanned(client)
    wrong = str((int(totp.now()) + 1) % 1_000_000).zfill(6)
    refused = client.post(SET_UP, {"code": wrong, "current": PASSWORD})
    assert refused.status_code == 401
    sales.refresh_from_db()
    assert (sales.mfa_secret, sales.mfa_enabled_at, sales.mfa_last_step) == (None, None, 0)
    assert scanned(client).secret == totp.secret
    assert client.post(SET_UP, {"code": totp.now(), "current": PASSWORD}).status_code == 200


def test_the_first_right_code_makes_the_offered_key_the_persons(
    client_of: Any, sales: User
) -> None:
    totp, page = set_up_codes(client_of(sales))
    sales.refresh_from_db()
    assert sales.mfa_secret == totp.secret
    assert sales.mfa_enabled_at
    assert len(page.context["codes"]) == 10


def test_a_second_browser_cannot_replace_the_key_of_the_first(client_of: Any, sales: User) -> None:
    here = client_of(sales)
    totp = with_codes_on(sales)
    assert here.get(SET_UP).url == "/account/"
    assert here.post(SET_UP, {"code": totp.now()}).url == "/account/"
    sales.refresh_from_db()
    assert sales.mfa_secret == totp.secret
