"""The WhatsApp door: what is refused, what is kept, and what becomes of it."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from accounts.models import Notification
from leads.models import Lead
from messaging.models import Conversation, Message, Signal, StatusReceipt
from tests.conftest import SHARED, needs_shared
from tests.factories import make_channel, make_message
from tests.messaging.payloads import (
    WEBHOOK,
    deliver,
    signature,
    status_of,
    text_message,
    value_of,
    webhook,
)

pytestmark = pytest.mark.django_db
Run = Callable[[], None]
SAMPLES = SHARED / "data" / "intake" / "whatsapp"


def counted(outcome: str) -> float:
    labels = {"channel": "whatsapp", "outcome": outcome}
    return REGISTRY.get_sample_value("madar_webhooks_total", labels) or 0.0


# The handshake


def handshake(**query: str) -> Any:
    return Client().get(WEBHOOK, {f"hub.{name}": value for name, value in query.items()})


def test_the_handshake_with_the_right_token_is_answered_with_its_challenge() -> None:
    answer = handshake(mode="subscribe", verify_token="verify-me", challenge="1158201444")
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "subscribe", "verify_token": "wrong", "challenge": "1"},
        {"mode": "subscribe", "verify_token": "عربي", "challenge": "1"},
        {"mode": "unsubscribe", "verify_token": "verify-me", "challenge": "1"},
        {"mode": "subscribe", "verify_token": "verify-me"},
        {},
    ],
)
def test_any_other_handshake_is_refused(query: dict[str, str]) -> None:
    assert handshake(**query).status_code == 403


def test_without_a_configured_token_every_handshake_is_refused(settings: Any) -> None:
    settings.WHATSAPP_VERIFY_TOKEN = ""
    assert handshake(mode="subscribe", verify_token="", challenge="1").status_code == 403


# Signatures


@pytest.mark.parametrize(
    "header",
    ["", "sha256=", "sha256=00", "sha1=00", "sha256=توقيع", "توقيع", "sha256=" + "0" * 64],
)
def test_a_body_without_the_right_signature_is_refused_counted_and_not_stored(header: str) -> None:
    before = counted("wrong_signature")
    answer = deliver(webhook(value_of(text_message())), header=header)
    assert answer.status_code == 403
    assert answer.json()["code"] == "wrong_signature"
    assert Signal.objects.count() == 0
    assert counted("wrong_signature") == before + 1


def test_without_a_configured_secret_even_an_empty_key_signs_nothing(settings: Any) -> None:
    settings.WHATSAPP_APP_SECRET = ""
    body = webhook(value_of(text_message()))
    assert deliver(body, header=signature(body, secret="")).status_code == 403
    assert Signal.objects.count() == 0


def test_the_signature_of_another_body_is_refused() -> None:
    answer = deliver(webhook(value_of(text_message())), header=signature(b"{}"))
    assert answer.status_code == 403


# Bad bodies


@pytest.mark.parametrize(
    "body", [b"", b"{", b"not json", b"\xff\xfe", b'{"a": ' + b"[" * 200_000, b"9" * 5_000]
)
def test_a_signed_body_that_is_no_json_is_answered_400_and_not_stored(body: bytes) -> None:
    assert deliver(body).status_code == 400
    assert Signal.objects.count() == 0


def test_a_body_beyond_three_megabytes_is_refused() -> None:
    assert deliver(b" " * (3 * 1024 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("length", ["²", "-1", "x", "9" * 4400])
def test_a_nonsense_length_is_refused_without_an_error(length: str) -> None:
    body = webhook(value_of(text_message()))
    answer = Client().post(
        WEBHOOK, body, content_type="application/json", CONTENT_LENGTH=length,
        HTTP_X_HUB_SIGNATURE_256=signature(body),
    )  # fmt: skip
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "value",
    [
        None, True, 7, "text", [], {}, [[]], {"object": 1, "entry": {"a": 1}},
        {"object": "whatsapp_business_account", "entry": [None, 3, {"changes": [None,
        {"value": 5}]}]},
        {"entry": [{"changes": [{"field": "messages", "value": {"messages": [None, 4, {}]}}]}]},
        {"entry": [{"changes": [{"field": 7, "value": {"messages": "x",
        "statuses": {"id": []}}}]}]},
    ],
)  # fmt: skip
def test_a_signed_body_of_any_shape_is_kept_and_read_without_failure(
    value: Any, riyadh: Any, read: Run
) -> None:
    assert deliver(json.dumps(value).encode()).status_code == 200
    read()
    assert Signal.objects.get().status == Signal.Status.IGNORED


def test_unstorable_text_and_numbers_beyond_every_column_are_read_without_failure(
    whatsapp: Any, read: Run
) -> None:
    message = text_message(
        text="a\x00b\ud800c\u202e<script>alert(1)</script>", timestamp="9" * 400, wamid="wamid.odd"
    )
    deliver(webhook(value_of(message, contacts=[{"profile": {"name": "\x00\udfff" + "ا" * 9000}}])))
    read()
    assert Signal.objects.get().status == Signal.Status.DONE
    stored = Message.objects.get(direction="in").text
    assert "\x00" not in stored
    assert "<script>" in stored


# Once


def test_the_same_body_three_times_is_one_signal_one_message_and_one_lead(
    whatsapp: Any, team: Any, read: Run
) -> None:
    body = webhook(value_of(text_message()))
    assert [deliver(body).status_code for _time in range(3)] == [200, 200, 200]
    read()
    assert deliver(body).status_code == 200
    read()
    counts = Signal.objects.count(), Message.objects.filter(direction="in").count()
    assert (*counts, Lead.objects.count()) == (1, 1, 1)


def test_a_batch_of_messages_over_several_entries_gives_each_its_own_message(
    whatsapp: Any, read: Run
) -> None:
    three = [text_message(text=f"رسالة {number}") for number in range(3)]
    deliver(webhook(value_of(three[0], three[1]), value_of(three[2])))
    read()
    assert Message.objects.filter(direction="in").count() == 3


def test_a_redelivery_grouped_in_another_way_doubles_nothing(whatsapp: Any, read: Run) -> None:
    first, second = text_message(text="واحد"), text_message(text="اثنان")
    deliver(webhook(value_of(first)))
    read()
    deliver(webhook(value_of(first, second)))
    deliver(webhook(value_of(second), value_of(first)))
    read()
    assert Signal.objects.count() == 3
    assert Message.objects.filter(direction="in").count() == 2


def test_messages_out_of_order_stand_in_the_order_they_were_written(
    whatsapp: Any, read: Run
) -> None:
    now = int(timezone.now().timestamp())
    deliver(webhook(value_of(text_message(text="second", timestamp=str(now)))))
    read()
    deliver(webhook(value_of(text_message(text="first", timestamp=str(now - 60)))))
    read()
    conversation = Conversation.objects.get()
    assert [one.text for one in conversation.messages.filter(direction="in")] == ["first", "second"]
    assert int(conversation.last_inbound_at.timestamp()) == now


# Statuses


def sent(wamid: str, whatsapp: Any) -> Message:
    conversation = make_message(whatsapp, "سؤال").conversation
    return Message.objects.create(
        conversation=conversation, direction="out", status="sent", provider_id=wamid, text="جواب"
    )


def test_statuses_in_any_order_never_take_a_step_back(whatsapp: Any, read: Run) -> None:
    message = sent("wamid.out", whatsapp)
    for status in ("read", "delivered", "sent", "read"):
        deliver(webhook(value_of(statuses=[status_of("wamid.out", status)])))
        read()
    message.refresh_from_db()
    assert message.status == Message.Status.READ
    assert set(message.status_times) == {"read", "delivered", "sent"}


def test_a_status_that_comes_before_its_message_is_kept_for_it(whatsapp: Any, read: Run) -> None:
    from messaging.services.statuses import update_from_receipts

    deliver(webhook(value_of(statuses=[status_of("wamid.early", "delivered")])))
    read()
    assert StatusReceipt.objects.get().status == "delivered"
    message = sent("wamid.early", whatsapp)
    update_from_receipts({"wamid.early"})
    message.refresh_from_db()
    assert message.status == Message.Status.DELIVERED


def test_a_failed_status_keeps_the_provider_s_reason(whatsapp: Any, read: Run) -> None:
    message = sent("wamid.bad", whatsapp)
    errors = [{"code": 131047, "title": "Re-engagement message"}]
    deliver(webhook(value_of(statuses=[status_of("wamid.bad", "failed", errors=errors)])))
    read()
    message.refresh_from_db()
    assert (message.status, message.error) == ("failed", "131047 Re-engagement message")


# Unknown and broken


def test_unknown_kinds_are_kept_and_marked(whatsapp: Any, read: Run) -> None:
    hologram = text_message(type="hologram", hologram={"depth": 3})
    deliver(webhook(value_of(hologram)))
    deliver(webhook({"anything": 1}, field="weather_update"))
    read()
    kinds = {kind for signal in Signal.objects.all() for kind in signal.kinds}
    assert "weather_update" in kinds
    assert Signal.objects.filter(status=Signal.Status.PENDING).count() == 0
    assert Message.objects.filter(direction="in").count() == 1


@pytest.fixture
def poisoned(whatsapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal whose reading fails, between two good ones."""
    from messaging import readers, tasks

    whole = readers.READERS["whatsapp"]

    def fail_on_poison(signal: Signal) -> Any:
        if b"poison" in bytes(signal.body):
            raise ZeroDivisionError("cannot read this")
        return whole(signal)

    monkeypatch.setitem(tasks.READERS, "whatsapp", fail_on_poison)
    for text in ("good one", "poison", "good two"):
        deliver(webhook(value_of(text_message(text=text))))


def test_a_poisoned_signal_stops_no_other(poisoned: None, read: Run) -> None:
    read()
    stored = Message.objects.filter(direction="in").values_list("text", flat=True)
    assert set(stored) == {"good one", "good two"}


def test_a_poisoned_signal_is_tried_after_1_s_and_30_s_then_waits_for_a_person(
    poisoned: None, manager: Any, read: Run
) -> None:
    started = timezone.now()
    waits = []
    for attempt in (1, 2, 3):
        read()
        signal = Signal.objects.exclude(status=Signal.Status.DONE).get()
        assert signal.attempts == attempt
        waits.append(round((signal.due_at - started).total_seconds()))
        Signal.objects.filter(pk=signal.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert waits[:2] == [1, 30]
    assert signal.status == Signal.Status.FAILED
    assert "cannot read this" in signal.error
    notice = Notification.objects.get(user=manager, kind="signal.failed")
    assert notice.url == signal.get_absolute_url()
    read()
    signal.refresh_from_db()
    assert signal.attempts == 3


def test_each_branch_s_number_leads_to_its_own_branch(
    whatsapp: Any, whatsapp_b: Any, jeddah: Any, read: Run
) -> None:
    deliver(webhook(value_of(text_message(), number_id=whatsapp_b.external_id)))
    read()
    assert Signal.objects.get().branch == jeddah
    assert Conversation.objects.get().branch == jeddah


def test_an_unknown_number_gets_a_channel_so_that_nothing_is_dropped(
    riyadh: Any, read: Run
) -> None:
    deliver(webhook(value_of(text_message(), number_id="777")))
    read()
    assert Conversation.objects.get().channel.external_id == "777"


# Samples


@needs_shared
def test_every_sample_payload_is_answered_200_and_read_without_failure(
    company: Any, riyadh: Any, read: Run
) -> None:
    make_channel(riyadh, external_id="500000000000001")
    paths = sorted(path for path in SAMPLES.glob("*.json") if b'"entry"' in path.read_bytes())
    assert paths
    for path in paths:
        assert deliver(path.read_bytes()).status_code == 200, path.name
    read()
    unread = Signal.objects.exclude(status__in=[Signal.Status.DONE, Signal.Status.IGNORED])
    assert not list(unread.values_list("key", "error"))


@needs_shared
def test_every_public_signature_vector_is_answered_as_it_says(settings: Any) -> None:
    for vector in json.loads((SAMPLES / "signature_vectors_public.json").read_text()):
        settings.WHATSAPP_APP_SECRET = vector["app_secret"]
        header = vector["headers"].get("X-Hub-Signature-256", "")
        answer = deliver(base64.b64decode(vector["body_b64"]), header=header)
        assert answer.status_code in (200, 400, 403), vector["name"]
        if vector["valid"] is not None:
            assert (answer.status_code == 200) == vector["valid"], vector["name"]
