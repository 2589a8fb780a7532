"""Raw bodies go after their time, and nothing else goes with them (SECURITY.md DP-5)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Activity, User
from leads.models import Lead
from messaging.models import Message, Signal
from messaging.services import NewSignal, keep_signal
from messaging.tasks import drain_signals
from operations import tasks
from operations.services import retention
from tests import factories

pytestmark = pytest.mark.django_db
OLD = timedelta(days=31)


def make_signal(key: str, *, age: timedelta = OLD, lead: Lead | None = None, **values: Any) -> int:
    """A signal that was read, and the message in it where it belongs to a lead."""
    values = {"status": Signal.Status.DONE, "headers": {"X-From": "a"}} | values
    signal = Signal.objects.create(
        channel="whatsapp", key=key, body=b'{"a":1}', received_at=timezone.now() - age, **values
    )
    if lead:
        message = Message.objects.create(
            conversation=lead.conversation, direction="in", signal=signal, text="kept"
        )
        lead.log.create(message=message)
    return signal.pk


def test_old_bodies_go_once_a_day_but_not_of_what_somebody_still_needs(
    manager: User, riyadh: Any, queued: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch,
    settings: Any, client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    channel = factories.make_channel(riyadh)
    open_lead, closed = factories.make_lead(channel), factories.make_lead(channel)
    Lead.objects.filter(pk=closed.pk).update(status=Lead.Status.REJECTED)
    kept = [
        make_signal("fresh", age=timedelta(days=29)),
        make_signal("waits", status=Signal.Status.PENDING),
        make_signal("failed", status=Signal.Status.FAILED),
        make_signal("open", lead=open_lead),
    ]
    gone = [
        make_signal("closed", lead=closed),
        make_signal("spam", status=Signal.Status.IGNORED, headers={"verdict": "fast", "X": "y"}),
    ]
    settings.RAW_SIGNAL_DAYS = 0
    before = queued()
    tasks.ask_for_retention()
    assert queued() == before
    settings.RAW_SIGNAL_DAYS = 30
    tasks.ask_for_retention()
    assert queued() == [*before, "operations.tasks.forget_raw_bodies"]
    tasks.forget_raw_bodies.func()

    assert {bytes(one.body) for one in Signal.objects.filter(pk__in=kept)} == {b'{"a":1}'}
    left = list(Signal.objects.filter(pk__in=gone).order_by("pk"))
    assert [bytes(one.body) for one in left] == [b"", b""]
    assert [sorted(one.headers) for one in left] == [["removed"], ["removed", "verdict"]]
    assert Message.objects.filter(signal=left[0], text="kept").exists()
    entry = Activity.objects.get(verb="signal.bodies_removed")
    assert (entry.actor, entry.changes, entry.reason["rule"]) == (
        None, {"count": [None, 2]}, "retention"
    )  # fmt: skip
    assert not retention.is_due(timezone.now())
    tasks.forget_raw_bodies.func()
    assert Activity.objects.filter(verb="signal.bodies_removed").count() == 1

    User.objects.filter(pk=manager.pk).update(language="en")
    client = client_of(User.objects.get(pk=manager.pk))
    page = client.get(left[0].get_absolute_url()).content.decode()
    assert f"Removed on {timezone.localdate().day} " in page
    assert "Read again" not in page
    client.post(f"{left[0].get_absolute_url()}retry/")  # from a page that was open before
    assert Signal.objects.get(pk=left[0].pk).status == Signal.Status.DONE
    assert "because it was old" in client.get("/operations/").content.decode()
    assert client.get(f"/api/v1/signals/{left[0].pk}/").json()["body"] is None


def test_a_message_that_comes_again_after_its_body_went_is_known(company: Any) -> None:
    new = NewSignal(channel="whatsapp", body=b'{"entry": []}')
    keep_signal(new, reader=drain_signals)
    Signal.objects.update(status=Signal.Status.DONE, received_at=timezone.now() - OLD)
    assert retention.forget_raw_bodies(timezone.now()) == 1

    keep_signal(new, reader=drain_signals)
    signal = Signal.objects.get()
    assert (signal.status, bytes(signal.body)) == (Signal.Status.DONE, b"")
