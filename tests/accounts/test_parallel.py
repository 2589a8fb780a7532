"""What many requests at the same moment cannot do."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.errors import LastManager
from accounts.models import LoginAttempt
from accounts.roles import RoleCode
from accounts.services import people, tokens
from accounts.services.verification import verify
from tests.accounts.codes import with_codes_on
from tests.factories import PASSWORD, make_role, make_user

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


def at_once(work, arguments):
    """Run the work for every argument at the same moment, each on its own connection."""
    start = Barrier(len(arguments))

    def run(argument):
        start.wait()
        try:
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def test_parallel_wrong_tries_get_no_more_than_five_answers(sales):
    def attempt(_number):
        form = {"email": sales.email, "password": "wrong password here"}
        return Client().post("/sign-in/", form).status_code

    answers = at_once(attempt, range(AT_ONCE))
    assert sorted(answers) == [401] * 5 + [429] * (AT_ONCE - 5)
    assert LoginAttempt.objects.count() == 5


def test_parallel_right_passwords_all_get_in(sales):
    def attempt(_number):
        return Client().post("/sign-in/", {"email": sales.email, "password": PASSWORD}).status_code

    assert at_once(attempt, range(AT_ONCE)) == [302] * AT_ONCE


def test_one_code_given_in_parallel_opens_one_session(sales):
    totp = with_codes_on(sales)
    clients = [Client() for _number in range(4)]
    for client in clients:
        client.post("/sign-in/", {"email": sales.email, "password": PASSWORD})
    code = totp.now()
    answers = at_once(lambda c: c.post("/sign-in/code/", {"code": code}).status_code, clients)
    assert sorted(answers) == [302, 401, 401, 401]


def test_one_refresh_token_used_in_parallel_gives_one_pair_and_revokes_it(sales):
    refresh = tokens.issue_tokens(sales).refresh

    def renew(_number):
        return APIClient().post("/api/v1/auth/token/refresh/", {"refresh": refresh})

    answers = at_once(renew, range(4))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    newest = next(answer.data for answer in answers if answer.status_code == 200)
    assert tokens.user_of_access_token(newest["access"]) is None


@pytest.mark.parametrize("_round", range(6))
def test_two_managers_cannot_remove_each_other(manager, _round):
    other = make_user(RoleCode.COMPANY_MANAGER, None)

    def remove(pair):
        person, actor = pair
        try:
            people.update_person(person, {"is_active": False}, actor=actor)
        except LastManager:
            return "refused"
        return "done"

    assert sorted(at_once(remove, [(manager, other), (other, manager)])) == ["done", "refused"]


def test_entries_written_in_parallel_make_one_unbroken_chain(sales):
    from accounts.services import record

    def write(number):
        for _turn in range(5):
            record(sales, "lead.assigned", sales, changes={"n": [None, number]})

    at_once(write, range(AT_ONCE))
    result = verify()
    assert (result.finding, result.entries) == (None, AT_ONCE * 5)


def test_an_address_given_in_parallel_is_one_account_and_the_others_are_told(
    api_of, manager, riyadh
):
    role = make_role(RoleCode.SALES).code
    asked = {"email": "new@demo.example", "name": "x", "role": role, "branch": riyadh.pk}
    programs = [api_of(manager) for _number in range(4)]
    answers = at_once(lambda api: api.post("/api/v1/users/", asked, format="json"), programs)
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(refused) == 3
    assert all("email" in answer.json()["errors"] for answer in refused)
