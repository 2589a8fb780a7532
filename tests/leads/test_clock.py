"""Times are those of the reader's branch: what they choose, what they see, what is today."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from leads.models import Lead
from tests import factories

HX = {"HTTP_HX_REQUEST": "true"}
RIYADH = ZoneInfo("Asia/Riyadh")  # three hours before UTC, no summer time


@pytest.fixture
def lead(whatsapp: Any, team: Any, riyadh: Any) -> Lead:
    riyadh.time_zone = "Asia/Riyadh"
    riyadh.save()
    return factories.make_lead(whatsapp, phone="+966507712245")


def test_a_snooze_until_nine_is_nine_in_the_branch(client_of: Any, sales: Any, lead: Lead) -> None:
    day = timezone.now().astimezone(RIYADH) + timedelta(days=2)
    until = f"{day:%Y-%m-%d}T09:00"
    response = client_of(sales).post(f"/leads/{lead.pk}/snooze/", {"until": until}, **HX)
    assert response.status_code in (200, 204)
    snoozed = Lead.objects.get().snoozed_until
    assert snoozed is not None
    assert snoozed.astimezone(RIYADH).strftime("%Y-%m-%dT%H:%M") == until
    body = client_of(sales).get(lead.get_absolute_url(), **HX).content.decode()
    assert "09:00" in body


def test_tomorrow_morning_is_the_branch_s_morning(client_of: Any, sales: Any, lead: Lead) -> None:
    body = client_of(sales).get(f"/leads/{lead.pk}/snooze/", **HX).content.decode()
    assert "T09:00:00+03:00" in body


def test_today_begins_at_the_branch_s_midnight(client_of: Any, sales: Any, lead: Lead) -> None:
    midnight = timezone.now().astimezone(RIYADH).replace(hour=0, minute=0, second=0, microsecond=0)
    for moment, expected in ((midnight, 1), (midnight - timedelta(seconds=1), 0)):
        Lead.objects.update(received_at=moment.astimezone(UTC))
        context = client_of(sales).get("/leads/home/intake/").context
        assert context["new"] == expected


def test_people_of_the_whole_company_have_the_first_branch_s_clock(
    client_of: Any, manager: Any, lead: Lead
) -> None:
    body = client_of(manager).get(f"/leads/{lead.pk}/snooze/", **HX).content.decode()
    assert "T09:00:00+03:00" in body


def test_a_time_with_its_own_zone_is_taken_as_it_is(client_of: Any, sales: Any, lead: Lead) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    client_of(sales).post(f"/leads/{lead.pk}/snooze/", {"until": until.isoformat()}, **HX)
    assert Lead.objects.get().snoozed_until == until
