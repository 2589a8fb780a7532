"""Raw signals on their pages and by API: who sees what, reading again, understanding again."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Activity
from leads.models import ExtractedField, Lead, StageResult
from messaging.models import Message, Signal
from tests.factories import make_customer, make_lead, make_message
from tests.messaging.payloads import deliver, text_message, value_of, webhook

pytestmark = pytest.mark.django_db
LIST = "/signals/"
TEXT = "معكم خالد، أحتاج تكييف سبليت لخمس غرف في الرياض"


@pytest.fixture
def signal(whatsapp: Any, team: Any, read: Any) -> Signal:
    """A webhook that became a lead."""
    deliver(webhook(value_of(text_message(text=TEXT))))
    read()
    return Signal.objects.get()


def make_signal(**columns: Any) -> Signal:
    number = Signal.objects.count()
    known = {"channel": "whatsapp", "key": f"whatsapp:made{number}", "body": b'{"a": 1}'}
    return Signal.objects.create(**{**known, **columns})


def page(client: Any, url: str = LIST, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


# Lists


def test_the_list_shows_the_branch_s_signals_only(
    signal: Signal, jeddah: Any, client_of: Any, supervisor: Any, manager: Any
) -> None:
    make_signal(branch=jeddah, source="jeddah-canary")
    make_signal(source="nobody-canary")
    own, whole = page(client_of(supervisor)), page(client_of(manager))
    assert f"/signals/{signal.pk}/" in own
    assert "canary" not in own
    assert "jeddah-canary" in whole
    assert "nobody-canary" in whole


def test_salespeople_do_not_see_raw_signals(signal: Signal, client_of: Any, sales: Any) -> None:
    for url in (LIST, signal.get_absolute_url()):
        assert client_of(sales).get(url).status_code == 403
    assert client_of(sales).post(f"{signal.get_absolute_url()}retry/").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"channel": "email"}, {"mail"}),
        ({"status": "failed"}, {"bad"}),
        ({"kind": "bounce"}, {"mail"}),
        ({"search": "REF-77"}, {"bad"}),
        ({"search": "%"}, set()),
        ({"since": "2100-01-01"}, set()),
        ({"until": "2100-01-01"}, {"mail", "bad"}),
        ({"channel": "pigeon"}, set()),
        ({"since": "nonsense"}, set()),
        ({"branch": "9" * 30}, set()),
        ({"after": "broken"}, {"mail", "bad"}),
    ],
)
def test_the_list_is_filtered(
    query: dict[str, str], found: set[str], riyadh: Any, client_of: Any, manager: Any
) -> None:
    made = {
        "mail": make_signal(channel="email", kinds=["bounce"], branch=riyadh),
        "bad": make_signal(status="failed", key="whatsapp:ref-77", branch=riyadh),
    }
    shown = page(client_of(manager), **query)
    assert {name for name, one in made.items() if f'href="/signals/{one.pk}/"' in shown} == found


def test_a_part_is_looked_for_in_the_newest_and_a_whole_reference_at_any_age(
    riyadh: Any, jeddah: Any, client_of: Any, manager: Any, supervisor: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("messaging.finding.LOOKED_AT", 2)
    ages = (timezone.now() - timedelta(days=days) for days in (9, 3, 2, 1))
    old, *_newer = [
        make_signal(
            channel="email", key=f"email:order-{number}@shop.example", source=f"box{number}@x",
            branch=jeddah, received_at=at,
        )
        for number, at in enumerate(ages)
    ]  # fmt: skip

    def found(user: Any, **query: str) -> int:
        return page(client_of(user), **query).count('class="name fw-normal"')

    assert found(manager, search="shop") == 2 + 1  # the newest beyond the bound is at its edge
    assert "looked for back to" in page(client_of(manager), search="shop")
    day = str(timezone.localdate(old.received_at))
    assert found(manager, search="shop", until=day) == 1
    for whole in ("order-0@shop.example", "<order-0@shop.example>", "box0@x"):
        assert found(manager, search=whole) == 1
        assert found(supervisor, search=whole) == 0  # another branch's


def test_further_pages_come_without_the_head(riyadh: Any, client_of: Any, supervisor: Any) -> None:
    for _number in range(53):
        make_signal(branch=riyadh)
    client = client_of(supervisor)
    answer = client.get(LIST, {"page": "1"}, HTTP_HX_REQUEST="true")
    assert "<table" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    url = answer.context["page"].next_url
    rest = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert rest.count("<tr>") == 13
    assert "<table" not in rest


def test_the_list_takes_few_queries(
    riyadh: Any, client_of: Any, supervisor: Any, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        make_signal(branch=riyadh)
    client = client_of(supervisor)
    with django_assert_max_num_queries(14):
        client.get(LIST)


# One signal


def test_the_page_shows_source_headers_and_what_was_found(
    signal: Signal, client_of: Any, supervisor: Any
) -> None:
    shown = page(client_of(supervisor), signal.get_absolute_url())
    assert "whatsapp_business_account" in shown
    assert TEXT in shown


def test_nothing_of_the_source_is_executable_or_turns_the_text_around(
    riyadh: Any, client_of: Any, supervisor: Any
) -> None:
    evil = "<script>alert(1)</script>\u202egnp.exe\x07"
    bodies = [json.dumps({"a": evil}).encode(), evil.encode(), b"\xff\xfe\x00<img onerror=x>"]
    for number, body in enumerate(bodies):
        made = make_signal(
            branch=riyadh, body=body, channel=("whatsapp", "email", "web_form")[number],
            headers={"User-Agent": evil}, error=evil.replace("\x07", ""), source="<b>x</b>",
        )  # fmt: skip
        shown = page(client_of(supervisor), made.get_absolute_url())
        source = shown.split("<pre", 1)[1].split("</pre>")[0]
        assert "<script>alert" not in shown
        assert "<img onerror" not in shown
        assert "<b>x</b>" not in shown
        assert "\u202e" not in source
        assert "\x00" not in source


@pytest.mark.parametrize("body", [b"", b"[" * 50_000, b"x" * 3_000_000, b"\x80" * 1000])
def test_any_body_can_be_shown(body: bytes, riyadh: Any, client_of: Any, supervisor: Any) -> None:
    made = make_signal(branch=riyadh, body=body)
    assert len(page(client_of(supervisor), made.get_absolute_url())) < 400_000


def test_a_role_that_sees_contacts_masked_does_not_see_the_source(
    signal: Signal, client_of: Any, supervisor: Any
) -> None:
    supervisor.role.hidden_fields = {"customers.phone": "masked"}
    supervisor.role.save()
    shown = page(client_of(supervisor), signal.get_absolute_url())
    assert "966507712245" not in shown


@pytest.mark.parametrize("address", ["999999/", "9" * 40 + "/"])
def test_absent_and_foreign_signals_do_not_exist(
    address: str, jeddah: Any, client_of: Any, supervisor: Any
) -> None:
    client, foreign = client_of(supervisor), make_signal(branch=jeddah)
    assert client.get(f"{LIST}{address}").status_code == 404
    assert client.get(foreign.get_absolute_url()).status_code == 404


# Reading again


def test_a_failed_signal_is_read_again_by_a_person_and_becomes_a_lead(
    whatsapp: Any, team: Any, client_of: Any, manager: Any, read: Any
) -> None:
    deliver(webhook(value_of(text_message(text=TEXT))))
    Signal.objects.update(status="failed", attempts=3, error="it broke", branch=whatsapp.branch)
    signal = Signal.objects.get()
    assert "it broke" in page(client_of(manager), signal.get_absolute_url())
    client_of(manager).post(f"{signal.get_absolute_url()}retry/")
    read()
    signal.refresh_from_db()
    assert (signal.status, signal.error) == (Signal.Status.DONE, "")
    assert Lead.objects.count() == 1
    assert Activity.objects.filter(verb="signal.retried", actor=manager).count() == 1


def test_a_signal_read_again_doubles_nothing(
    signal: Signal, client_of: Any, manager: Any, read: Any
) -> None:
    client_of(manager).post(f"{signal.get_absolute_url()}retry/")
    read()
    assert (Message.objects.filter(direction="in").count(), Lead.objects.count()) == (1, 1)


def test_a_message_that_made_no_lead_makes_one_when_its_signal_is_read_again(
    signal: Signal, client_of: Any, manager: Any, read: Any
) -> None:
    Lead.objects.all().delete()
    Signal.objects.update(status="failed", error="the rules were broken")
    client_of(manager).post(f"{signal.get_absolute_url()}retry/")
    read()
    assert Lead.objects.get().log.get().message == signal.messages.get()


def test_seeing_is_not_retrying(signal: Signal, client_of: Any, supervisor: Any) -> None:
    client = client_of(supervisor)
    assert client.post(f"{signal.get_absolute_url()}retry/").status_code == 403
    assert "/retry/" not in page(client, signal.get_absolute_url())


def test_retrying_is_never_done_by_reading_a_page(
    signal: Signal, client_of: Any, manager: Any
) -> None:
    assert client_of(manager).get(f"{signal.get_absolute_url()}retry/").status_code == 405


# Understanding again


def replay(client: Any, message: Message, **data: str) -> Any:
    return client.post(f"/leads/replay/{message.pk}/", data)


def test_the_leads_of_a_signal_are_listed_within_reach(
    signal: Signal, client_of: Any, supervisor: Any
) -> None:
    shown = page(client_of(supervisor), f"/leads/signal/{signal.pk}/")
    assert Lead.objects.get().code in shown


def test_the_same_rules_say_the_same_again(signal: Signal, client_of: Any, manager: Any) -> None:
    message = signal.messages.get()
    answer = replay(client_of(manager), message)
    assert answer.context["replay"].is_same
    assert set(StageResult.objects.filter(message=message).values_list("run", flat=True)) == {1, 2}


@pytest.fixture
def misread(signal: Signal) -> Lead:
    """A lead that older rules had read wrongly, with one field that a person decided."""
    lead = Lead.objects.get()
    Lead.objects.update(city="Dubai", product="marble", intent="complaint")
    lead.fields.filter(name="city").update(value="Dubai")
    results = StageResult.objects.get(message=signal.messages.get(), stage="interpret")
    results.result["intent"]["value"] = "complaint"
    results.save()
    lead.fields.filter(name="product_category").update(
        state=ExtractedField.State.CORRECTED, corrected="marble", decided_at=timezone.now()
    )
    lead.refresh_from_db()
    return lead


def test_a_difference_is_shown_and_changes_nothing(
    misread: Lead, signal: Signal, client_of: Any, manager: Any
) -> None:
    answer = replay(client_of(manager), signal.messages.get())
    found = {(one.stage, one.fact, one.before) for one in answer.context["replay"].differences}
    assert ("interpret", "intent", "complaint") in found
    assert 'name="apply"' in answer.content.decode()
    misread.refresh_from_db()
    assert (misread.city, misread.intent) == ("Dubai", "complaint")


def test_applied_the_new_reading_wins_except_where_a_person_decided(
    misread: Lead, signal: Signal, client_of: Any, manager: Any
) -> None:
    owner, version = misread.owner, misread.version
    answer = replay(client_of(manager), signal.messages.get(), apply="1")
    assert answer.status_code == 302
    misread.refresh_from_db()
    assert (misread.city, misread.product) == ("Riyadh", "marble")
    assert misread.intent != "complaint"
    assert (misread.owner, misread.version) == (owner, version + 1)
    assert misread.fields.get(name="city").value == "Riyadh"
    assert misread.fields.filter(name="product_category").count() == 1


def test_understanding_again_needs_the_permission_and_the_reach(
    signal: Signal, client_of: Any, supervisor: Any, sales_b: Any
) -> None:
    message = signal.messages.get()
    assert replay(client_of(supervisor), message).status_code == 403
    assert replay(client_of(sales_b), message).status_code == 403


# The customer's page


def test_the_customer_s_panel_shows_the_conversation(
    whatsapp: Any, riyadh: Any, supervisor: Any, client_of: Any, sales_b: Any
) -> None:
    customer = make_customer(riyadh)
    message = make_message(whatsapp, "هل من جديد؟ <b>عاجل</b>")
    message.conversation.customer = customer
    message.conversation.save()
    url = f"/signals/customer/{customer.pk}/"
    shown = page(client_of(supervisor), url)
    assert "هل من جديد؟ &lt;b&gt;" in shown
    assert client_of(sales_b).get(url).status_code == 404


# The API


def test_signals_by_api_are_scoped_filtered_and_shown_whole(
    signal: Signal, jeddah: Any, api_of: Any, supervisor: Any
) -> None:
    make_signal(branch=jeddah)
    api = api_of(supervisor)
    (row,) = api.get("/api/v1/signals/", {"channel": "whatsapp", "kind": "text"}).json()["results"]
    assert (row["id"], row["status"], row["branch_code"]) == (signal.pk, "done", "riy")
    whole = api.get(f"/api/v1/signals/{signal.pk}/").json()
    assert "whatsapp_business_account" in whole["body"]
    assert whole["messages"] == [signal.messages.get().pk]
    assert api.post(f"/api/v1/signals/{signal.pk}/retry/").status_code == 403


def test_a_signal_is_retried_by_api(signal: Signal, api_of: Any, manager: Any, read: Any) -> None:
    answer = api_of(manager).post(f"/api/v1/signals/{signal.pk}/retry/")
    assert (answer.status_code, answer.json()["status"]) == (200, "pending")
    read()
    assert Message.objects.filter(direction="in").count() == 1


def test_messages_by_api_are_as_visible_as_their_conversation(
    signal: Signal, whatsapp_b: Any, api_of: Any, sales: Any, colleague: Any
) -> None:
    make_lead(whatsapp_b, "جدة")
    mine = api_of(sales).get("/api/v1/messages/", {"direction": "in"}).json()["results"]
    assert [row["text"] for row in mine] == [TEXT]
    assert api_of(colleague).get("/api/v1/messages/").json()["results"] == []
    assert api_of(colleague).get(f"/api/v1/messages/{mine[0]['id']}/").status_code == 404


@pytest.mark.parametrize("path", ["abc/", "9" * 60 + "/", "9" * 4400 + "/", "-1/"])
def test_an_id_that_is_none_does_not_exist(path: str, api_of: Any, manager: Any) -> None:
    assert api_of(manager).get(f"/api/v1/signals/{path}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [{"conversation": "x"}, {"customer": "9" * 50}, {"cursor": "%00"}, {"ordering": "text"}],
)
def test_a_nonsense_query_of_messages_is_answered_400(
    query: dict[str, str], api_of: Any, manager: Any
) -> None:
    assert api_of(manager).get("/api/v1/messages/", query).status_code == 400
