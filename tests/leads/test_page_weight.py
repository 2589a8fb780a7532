"""The leads' pages stay light however many leads there are, and bring the rest when asked."""

import gzip
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone

from leads.models import Lead
from tests import factories

HX: Any = {"HTTP_HX_REQUEST": "true"}
MOST_BYTES, MOST_NODES = 15_000, 1_500  # of a next page, compressed; DESIGN §8
PLACES = ("Riyadh", "Jeddah", "Dammam")
WORDS = "أحتاج عرض سعر لتكييف سبليت مع التركيب والضمان لعدد من الغرف في فيلا جديدة قبل رمضان"


class Nodes(HTMLParser):
    """Counts elements."""

    count = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.count += 1


@pytest.fixture
def crowd(whatsapp: Any, team: Any, sales: Any) -> list[Lead]:
    """Thirty leads in every column, all with what a card can show; the last one whole."""
    now = timezone.now()
    made = Lead.objects.bulk_create(
        Lead(
            code=f"L-9{number:04d}", branch=whatsapp.branch, owner=sales, status=status,
            channel="whatsapp", source="whatsapp", name=f"{name} {number} القحطاني",
            company="", phone=f"+96655{number:07d}", city=PLACES[number % 3], product="hvac",
            budget=12_500 + number, currency="SAR", urgency="high", intent="quote_request",
            score=number % 100, excerpt=f"{number} {WORDS}", received_at=now - timedelta(minutes=number),
            reply_due_at=now + timedelta(minutes=5), closed_at=now,
            snoozed_until=now + timedelta(days=1),
        )
        for number, (status, name) in enumerate(
            (status, name) for status in Lead.Status.values for name in ["عبدالرحمن", "نورة", "Olivia"] * 10
        )
    )  # fmt: skip
    factories.make_lead(whatsapp, f"{WORDS} جوالي 0507712245", name="سارة")
    return made


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("path", ["/leads/", "/leads/board/"])
def test_a_page_of_a_busy_branch_is_within_the_budget(
    crowd: list[Lead], sales: Any, client_of: Any, path: str, language: str
) -> None:
    sales.language = language
    sales.save()
    body = client_of(sales).get(path).content
    nodes = Nodes()
    nodes.feed(body.decode())
    assert nodes.count <= MOST_NODES
    assert len(gzip.compress(body, 3)) <= MOST_BYTES


def test_a_column_brings_its_other_cards_and_comes_back_with_as_many_as_it_showed(
    crowd: list[Lead], sales: Any, client_of: Any
) -> None:
    client = client_of(sales)
    first = next(
        column for column in client.get("/leads/board/").context["columns"]
        if column["status"] == "accepted"
    )  # fmt: skip
    more = client.get(first["page"]["next_url"], **HX).context["column"]
    seen = [card.pk for card in (*first["cards"], *more["cards"])]
    assert len(seen) == len(set(seen)) > len(first["cards"])
    again = client.get(first["url"], {"shown": str(len(seen))}, **HX)
    assert [card.pk for card in again.context["column"]["cards"]] == seen
    assert again.context["column"]["count"] == 30
    for nonsense in ("-1", "x", "9" * 9, "0"):
        assert client.get(first["url"], {"shown": nonsense}, **HX).status_code == 200


def test_a_filter_s_choices_come_when_its_menu_is_opened(
    crowd: list[Lead], supervisor: Any, sales: Any, client_of: Any
) -> None:
    client = client_of(supervisor)
    choice = f"owner={sales.pk}"
    assert choice not in client.get("/leads/").content.decode()
    menu = client.get("/leads/", {"menu": "owner", "urgent": "true"}, **HX).content.decode()
    assert choice in menu
    assert "urgent=true" in menu
    assert "menu=" not in menu
    chosen = client.get("/leads/", {"owner": str(sales.pk)}).content.decode()
    assert f"<b>{sales.shown_name}</b>" in chosen
    assert choice not in client_of(sales).get("/leads/", {"menu": "owner"}, **HX).content.decode()


def test_the_latest_steps_are_shown_and_the_earlier_ones_on_demand(
    crowd: list[Lead], supervisor: Any, client_of: Any
) -> None:
    lead, client = Lead.objects.get(log__is_first=True), client_of(supervisor)
    for _turn in range(4):
        client.post(f"/leads/{lead.pk}/accept/", **HX)
        client.post(f"/leads/{lead.pk}/reopen/", **HX)
    short = client.get(lead.get_absolute_url(), **HX).content.decode()
    whole = client.get(lead.get_absolute_url(), {"part": "steps"}, **HX).content.decode()
    assert "opened the lead from a message" not in short
    assert "opened the lead from a message" in whole
    assert 'id="lead-pane"' not in whole
