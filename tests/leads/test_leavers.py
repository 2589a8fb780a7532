"""What becomes of the open leads of a colleague who leaves."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Activity, Notification
from accounts.services.people import update_person
from leads.models import Lead
from leads.services import accept_lead, convert_lead, snooze_lead, take_in
from leads.tasks import release_leads_of
from tests import factories

HX = {"HTTP_HX_REQUEST": "true"}
PHONE = "+966507712245"


@pytest.fixture
def lead(whatsapp: Any, team: Any, sales: Any) -> Lead:
    return factories.make_lead(whatsapp, phone=PHONE)


def leave(person: Any, manager: Any) -> None:
    update_person(person, {"is_active": False}, actor=manager)
    release_leads_of(user_id=person.pk)


def test_the_open_leads_of_a_leaver_are_routed_to_who_is_there(
    lead: Lead, team: Any, sales: Any, colleague: Any, manager: Any
) -> None:
    team.members.add(colleague)
    accept_lead(lead, actor=sales)
    leave(sales, manager)
    now = Lead.objects.get()
    assert (now.owner, now.status) == (colleague, Lead.Status.NEW)
    assert now.conversation is not None
    assert now.conversation.owner == colleague
    assert Notification.objects.filter(user=colleague, kind="lead.assigned").count() == 1
    assert Activity.objects.about(now).filter(verb="lead.assigned").latest("pk").actor is None


def test_with_nobody_free_they_wait_in_the_queue_and_its_keepers_are_told(
    lead: Lead, sales: Any, supervisor: Any, manager: Any
) -> None:
    leave(sales, manager)
    now = Lead.objects.get()
    assert now.owner is None
    assert Notification.objects.filter(user=supervisor, kind="lead.unassigned").count() == 1


def test_a_snoozed_lead_of_a_leaver_stays_snoozed(
    lead: Lead, team: Any, sales: Any, colleague: Any, manager: Any
) -> None:
    team.members.add(colleague)
    snooze_lead(lead, until=timezone.now() + timedelta(days=1), actor=sales)
    leave(sales, manager)
    now = Lead.objects.get()
    assert (now.owner, now.status) == (colleague, Lead.Status.SNOOZED)


def test_closed_leads_keep_their_name(lead: Lead, sales: Any, manager: Any) -> None:
    convert_lead(lead, actor=sales)
    leave(sales, manager)
    assert Lead.objects.get().owner == sales


def test_running_it_twice_does_nothing_twice(lead: Lead, sales: Any, manager: Any) -> None:
    leave(sales, manager)
    before = Activity.objects.count(), Lead.objects.get().version
    release_leads_of(user_id=sales.pk)
    assert (Activity.objects.count(), Lead.objects.get().version) == before


def test_who_is_back_meanwhile_keeps_them(lead: Lead, sales: Any, manager: Any) -> None:
    release_leads_of(user_id=sales.pk)
    assert Lead.objects.get().owner == sales


def test_a_message_to_somebody_who_left_is_told_to_the_queue_keepers(
    lead: Lead, sales: Any, supervisor: Any, manager: Any, whatsapp: Any
) -> None:
    update_person(sales, {"is_active": False}, actor=manager)
    take_in([factories.make_message(whatsapp, "متى تجون؟", phone=PHONE).pk])
    assert Notification.objects.filter(user=supervisor).exists()


def test_a_step_that_would_give_the_lead_back_to_a_leaver_is_not_taken_back(
    client_of: Any, lead: Lead, sales: Any, colleague: Any, supervisor: Any, manager: Any
) -> None:
    boss = client_of(supervisor)
    answer = boss.post(f"/leads/{lead.pk}/assign/", {"to": colleague.pk}, **HX)
    undo = _undo_of(answer)
    update_person(sales, {"is_active": False}, actor=manager)
    assert boss.post(undo, **HX).status_code == 422
    assert Lead.objects.get().owner == colleague


def test_after_an_undone_hand_over_the_reason_is_the_one_before(
    client_of: Any, lead: Lead, sales: Any, colleague: Any, supervisor: Any
) -> None:
    boss = client_of(supervisor)
    boss.post(_undo_of(boss.post(f"/leads/{lead.pk}/assign/", {"to": colleague.pk}, **HX)), **HX)
    body = boss.get(lead.get_absolute_url(), **HX).content.decode()
    assert Lead.objects.get().owner == sales
    assert "Everybody" in body  # the rule
    assert "Decided by a person" not in body


def _undo_of(answer: Any) -> str:
    return str(json.loads(answer["HX-Trigger"])["toast"]["undo"])
