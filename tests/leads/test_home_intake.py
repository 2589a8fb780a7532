"""The figures of today's intake on the home page say what they are compared with."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from leads.figures import start_of_today
from leads.models import Lead
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(whatsapp: Any, team: Any) -> Lead:
    return factories.make_lead(whatsapp, name="one")


def new_leads(client_of: Any, reader: Any) -> str:
    reader.language = "en"
    reader.save()
    answer = client_of(reader).get(reverse("leads:home_intake"), HTTP_HX_REQUEST="true")
    return str(answer.content.decode())


def test_without_a_lead_by_this_time_yesterday_nothing_is_compared(
    client_of: Any, sales: Any, lead: Any
) -> None:
    said = new_leads(client_of, sales)
    assert "against this time yesterday" not in said
    assert "none by this time yesterday" in said


def test_with_one_the_difference_is_said(
    client_of: Any, sales: Any, lead: Any, whatsapp: Any, team: Any
) -> None:
    older = factories.make_lead(whatsapp, name="two")
    midnight = start_of_today() - timedelta(days=1)
    Lead.objects.filter(pk=older.pk).update(received_at=midnight)
    said = new_leads(client_of, sales)
    assert "none by this time yesterday" not in said
    assert "against this time yesterday" in said
    assert "0%" in said
