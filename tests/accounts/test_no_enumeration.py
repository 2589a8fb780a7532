"""Whether an account exists cannot be told: not by words, not by the work that an answer costs.

The work is counted, not timed: calls of the password hasher, and the kinds of statements in order.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import LoginAttempt, User
from accounts.services import people
from accounts.tasks import send_invitation
from tests.factories import PASSWORD

WRONG = "not this one at all"
NOBODY = "nobody@demo.example"
RESET, SIGN_IN, TOKEN = "/password/reset/", "/sign-in/", "/api/v1/auth/token/"


def reset(email: str, **extra: Any) -> Any:
    return Client().post(RESET, {"email": email}, **extra)


def form(email: str) -> Any:
    return Client().post(SIGN_IN, {"email": email, "password": WRONG})


def token(email: str) -> Any:
    return APIClient().post(TOKEN, {"email": email, "password": WRONG})


def shape(sql: str) -> str:
    """The kind of a statement and the table it is about."""
    table = re.search(r'(?:FROM|INTO|UPDATE) "(\w+)"', sql)
    return f"{sql.split()[0]} {table[1] if table else ''}"


@pytest.fixture
def work_of(monkeypatch: Any) -> Callable[..., tuple[int, list[str]]]:
    """What one request costs: hashes made, and its statements without their values."""
    calls = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: Any, *args: Any) -> str:
        calls.append(1)
        return encode(hasher, *args)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    def measure(ask: Callable[[str], Any], email: str) -> tuple[int, list[str]]:
        calls.clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ask(email)
        return len(calls), [shape(row["sql"]) for row in captured]

    return measure


@pytest.fixture
def invited(manager: User, sales: User) -> User:
    """Somebody who has not set a password yet."""
    fields = {"email": "new@demo.example", "name": "جديد", "role": sales.role}
    fields["branch"] = sales.branch
    return people.invite_person(fields, actor=manager, invitation=send_invitation)


@pytest.fixture
def inactive(colleague: User) -> User:
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    return colleague


@pytest.mark.parametrize(("ask", "hashes"), [(form, 1), (token, 1), (reset, 0)])
def test_every_kind_of_account_costs_the_same_work(
    work_of: Any,
    sales: User,
    inactive: User,
    invited: User,
    integrator: User,
    ask: Any,
    hashes: int,
) -> None:
    work_of(ask, "warm-up@demo.example")
    unknown = work_of(ask, NOBODY)
    assert unknown[0] == hashes
    assert unknown[1]
    for account in (sales, inactive, invited, integrator):
        assert work_of(ask, account.email) == unknown


@pytest.mark.parametrize("ask", [form, reset])
def test_every_kind_of_account_gets_the_same_words(
    sales: User, inactive: User, invited: User, integrator: User, ask: Any
) -> None:
    def words(email: str) -> tuple[int, str]:
        answer = ask(email)
        text = re.sub(
            r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", answer.content.decode()
        )
        return answer.status_code, text.replace(email, "")

    unknown = words(NOBODY)
    for account in (sales, inactive, invited, integrator):
        assert words(account.email) == unknown


def test_twenty_requests_an_hour_from_one_network_address_then_it_waits(sales: User) -> None:
    for number in range(20):
        given = {"HTTP_X_FORWARDED_FOR": f"9.9.9.{number}"}
        assert reset(f"person{number}@elsewhere.example", **given).status_code == 200
    refused = reset(sales.email)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60 * 60 + 1
    assert reset(sales.email, REMOTE_ADDR="10.0.0.9").status_code == 200


def test_the_wait_of_a_network_address_says_nothing_about_accounts(sales: User) -> None:
    for number in range(20):
        reset(f"person{number}@elsewhere.example")
    assert reset(sales.email).status_code == reset(NOBODY).status_code == 429


def test_a_refused_request_is_not_counted_and_locks_no_sign_in(sales: User) -> None:
    for number in range(25):
        reset(f"person{number}@elsewhere.example")
    assert LoginAttempt.objects.count() == 20 * 2
    answer = Client().post(SIGN_IN, {"email": sales.email, "password": PASSWORD})
    assert answer.status_code == 302
