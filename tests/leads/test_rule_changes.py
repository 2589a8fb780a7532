"""Two people change the routing rules at once: nobody overwrites what they have not seen."""

import json
from typing import Any

import pytest

from accounts.models import Activity
from accounts.roles import RoleCode
from leads.models import RoutingRule
from tests import factories

HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def rule(team: Any) -> RoutingRule:
    return RoutingRule.objects.get()


def edited(rule: RoutingRule, **changes: Any) -> dict[str, Any]:
    asked = {
        "name": rule.name, "method": rule.method, "team": rule.team_id, "branch": rule.branch_id,
        "version": rule.version,
    }  # fmt: skip
    return {**asked, **changes}


def test_an_edit_of_an_older_version_is_refused(
    client_of: Any, supervisor: Any, manager: Any, rule: RoutingRule
) -> None:
    path = f"/leads/rules/{rule.pk}/"
    client_of(manager).post(path, edited(rule, name="first"), **HX)
    response = client_of(supervisor).post(path, edited(rule, name="second"), **HX)
    assert response.status_code in (409, 422)
    assert "changed" in response.content.decode()
    assert RoutingRule.objects.get().name == "first"


def test_the_editor_carries_the_version_it_shows(
    client_of: Any, supervisor: Any, rule: RoutingRule
) -> None:
    body = client_of(supervisor).get(f"/leads/rules/{rule.pk}/", **HX).content.decode()
    assert f'name="version" value="{rule.version}"' in body


def test_an_edit_keeps_whose_turn_it_is_and_the_order(
    client_of: Any, supervisor: Any, rule: RoutingRule, sales: Any
) -> None:
    from leads.services import rules

    stale = RoutingRule.objects.get()
    RoutingRule.objects.filter(pk=rule.pk).update(last_person=sales, position=7)
    rules.save_rule(
        stale,
        rules.RuleInput(
            name="new", branch=stale.branch, conditions=[], method=stale.method, team=stale.team
        ),
        actor=supervisor,
    )
    now = RoutingRule.objects.get()
    assert (now.last_person, now.position, now.name) == (sales, 7, "new")


def test_the_api_refuses_an_older_version(api_of: Any, supervisor: Any, rule: RoutingRule) -> None:
    api, path = api_of(supervisor), f"/api/v1/routing-rules/{rule.pk}/"
    body = {"name": "first", "version": rule.version}
    assert api.patch(path, body, format="json").status_code == 200
    again = api.patch(path, {**body, "name": "second"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "edit_conflict")
    assert api.patch(path, {"name": "third"}, format="json").status_code == 200


def test_bringing_a_rule_back_twice_brings_it_back_once(
    client_of: Any, supervisor: Any, rule: RoutingRule
) -> None:
    boss = client_of(supervisor)
    answer = boss.post(f"/leads/rules/{rule.pk}/delete/", **HX)
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    for _turn in range(2):
        assert boss.post(undo, **HX).status_code == 204
    assert RoutingRule.objects.get().pk == rule.pk
    assert Activity.objects.filter(verb="routing_rule.restored").count() == 1


@pytest.mark.parametrize("who", ["left", "no right", "other branch"])
def test_a_rule_for_somebody_who_cannot_take_leads_is_refused(
    api_of: Any, manager: Any, riyadh: Any, jeddah: Any, who: str
) -> None:
    people = {
        "left": lambda: factories.make_user(RoleCode.SALES, riyadh, is_active=False),
        "no right": lambda: factories.make_user(RoleCode.SUPPORT, riyadh),
        "other branch": lambda: factories.make_user(RoleCode.SALES, jeddah),
    }
    body = {"name": "x", "method": "person", "branch": riyadh.pk, "person": people[who]().pk}
    answer = api_of(manager).post("/api/v1/routing-rules/", body, format="json")
    assert answer.status_code in (400, 422)
    assert not RoutingRule.objects.exists()
