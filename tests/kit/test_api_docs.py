"""Who may read the description of the API: those who connect programs (SECURITY.md SC-4)."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import keys

DOORS = ["/api/v1/schema/", "/api/v1/docs/", "/api/v1/docs/?script=", "/api/v1/schema/?format=json"]


@pytest.mark.parametrize("door", DOORS)
def test_a_manager_reads_it_in_the_browser_and_by_token(
    client_of: Any, api_of: Any, manager: User, door: str
) -> None:
    assert client_of(manager).get(door).status_code == 200
    assert api_of(manager).get(door).status_code == 200


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("role", ["supervisor", "sales", "inspector", "auditor"])
def test_other_roles_are_refused_and_learn_no_path(
    request: Any, client_of: Any, api_of: Any, role: str, door: str
) -> None:
    person = request.getfixturevalue(role)
    for client in (client_of(person), api_of(person)):
        answer = client.get(door)
        assert answer.status_code == 403
        assert "/customers/" not in answer.content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_nobody_reads_it_without_signing_in(db: None, door: str) -> None:
    answer = Client().get(door)
    assert answer.status_code == 401
    assert "/customers/" not in answer.content.decode()


def test_a_key_reads_it_with_its_scope_only(integrator: User, api_with_key: APIClient) -> None:
    assert api_with_key.get(DOORS[0]).status_code == 200
    wanted = keys.NewKey(user=integrator, name="Narrow", scopes=["leads.view_lead"])
    narrow = APIClient()
    narrow.credentials(HTTP_X_API_KEY=keys.create_key(wanted, actor=None)[1])
    assert narrow.get(DOORS[0]).status_code == 403
