"""The inbox as a file: exactly its rows, as the reader may see them."""

import csv
import io
from typing import Any

import pytest

from accounts.models import Activity
from leads.models import Lead
from tests import factories

URL = "/leads/export/"
PHONE = "+966507712245"


@pytest.fixture
def leads(whatsapp: Any, team: Any) -> list[Lead]:
    texts = ("أحتاج تكييف سبليت", "كم سعر الستائر؟", "=HYPERLINK(1) عاجل أحتاج تكييف")
    made = [factories.make_lead(whatsapp, text, name=f"عميل {text[-4:]}") for text in texts]
    Lead.objects.filter(pk=made[0].pk).update(phone=PHONE, email="rakan@example.com")
    Lead.objects.filter(pk=made[1].pk).update(status=Lead.Status.REJECTED)
    return made


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    "query", ["", "queue=all", "status=rejected", "queue=all&order=score", "search=تكييف&queue=all"]
)
def test_the_file_holds_the_rows_of_the_inbox_in_its_order(
    client_of: Any, supervisor: Any, leads: list[Lead], query: str
) -> None:
    client = client_of(supervisor)
    shown = client.get(f"/leads/?{query}").context["page"].rows
    rows = table(client.get(f"{URL}?{query}&format=csv"))
    assert [row["code"] for row in rows] == [lead.code for lead in shown]
    assert rows


def test_cells_are_harmless_and_the_log_keeps_what_was_taken_but_no_words(
    client_of: Any, supervisor: Any, leads: list[Lead]
) -> None:
    client = client_of(supervisor)
    rows = table(client.get(URL, {"queue": "all", "search": "تكييف"}))
    assert not any(row["excerpt"].startswith("=") for row in rows)
    assert rows[0]["received_at"].endswith("+03:00")
    entry = Activity.objects.get(verb="leads.exported")
    assert entry.changes == {"format": "csv", "filters": {"queue": "all"}}
    book = client.get(URL, {"queue": "all", "format": "xlsx"})
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_contacts_are_masked_in_the_file_too(
    client_of: Any, supervisor: Any, leads: list[Lead]
) -> None:
    supervisor.role.hidden_fields = {"customers.phone": "masked", "customers.email": "hidden"}
    supervisor.role.save()
    client = client_of(supervisor)
    (row,) = [row for row in table(client.get(URL)) if row["code"] == leads[0].code]
    assert (row["phone"], row["email"]) == ("•••• 45", "")
    assert table(client.get(URL, {"search": "50771"})) == []


def test_only_who_may_export_gets_it_and_only_of_the_own_branch(
    client_of: Any, sales: Any, supervisor: Any, leads: list[Lead], whatsapp_b: Any
) -> None:
    stranger = factories.make_lead(whatsapp_b, "أحتاج تكييف سبليت في جدة")
    assert client_of(sales).get(URL).status_code == 403
    rows = table(client_of(supervisor).get(URL, {"queue": "all"}))
    assert stranger.code not in {row["code"] for row in rows}
    assert len(rows) == len(leads)


@pytest.mark.parametrize("query", ["format=exe", "owner=x", "queue=nonsense"])
def test_what_makes_no_sense_is_refused(client_of: Any, supervisor: Any, query: str) -> None:
    assert client_of(supervisor).get(f"{URL}?{query}").status_code == 400
