"""A lead entered by hand or by API joins what is known: nobody gets a second open lead."""

from typing import Any

import pytest

from accounts.models import Activity, Notification
from leads.models import DuplicateSuggestion, Lead
from tests import factories

PHONE = "+966507712245"


@pytest.fixture
def entered(riyadh: Any) -> dict[str, Any]:
    """What the page's form sends."""
    return {
        "name": "أبو راكان", "phone": "0507712245", "channel": "phone", "urgency": "high",
        "branch": riyadh.pk, "text": "اتصل ثانية، يريد الموعد غداً", "city": "Riyadh",
    }  # fmt: skip


@pytest.fixture
def known(whatsapp: Any, team: Any) -> Lead:
    """An open lead of the same phone."""
    return factories.make_lead(whatsapp, "أحتاج تكييف", phone=PHONE)


def test_the_same_submit_twice_enters_one_lead(
    client_of: Any, supervisor: Any, team: Any, entered: dict[str, Any]
) -> None:
    boss = client_of(supervisor)
    boss.post("/leads/new/", entered)
    boss.post("/leads/new/", entered)
    assert Lead.objects.count() == 1


def test_a_caller_with_an_open_lead_joins_it_fills_its_gaps_and_tells_its_owner(
    client_of: Any, supervisor: Any, sales: Any, known: Lead, entered: dict[str, Any]
) -> None:
    response = client_of(supervisor).post("/leads/new/", entered, follow=True)
    assert known.code in response.content.decode()
    joined = Lead.objects.get()
    assert (joined.pk, joined.name, joined.city) == (known.pk, "أبو راكان", "Riyadh")
    assert joined.owner == sales
    told = Notification.objects.filter(user=sales, kind="lead.message").latest("pk")
    assert "اتصل ثانية" in told.detail
    logged = Activity.objects.about(joined).get(verb="lead.entered_again")
    assert logged.actor == supervisor
    assert "اتصل ثانية" in logged.reason["evidence"][0]
    assert logged.changes == {"name": ["", "أبو راكان"], "city": ["", "Riyadh"]}


def test_what_a_person_had_set_is_not_overwritten_by_a_second_entry(
    client_of: Any, supervisor: Any, known: Lead, entered: dict[str, Any]
) -> None:
    Lead.objects.filter(pk=known.pk).update(name="سالم", city="Jeddah")
    client_of(supervisor).post("/leads/new/", entered)
    now = Lead.objects.get()
    assert (now.name, now.city) == ("سالم", "Jeddah")


def test_who_may_not_see_the_open_lead_is_told_that_it_is_with_a_colleague(
    client_of: Any, colleague: Any, sales: Any, known: Lead, entered: dict[str, Any]
) -> None:
    response = client_of(colleague).post("/leads/new/", {**entered, "is_own": "on"}, follow=True)
    body = response.content.decode()
    assert sales.name in body
    assert Lead.objects.get().owner == sales


def test_an_open_lead_of_another_branch_is_not_joined(
    client_of: Any, manager: Any, known: Lead, jeddah: Any, entered: dict[str, Any]
) -> None:
    client_of(manager).post("/leads/new/", {**entered, "branch": jeddah.pk})
    assert Lead.objects.count() == 2


def test_a_closed_lead_is_not_joined(
    client_of: Any, supervisor: Any, known: Lead, entered: dict[str, Any]
) -> None:
    Lead.objects.filter(pk=known.pk).update(status=Lead.Status.REJECTED)
    client_of(supervisor).post("/leads/new/", entered)
    assert Lead.objects.open().get().pk != known.pk


def test_a_similar_name_is_suggested_for_an_entered_lead(
    client_of: Any, supervisor: Any, sales: Any, team: Any, riyadh: Any, entered: dict[str, Any]
) -> None:
    customer = factories.make_customer(riyadh, sales, name="Mohamed Aly Hassan")
    client_of(supervisor).post("/leads/new/", {**entered, "name": "محمد علي حسن"})
    suggestion = DuplicateSuggestion.objects.get()
    assert (suggestion.lead, suggestion.customer) == (Lead.objects.get(), customer)


def test_an_entry_by_api_joins_the_open_lead(api_of: Any, supervisor: Any, known: Lead) -> None:
    body = {"name": "أبو راكان", "phone": "0507712245", "text": "مرة أخرى"}
    answer = api_of(supervisor).post("/api/v1/leads/", body, format="json")
    assert (answer.status_code, answer.json()["id"]) == (200, known.pk)
    assert Lead.objects.count() == 1


def test_an_entry_by_api_shows_nothing_of_a_lead_out_of_reach(
    api_of: Any, colleague: Any, known: Lead
) -> None:
    body = {"phone": "0507712245", "text": "مرة أخرى"}
    answer = api_of(colleague).post("/api/v1/leads/", body, format="json")
    assert answer.status_code == 200
    told = {name for name, value in answer.json().items() if value is not None}
    assert told == {"id", "code", "branch", "branch_code", "owner", "owner_name", "status"}
    assert answer.json()["code"] == known.code
