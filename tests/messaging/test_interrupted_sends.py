"""A worker that dies while sending leaves a message whose outcome nobody knows."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Activity, Notification
from messaging.models import Message
from messaging.services import NewReply, queue_reply, settle_interrupted_sends
from tests import factories


@pytest.fixture
def interrupted(whatsapp: Any, sales: Any) -> Message:
    inbound = factories.make_message(whatsapp, "أحتاج عرض سعر")
    inbound.conversation.owner = sales
    inbound.conversation.save()
    message = queue_reply(NewReply(conversation=inbound.conversation, text="حاضر", key="k1"))
    assert message
    Message.objects.filter(pk=message.pk).update(
        status=Message.Status.SENDING, sent_at=timezone.now() - timedelta(minutes=2)
    )
    return message


def test_a_gateway_that_can_repeat_sends_it_again(interrupted: Message, run_jobs: Any) -> None:
    assert settle_interrupted_sends() == 1
    run_jobs()
    interrupted.refresh_from_db()
    assert interrupted.status == Message.Status.SENT


def test_otherwise_it_is_never_sent_blindly_and_a_person_is_told(
    interrupted: Message, run_jobs: Any, sales: Any, settings: Any
) -> None:
    settings.WHATSAPP_ACCESS_TOKEN = "a token"
    settings.WHATSAPP_BASE_URL = "http://127.0.0.1:1"
    assert settle_interrupted_sends() == 1
    interrupted.refresh_from_db()
    assert interrupted.status == Message.Status.UNKNOWN
    assert Notification.objects.filter(user=sales, kind="message.outcome_unknown").count() == 1
    assert Activity.objects.filter(verb="message.outcome_unknown").get().reason["rule"]
    assert settle_interrupted_sends() == 0


def test_a_send_under_way_is_left_alone(interrupted: Message) -> None:
    Message.objects.filter(pk=interrupted.pk).update(sent_at=timezone.now())
    assert settle_interrupted_sends() == 0
