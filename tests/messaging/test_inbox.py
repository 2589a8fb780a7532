"""Signals become messages: each once, in its person's conversation, whoever reads meanwhile."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Activity, Notification
from leads.models import Lead, LeadMessage
from leads.services import take_in
from messaging.models import Channel, Conversation, Message, Signal
from messaging.readers import READERS
from messaging.services import Inbound, Person, drain, store_messages
from tests import factories
from tests.messaging.payloads import deliver, text_message, value_of, webhook
from tests.parallel import at_once

USER_ID = "SA.13491208655302741918"


@pytest.fixture(autouse=True)
def _no_old_jobs(db: None) -> None:
    """Jobs that an earlier test with real commits has left behind are not this test's."""
    ProcrastinateJob.objects.filter(status="todo").delete()


def keep(body: bytes, *, channel: str = "whatsapp") -> Signal:
    """A signal as the door stores it."""
    return Signal.objects.create(channel=channel, key=f"t:{next(factories.numbers)}", body=body)


def inbound(channel: Channel, **columns: Any) -> Inbound:
    known: dict[str, Any] = {
        "person": Person(phone="+966507712245"), "provider_id": f"wamid.i{next(factories.numbers)}",
    }  # fmt: skip
    return Inbound(channel=channel, **{**known, **columns})


def store(*found: Inbound) -> list[Message]:
    with transaction.atomic():
        return store_messages(found)


# Conversations


def test_a_person_has_one_conversation_a_channel(whatsapp: Any, whatsapp_b: Any) -> None:
    store(inbound(whatsapp), inbound(whatsapp), inbound(whatsapp_b))
    assert Conversation.objects.filter(channel=whatsapp).count() == 1
    assert Conversation.objects.get(channel=whatsapp_b).branch == whatsapp_b.branch


@pytest.mark.parametrize(
    "people",
    [
        [Person(phone="+966507712245"), Person(phone="+966507712245", bsuid=USER_ID)],
        [Person(phone="+966507712245", bsuid=USER_ID), Person(bsuid=USER_ID)],
        [Person(bsuid=USER_ID), Person(phone="+966507712245", bsuid=USER_ID)],
        [Person(bsuid=USER_ID), Person(bsuid=USER_ID, username="rakan")],
    ],
)
@pytest.mark.parametrize("is_one_batch", [True, False])
def test_a_person_is_the_same_by_phone_and_by_user_id(
    whatsapp: Any, people: list[Person], is_one_batch: bool
) -> None:
    found = [inbound(whatsapp, person=person) for person in people]
    for batch in [found] if is_one_batch else [[one] for one in found]:
        store(*batch)
    conversation = Conversation.objects.get()
    assert conversation.messages.count() == 2
    assert conversation.bsuid == USER_ID


def test_a_conversation_learns_what_it_did_not_know_and_forgets_nothing(whatsapp: Any) -> None:
    store(inbound(whatsapp, person=Person(bsuid=USER_ID, name="راكان", username="old")))
    store(
        inbound(
            whatsapp,
            person=Person(bsuid=USER_ID, phone="+966507712245", name="R", username="new"),
        )
    )
    store(inbound(whatsapp, person=Person(bsuid=USER_ID)))
    row = Conversation.objects.get()
    assert (row.name, row.phone, row.username) == ("راكان", "+966507712245", "new")


def test_the_clocks_only_move_forward(whatsapp: Any) -> None:
    now = timezone.now()
    store(inbound(whatsapp, sent_at=now - timedelta(minutes=1)))
    store(inbound(whatsapp, sent_at=now - timedelta(days=3)))
    row = Conversation.objects.get()
    assert row.last_message_at == row.last_inbound_at == now - timedelta(minutes=1)


def test_what_we_wrote_on_the_owner_s_phone_opens_no_window(whatsapp: Any) -> None:
    assert store(inbound(whatsapp, is_outbound=True, is_enquiry=False)) == []
    message = Message.objects.get()
    assert (message.direction, message.status) == ("out", "sent")
    assert message.conversation.last_inbound_at is None


# Once


def test_the_same_id_twice_in_one_batch_is_one_message(whatsapp: Any) -> None:
    first = inbound(whatsapp, provider_id="wamid.x", text="first")
    again = inbound(whatsapp, provider_id="wamid.x", text="again")
    assert [message.text for message in store(first, again)] == ["first"]


def test_a_message_of_another_signal_is_not_ours_to_take_in(whatsapp: Any) -> None:
    first, second = keep(b"1"), keep(b"2")
    assert len(store(inbound(whatsapp, provider_id="wamid.x", signal=first))) == 1
    assert store(inbound(whatsapp, provider_id="wamid.x", signal=second)) == []
    assert len(store(inbound(whatsapp, provider_id="wamid.x", signal=first))) == 1  # read again


def test_messages_of_one_second_keep_the_order_in_which_they_came(whatsapp: Any) -> None:
    now = timezone.now().replace(microsecond=0)
    texts = [str(number) for number in range(12)]
    ids = [f"wamid.{number * 7 % 12}" for number in range(12)]
    store(*(inbound(whatsapp, provider_id=one, text=text, sent_at=now)
            for one, text in zip(ids, texts, strict=True)))  # fmt: skip
    assert list(Message.objects.values_list("text", flat=True)) == texts


def test_values_longer_than_their_columns_are_cut(whatsapp: Any, riyadh: Any) -> None:
    message = text_message("w" * 900, type="t" * 90)
    body = webhook(value_of(message, number_id="9" * 400), field="messages")
    signal = keep(body)
    drain(READERS)
    signal.refresh_from_db()
    assert signal.status == Signal.Status.DONE
    assert signal.kinds == ["t" * 40]
    assert len(Message.objects.get().provider_id or "") == 300


# Batches


def test_a_broken_signal_stops_no_other_waits_1_s_then_30_s_then_a_person(
    whatsapp: Any, manager: Any, run_jobs: Any
) -> None:
    broken, good = keep(b"{"), keep(webhook(value_of(text_message())))
    waits = []
    for _try in range(3):
        Signal.objects.filter(pk=broken.pk).update(due_at=timezone.now())
        drain(READERS)
        broken.refresh_from_db()
        waits.append(round((broken.due_at - timezone.now()).total_seconds()))
    good.refresh_from_db()
    assert good.status == Signal.Status.DONE
    assert waits[:2] == [1, 30]
    assert (broken.status, broken.attempts) == (Signal.Status.FAILED, 3)
    run_jobs()
    assert Notification.objects.filter(user=manager, kind="signal.failed").count() == 1


def test_a_failure_that_somebody_else_has_healed_meanwhile_is_no_failure(
    whatsapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal = keep(b"{")

    class Meanwhile:
        def warning(self, event: str, **_known: Any) -> None:
            Signal.objects.filter(pk=signal.pk).update(status=Signal.Status.DONE)

    monkeypatch.setattr(import_module("messaging.services.drain"), "log", Meanwhile())
    drain(READERS)
    signal.refresh_from_db()
    assert (signal.status, signal.attempts, signal.error) == (Signal.Status.DONE, 0, "")


def test_the_number_of_statements_does_not_grow_with_the_batch(whatsapp: Any) -> None:
    counts = {}
    for size in (1, 10, 50):
        for number in range(size):
            sender = {"from": f"9665{size:03}{number:05}"}
            keep(webhook(value_of(text_message(**sender))))
        with CaptureQueriesContext(connection) as statements:
            drain(READERS)
        counts[size] = len(statements)
    assert counts[50] <= counts[1] <= 20, counts


# At the same moment


def bodies(count: int, people: int = 4) -> list[bytes]:
    """Webhooks of a few people, every message in two of them, in different company and order."""
    messages = [
        text_message(f"wamid.p{number}", **{"from": f"96650771220{number % people}"})
        for number in range(count)
    ]
    ahead = [webhook(value_of(*messages[at : at + 2])) for at in range(0, count, 2)]
    back = list(reversed(messages))
    return ahead + [webhook(value_of(*back[at : at + 3])) for at in range(0, count, 3)]


def assert_nothing_lost_or_doubled(count: int, people: int) -> None:
    assert Message.objects.filter(direction="in").count() == count
    assert Conversation.objects.count() == people
    assert LeadMessage.objects.count() == count
    assert Lead.objects.count() == people
    assert Activity.objects.filter(verb="lead.opened").count() == people
    assert not Signal.objects.exclude(status="done").exists()


@pytest.mark.django_db(transaction=True)
def test_several_drains_at_once_lose_and_double_nothing(
    whatsapp: Any, team: Any, run_jobs: Any, settings: Any
) -> None:
    settings.INTAKE_BATCH = 3
    for body in bodies(24):
        keep(body)
    at_once(lambda _number: drain(READERS), range(4))
    assert not Signal.objects.filter(attempts__gt=0).exists()  # nobody stood in another's way
    run_jobs()
    assert_nothing_lost_or_doubled(24, 4)


@pytest.mark.django_db(transaction=True)
def test_parallel_readers_keep_what_each_of_them_learnt(whatsapp: Any) -> None:
    for number in range(12):
        phone = f"+9665077122{number:02}"
        store(inbound(whatsapp, person=Person(phone=phone)))
        by_id = inbound(whatsapp, person=Person(phone=phone, bsuid=f"SA.{number}"))
        by_name = inbound(whatsapp, person=Person(phone=phone, username="rakan", name="راكان"))
        at_once(store, [by_id, by_name])
        row = Conversation.objects.get(phone=phone)
        assert (row.bsuid, row.username, row.name) == (f"SA.{number}", "rakan", "راكان")
        assert row.messages.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_webhook_delivered_many_times_at_once_is_one(
    whatsapp: Any, team: Any, run_jobs: Any
) -> None:
    body = webhook(value_of(text_message("wamid.once")))
    codes = at_once(lambda _number: deliver(body).status_code, range(8))
    assert codes == [200] * 8
    assert Signal.objects.count() == 1
    run_jobs()
    assert_nothing_lost_or_doubled(1, 1)


@pytest.mark.django_db(transaction=True)
def test_redeliveries_in_other_company_at_once_double_nothing(
    whatsapp: Any, team: Any, run_jobs: Any
) -> None:
    assert set(at_once(lambda body: deliver(body).status_code, bodies(12))) == {200}
    at_once(lambda _number: drain(READERS), range(3))
    run_jobs()
    assert_nothing_lost_or_doubled(12, 4)


@pytest.mark.django_db(transaction=True)
def test_two_intakes_of_the_same_messages_at_once_open_each_lead_once(
    whatsapp: Any, team: Any, sales: Any
) -> None:
    ids = [
        factories.make_message(whatsapp, "أحتاج تكييف", phone=f"+96650771220{number % 5}").pk
        for number in range(20)
    ]
    at_once(take_in, [ids, list(reversed(ids)), ids[:7], ids[5:]])
    assert LeadMessage.objects.count() == 20
    assert Lead.objects.count() == 5
    assert Activity.objects.filter(verb="lead.opened").count() == 5
    assert Notification.objects.filter(user=sales).count() == 20


@pytest.mark.django_db(transaction=True)
def test_intake_drain_and_colleagues_on_the_same_leads_do_not_stand_in_each_other_s_way(
    whatsapp: Any, team: Any, sales: Any, supervisor: Any, colleague: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    from leads.errors import LeadChangedMeanwhile
    from leads.services import assign_lead

    people = [f"+96650771220{number}" for number in range(4)]
    leads = [factories.make_lead(whatsapp, phone=phone) for phone in people]

    def write(number: int) -> None:
        for turn in range(6):
            sender = {"from": people[(number + turn) % 4][1:]}
            keep(webhook(value_of(text_message(f"wamid.w{number}.{turn}", **sender))))
            drain(READERS)

    def take(number: int) -> None:
        for _turn in range(6):
            waiting = Message.objects.filter(direction="in", lead_link=None)
            take_in(list(waiting.values_list("pk", flat=True)))

    def hand_over(number: int) -> None:
        for turn in range(6):
            lead = Lead.objects.get(pk=leads[(number + turn) % 4].pk)
            try:
                assign_lead(lead, to=(colleague, sales)[turn % 2], actor=supervisor)
            except LeadChangedMeanwhile:
                continue

    work = [(write, 0), (write, 1), (take, 0), (take, 1), (hand_over, 0), (hand_over, 2)]
    at_once(lambda job: job[0](job[1]), work)
    take(0)
    assert "batch_failed" not in caplog.text
    assert not Signal.objects.filter(attempts__gt=0).exists()
    assert LeadMessage.objects.count() == 4 + 12
    assert Lead.objects.count() == 4
    for lead in Lead.objects.select_related("conversation"):
        assert lead.conversation is not None
        assert lead.conversation.owner_id == lead.owner_id
