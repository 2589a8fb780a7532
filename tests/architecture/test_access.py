"""Every door is walked as nobody, as each role, with the own branch's records and a stranger's.

A door without a declared permission fails. Every branch has a canary word in all its texts; it must
not appear in any answer to the other branch.
"""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import RoleCode, builtin_grants
from accounts.services import tokens
from crm_project.kit.management.commands.list_urls import PUBLIC, SIGNED_IN, UNDECLARED, Door, doors
from tests.architecture.doors import GLOBAL_RECORDS, address, has_record, record_name, walkable
from tests.architecture.policy import POLICY
from tests.architecture.world import BRANCH_ROLES, Side, make_company_people
from tests.conftest import sign_in

DOORS = list(walkable())
GETS = [door for door in DOORS if "GET" in door.methods]
WRITES = [(door, method) for door in DOORS for method in door.methods if method != "GET"]
FROM_OUTSIDE = {PUBLIC}
SEARCH = "?q=canaryb&search=canaryb"
ENDS_THE_SESSION = {"accounts:sign_out", "accounts:sessions_end"}


def browser(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        sign_in(client, user)
    return client


def api(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue_tokens(user).access}")
    return client


class Callers:
    """The browser and the program of each person, signed in once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Client] = {}

    def of(self, door: Door, user: User) -> Client:
        """Return what the person calls this door with."""
        if door.name in ENDS_THE_SESSION:
            return browser(user)
        key = (door.kind, user.pk)
        if key not in self._known:
            self._known[key] = api(user) if door.kind == "api" else browser(user)
        return self._known[key]


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


PERSONAL = {"session", "view", "notification"}  # a permission opens one's own only
ASK_MORE = {"reports:rows", "reports:export", "orders:entry_line"}  # open to a full question only


def call(client: Client, method: str, url: str) -> Any:
    if isinstance(client, APIClient):
        return getattr(client, method.lower())(
            url, data={} if method != "GET" else None, format=None if method == "GET" else "json"
        )
    return getattr(client, method.lower())(url)


def leak_of(other: Side, response: Any) -> str:
    """What stands around a word of the other branch, or an empty text."""
    text = body_of(response)
    return text[max(0, text.index(other.canary) - 80) :][:200] if other.canary in text else ""


def is_allowed(door: Door, granted: dict[str, str]) -> bool:
    ways = [way.split("&") for way in door.permission.split("|")]  # any way; all of its codes
    return door.permission == SIGNED_IN or any(all(c in granted for c in way) for way in ways)


def test_every_door_declares_its_permission_and_stands_in_the_policy() -> None:
    found = {}
    for door in doors():
        for method in door.methods:
            found[f"{method} {door.name}"] = door.permission
    undeclared = {name for name, code in found.items() if code == UNDECLARED and name not in POLICY}
    assert not undeclared
    pages = {name: code for name, code in found.items() if code != "admin"}
    assert pages == POLICY


def test_nobody_gets_in_without_signing_in(sides: tuple[Side, Side]) -> None:
    client = browser(None)
    wrong = {}
    for door in DOORS:
        if door.permission in FROM_OUTSIDE:
            continue
        for method in door.methods:
            response = call(client, method, address(door, sides[0]))
            is_sent_away = response.status_code in (401, 403, 404, 405) or (
                response.status_code == 302 and "/sign-in/" in response["Location"]
            )
            if not is_sent_away or sides[0].canary in body_of(response):
                wrong[f"{method} {door.route}"] = response.status_code
    assert not wrong


@pytest.mark.parametrize("role", [*BRANCH_ROLES, RoleCode.COMPANY_MANAGER, RoleCode.AUDITOR])
def test_a_role_opens_what_it_is_granted_and_nothing_else(
    role: RoleCode, sides: tuple[Side, Side]
) -> None:
    """And no answer to people of a branch carries a word of another branch."""
    own, other = sides
    people = {**own.people, **make_company_people()}
    granted = builtin_grants(role)
    wrong, leaks, callers = {}, {}, Callers()
    for door in GETS:
        if door.permission in FROM_OUTSIDE:
            continue
        response = call(callers.of(door, people[role]), "GET", address(door, own))
        if role in BRANCH_ROLES and (leak := leak_of(other, response)):
            leaks[door.route] = leak
        if record_name(door) in PERSONAL:
            assert response.status_code < 500, door.route
            continue
        allowed = is_allowed(door, granted)
        is_open = response.status_code < 400
        if response.status_code >= 500 or (not allowed and is_open):
            wrong[door.route] = response.status_code
        must_open = allowed and not has_record(door) and door.name not in ASK_MORE
        if must_open and not is_open and response.status_code != 400:
            wrong[door.route] = response.status_code
    assert (wrong, leaks) == ({}, {})


def test_a_role_without_the_permission_cannot_write(sides: tuple[Side, Side]) -> None:
    wrong, callers = {}, Callers()
    for role in BRANCH_ROLES:
        granted = builtin_grants(role)
        for door, method in WRITES:
            if door.permission in FROM_OUTSIDE or is_allowed(door, granted):
                continue
            response = call(
                callers.of(door, sides[0].people[role]), method, address(door, sides[0])
            )
            if response.status_code not in (403, 404, 405):
                wrong[f"{role} {method} {door.route}"] = response.status_code
    assert not wrong


@pytest.mark.parametrize("role", BRANCH_ROLES)
def test_records_of_another_branch_do_not_exist(role: RoleCode, sides: tuple[Side, Side]) -> None:
    own, other = sides
    wrong, callers = {}, Callers()
    for door in DOORS:
        if not has_record(door) or door.permission in FROM_OUTSIDE:
            continue
        if record_name(door) in GLOBAL_RECORDS:
            continue
        for method in door.methods:
            response = call(callers.of(door, own.people[role]), method, address(door, other))
            if response.status_code not in (403, 404, 405) or other.canary in body_of(response):
                wrong[f"{method} {door.route}"] = response.status_code
    assert not wrong


@pytest.mark.parametrize("role", BRANCH_ROLES)
def test_no_search_finds_a_word_of_another_branch(role: RoleCode, sides: tuple[Side, Side]) -> None:
    own, other = sides
    leaks, callers = {}, Callers()
    for door in GETS:
        if has_record(door) or door.permission in FROM_OUTSIDE:
            continue
        response = call(callers.of(door, own.people[role]), "GET", address(door, own) + SEARCH)
        if leak := leak_of(other, response):
            leaks[door.route] = leak
        assert response.status_code < 500, door.route
    assert not leaks


def test_the_canaries_sing_where_they_may(sides: tuple[Side, Side]) -> None:
    manager = make_company_people()[RoleCode.COMPANY_MANAGER]
    for url in ("/customers/", "/leads/?queue=all", "/users/", "/activity/"):
        text = body_of(browser(manager).get(url))
        assert sides[0].canary in text, url
        assert sides[1].canary in text, url


def test_an_integrator_key_reaches_its_scopes_and_its_branch(sides: tuple[Side, Side]) -> None:
    own, other = sides
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_X_API_KEY=own.records["secret"])
    granted = builtin_grants(RoleCode.INTEGRATOR)
    wrong = {}
    for door in GETS:
        if door.kind != "api" or door.permission in FROM_OUTSIDE:
            continue
        for side in sides if has_record(door) else (own,):
            response = client.get(address(door, side))
            allowed = is_allowed(door, granted)
            if other.canary in body_of(response) or (not allowed and response.status_code < 400):
                wrong[door.route] = response.status_code
    assert not wrong
