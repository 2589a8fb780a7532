"""Messages out: claimed once, sent once, and told what became of them in any order."""

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from messaging.gateways.outcome import Outcome, TemporaryFailure
from messaging.models import Conversation, Message, StatusReceipt
from messaging.readers import READERS
from messaging.services import NewReply, deliver, drain, queue_replies, queue_reply
from messaging.services.statuses import Status, apply_statuses
from tests import factories
from tests.messaging.payloads import deliver as post
from tests.messaging.payloads import status_of, value_of, webhook
from tests.parallel import at_once


@pytest.fixture(autouse=True)
def _no_old_jobs(db: None) -> None:
    """Jobs that an earlier test with real commits has left behind are not this test's."""
    ProcrastinateJob.objects.filter(status="todo").delete()


class FakeGateway:
    """Remembers what it sent and answers what it is told to."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.outcome: Any = None

    def send(self, message: Message) -> Outcome:
        self.sent.append(message.pk)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        if callable(self.outcome):
            return self.outcome(message)
        return self.outcome or Outcome(status="sent", provider_id=f"wamid.out{message.pk}")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    made = FakeGateway()
    monkeypatch.setattr("messaging.services.delivery.gateway_of", lambda kind: made)
    return made


@pytest.fixture
def conversation(whatsapp: Any) -> Conversation:
    return factories.make_message(whatsapp, "مرحبا", phone="+966507712245").conversation


@pytest.fixture
def message(conversation: Conversation) -> Message:
    queued = queue_reply(NewReply(conversation=conversation, text="أهلا", key="one"))
    assert queued is not None
    return queued


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def told(*statuses: dict[str, Any]) -> None:
    """The provider reports."""
    assert post(webhook(value_of(statuses=list(statuses)))).status_code == 200
    drain(READERS)


# Queued


def test_a_reply_is_written_and_its_delivery_queued(message: Message, queued: Any) -> None:
    assert (message.status, message.direction, message.is_automatic) == ("queued", "out", True)
    assert queued() == ["messaging.tasks.deliver_message"]


def test_a_repeated_key_is_left_out_also_within_one_call(
    conversation: Conversation, message: Message, queued: Any
) -> None:
    again = [
        NewReply(conversation=conversation, text=text, key=key)
        for key, text in (("one", "a"), ("two", "b"), ("two", "c"))
    ]
    assert [row.text for row in queue_replies(again)] == ["b"]
    assert queued() == ["messaging.tasks.deliver_message"] * 2


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_moment_is_one_message(
    conversation: Conversation, queued: Any
) -> None:
    reply = NewReply(conversation=conversation, text="أهلا", key="once")
    made = at_once(lambda _number: queue_reply(reply), range(6))
    assert sum(row is not None for row in made) == 1
    assert Message.objects.filter(direction="out").count() == 1
    assert len(queued()) == 1


# Sent once


def test_a_sent_message_has_the_provider_s_id(message: Message, gateway: FakeGateway) -> None:
    deliver(message.pk)
    assert (fresh(message).status, fresh(message).provider_id) == (
        "sent", f"wamid.out{message.pk}",
    )  # fmt: skip


@pytest.mark.parametrize(
    "status", ["sending", "unknown", "sent", "delivered", "read", "failed", "received"]
)
def test_only_a_queued_message_is_sent(message: Message, gateway: FakeGateway, status: str) -> None:
    """A run that died has left `sending`: nobody knows whether it went out, so a person decides."""
    Message.objects.filter(pk=message.pk).update(status=status)
    deliver(message.pk)
    assert gateway.sent == []
    assert fresh(message).status == status


def test_a_message_that_does_not_exist_is_nothing_to_send(db: None, gateway: FakeGateway) -> None:
    deliver(987_654_321)
    assert gateway.sent == []


@pytest.mark.django_db(transaction=True)
def test_of_racing_runs_one_sends(message: Message, gateway: FakeGateway) -> None:
    at_once(deliver, [message.pk] * 8)
    assert gateway.sent == [message.pk]
    assert fresh(message).status == "sent"


def test_a_gateway_that_breaks_leaves_the_outcome_unknown_and_is_not_asked_again(
    message: Message, gateway: FakeGateway
) -> None:
    gateway.outcome = RuntimeError("the line\x00 broke")
    deliver(message.pk)
    deliver(message.pk)
    assert gateway.sent == [message.pk]
    assert fresh(message).status == "unknown"
    assert "broke" in fresh(message).error


# Tried again


def test_a_passing_refusal_is_tried_again(message: Message, gateway: FakeGateway) -> None:
    gateway.outcome = Outcome(status="failed", error="130429 slow down", is_retry_wanted=True)
    with pytest.raises(TemporaryFailure):
        deliver(message.pk)
    assert (fresh(message).status, fresh(message).error) == ("queued", "130429 slow down")

    gateway.outcome = None
    deliver(message.pk)
    assert (fresh(message).status, fresh(message).error) == ("sent", "")


def test_the_last_try_s_refusal_is_final(message: Message, gateway: FakeGateway) -> None:
    gateway.outcome = Outcome(status="failed", error="130429 slow down", is_retry_wanted=True)
    deliver(message.pk, is_last_try=True)
    assert fresh(message).status == "failed"


def test_a_final_refusal_is_not_tried_again(message: Message, gateway: FakeGateway) -> None:
    gateway.outcome = Outcome(status="failed", error="131026 undeliverable\x00" + "x" * 900)
    deliver(message.pk)
    assert fresh(message).status == "failed"
    assert fresh(message).error.startswith("131026")


# What became of it


def test_a_status_that_came_before_the_answer_to_the_send_is_not_lost(
    message: Message, gateway: FakeGateway
) -> None:
    told(status_of(f"wamid.out{message.pk}", "delivered"))
    deliver(message.pk)
    assert fresh(message).status == "delivered"


@pytest.mark.django_db(transaction=True)
def test_a_status_at_the_very_moment_of_the_answer_is_not_lost(
    whatsapp: Any, gateway: FakeGateway
) -> None:
    """Each side writes its own row and then looks for the other's; one must see the other."""
    for number in range(15):
        row = factories.make_message(whatsapp, "؟", phone="+966507712245").conversation
        message = queue_reply(NewReply(conversation=row, text="أهلا", key=f"race:{number}"))
        assert message is not None
        status = Status(provider_id=f"wamid.out{message.pk}", status="delivered")
        at_once(lambda step: step[0](step[1]), [(deliver, message.pk), (tell, status)])
        assert fresh(message).status == "delivered"


def tell(status: Status) -> None:
    from django.db import transaction

    with transaction.atomic():
        apply_statuses([status])


@pytest.mark.parametrize(
    ("reports", "final"),
    [
        (["sent", "delivered", "read"], "read"),
        (["read", "delivered", "sent"], "read"),
        (["delivered", "sent", "delivered"], "delivered"),
        (["failed", "sent"], "failed"),
        (["failed", "delivered"], "delivered"),
        (["delivered", "failed"], "delivered"),
        (["played"], "read"),
        (["accepted", "held_for_quality_assessment"], "sent"),
        (["levitating"], "sent"),
    ],
)
@pytest.mark.parametrize("is_one_webhook", [True, False])
def test_reports_in_any_order_end_in_the_same_state(
    message: Message, gateway: FakeGateway, reports: list[str], final: str, is_one_webhook: bool
) -> None:
    deliver(message.pk)
    rows = [status_of(f"wamid.out{message.pk}", report) for report in reports]
    for group in [rows] if is_one_webhook else [[row] for row in rows]:
        told(*group)
    assert fresh(message).status == final


def test_a_failure_keeps_its_reason_until_the_message_turns_out_to_have_arrived(
    message: Message, gateway: FakeGateway
) -> None:
    deliver(message.pk)
    error = {"code": 131026, "title": "Message undeliverable"}
    told(status_of(f"wamid.out{message.pk}", "failed", errors=[error]))
    assert fresh(message).error == "131026 Message undeliverable"
    told(status_of(f"wamid.out{message.pk}", "delivered"))
    assert (fresh(message).status, fresh(message).error) == ("delivered", "")


def test_the_time_of_every_state_is_kept_and_a_repeat_does_not_move_it(
    message: Message, gateway: FakeGateway
) -> None:
    deliver(message.pk)
    for moment in ("1795340000", "1795349999"):
        told(status_of(f"wamid.out{message.pk}", "delivered", timestamp=moment))
    assert StatusReceipt.objects.count() == 1
    assert fresh(message).status_times == {"delivered": "2026-11-22T09:33:20+00:00"}


@pytest.mark.parametrize("left", ["sending", "unknown"])
def test_a_report_with_our_own_id_settles_an_unknown_outcome(message: Message, left: str) -> None:
    Message.objects.filter(pk=message.pk).update(status=left)
    told(status_of("wamid.late", "delivered", biz_opaque_callback_data=str(message.pk)))
    assert (fresh(message).provider_id, fresh(message).status) == ("wamid.late", "delivered")


@pytest.mark.parametrize("odd", ["0", "-1", "9" * 40, "٣", "x", "1e3"])
def test_an_id_that_is_not_ours_settles_nothing(message: Message, odd: str) -> None:
    Message.objects.filter(pk=message.pk).update(status="unknown")
    told(status_of("wamid.late", "delivered", biz_opaque_callback_data=odd))
    assert fresh(message).provider_id is None


def test_our_id_with_another_recipient_settles_nothing(message: Message) -> None:
    """Another system may send from the same number and count its messages too."""
    Message.objects.filter(pk=message.pk).update(status="unknown")
    theirs = {"biz_opaque_callback_data": str(message.pk), "recipient_id": "966551110000"}
    told(status_of("wamid.late", "delivered", **theirs))
    assert (fresh(message).provider_id, fresh(message).status) == (None, "unknown")


def test_a_report_about_a_received_message_changes_nothing(conversation: Conversation) -> None:
    received = conversation.messages.get()
    told(status_of(received.provider_id or "", "failed"))
    assert fresh(received).status == "received"


def test_what_went_wrong_is_kept_without_the_contacts_that_servers_repeat(
    message: Message, gateway: FakeGateway
) -> None:
    said = '131026 {"input": "+966507712245"} <noura@home.example>: unknown'
    gateway.outcome = Outcome(status="failed", error=said)
    deliver(message.pk)
    assert fresh(message).error == '131026 {"input": "…"} <…>: unknown'
