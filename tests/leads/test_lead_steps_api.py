"""Qualifying, answering and deciding duplicates of leads by API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from leads.models import DuplicateSuggestion, Lead
from messaging.models import Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(whatsapp: Any, team: Any) -> Lead:
    return factories.make_lead(whatsapp, "أحتاج تكييف سبليت لخمس غرف")


@pytest.fixture
def api(api_of: Any, supervisor: Any) -> APIClient:
    client: APIClient = api_of(supervisor)
    return client


def at(lead: Lead, what: str) -> str:
    return f"/api/v1/leads/{lead.pk}/{what}"


def test_a_lead_is_qualified_at_the_version_that_was_seen(
    api: APIClient, api_of: Any, lead: Lead, sales_b: Any
) -> None:
    lead.refresh_from_db()
    stale = api.post(at(lead, "qualify/"), {"version": lead.version + 7})
    assert (stale.status_code, stale.json()["code"]) == (409, "edit_conflict")
    done = api.post(at(lead, "qualify/"), {"version": lead.version})
    assert (done.status_code, done.json()["status"]) == (200, "qualified")
    assert api.post(at(lead, "qualify/"), {}).json()["status"] == "qualified"
    assert api_of(sales_b).post(at(lead, "qualify/"), {}).status_code == 404


def test_an_answer_is_queued_once_per_key(api: APIClient, api_of: Any, lead: Lead) -> None:
    key = {"Idempotency-Key": "answer-1"}
    body = {"text": "أهلاً بك، متى يناسبك الموعد؟"}
    first, again = (api.post(at(lead, "reply/"), body, headers=key) for _time in range(2))
    assert first.status_code == 202, first.content
    assert first.json() == again.json()
    sent = Message.objects.get(pk=first.json()["message"])
    assert (sent.text, sent.direction) == (body["text"], "out")
    assert Message.objects.filter(direction="out", text=body["text"]).count() == 1
    assert api.post(at(lead, "reply/"), {"text": "\u200f "}).status_code == 400
    conversation = lead.conversation
    assert conversation is not None
    conversation.last_inbound_at = None
    conversation.save()
    closed = api.post(at(lead, "reply/"), {"text": "x"})
    assert (closed.status_code, closed.json()["code"]) == (409, "whatsapp_window_closed")


def test_a_duplicate_is_linked_or_dismissed_by_who_sees_both_sides(
    api: APIClient, lead: Lead, riyadh: Any, jeddah: Any
) -> None:
    near, far = (factories.make_customer(branch) for branch in (riyadh, jeddah))
    row = DuplicateSuggestion.objects.create(lead=lead, customer=near, score=0.9, reasons=[])
    hidden = DuplicateSuggestion.objects.create(lead=lead, customer=far, score=0.9, reasons=[])
    shown = api.get(at(lead, "duplicates/")).json()["results"]
    assert [(one["id"], one["customer"], one["state"]) for one in shown] == [
        (row.pk, near.pk, "open")
    ]
    assert api.post(at(lead, f"duplicates/{hidden.pk}/link/")).status_code == 404
    assert api.post(at(lead, f"duplicates/{row.pk}/link/")).json()["state"] == "linked"
    lead.refresh_from_db()
    assert lead.customer == near
    late = api.post(at(lead, f"duplicates/{row.pk}/dismiss/"))
    assert (late.status_code, late.json()["code"]) == (409, "edit_conflict")
