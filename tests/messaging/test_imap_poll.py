"""Polling the configured mailbox: every mail once, the cursor behind what is stored."""

from typing import Any

import pytest
from django.core.management import call_command

from messaging.mailbox import poll_configured_mailbox
from messaging.models import MailboxCursor, Signal
from tests.factories import make_channel
from tests.messaging.imap_server import Folder, imap_server
from tests.messaging.payloads import mail

pytestmark = pytest.mark.django_db
FIRST, SECOND = mail(), mail(message_id="<two@clinic.example>", text="Twelve units")


@pytest.fixture
def poll(settings: Any, riyadh: Any) -> Any:
    """Poll a folder once."""

    def run(folder: Folder, **login: str) -> int:
        with imap_server(folder) as port:
            settings.IMAP_URL = folder.url(port, **login)
            return poll_configured_mailbox()

    return run


def test_new_mails_become_raw_signals_once(poll: Any) -> None:
    folder = Folder({4: FIRST, 5: SECOND})
    assert poll(folder) == 2
    assert poll(folder) == 0
    assert [bytes(one.body) for one in Signal.objects.order_by("pk")] == [FIRST, SECOND]


def test_a_renumbered_mailbox_is_read_again_without_doubling_anything(poll: Any) -> None:
    poll(Folder({4: FIRST}))
    MailboxCursor.objects.update(position={"uid_validity": 6, "uid": 400})
    assert poll(Folder({4: FIRST, 5: SECOND})) == 2
    assert Signal.objects.count() == 2


def test_the_same_mail_by_pipe_and_by_imap_is_one(poll: Any, tmp_path: Any) -> None:
    (tmp_path / "a.eml").write_bytes(FIRST)
    call_command("intake_email", str(tmp_path / "a.eml"), verbosity=0)
    poll(Folder({4: FIRST}))
    assert Signal.objects.count() == 1


def test_a_mail_belongs_to_the_mailbox_it_was_fetched_from(
    poll: Any, jeddah: Any, read: Any
) -> None:
    make_channel(jeddah, "email", external_id="sales@acme.example")
    poll(Folder({4: FIRST}))
    read()
    assert Signal.objects.get().branch == jeddah


def test_a_mailbox_that_refuses_is_noted_without_its_password_and_tried_again(poll: Any) -> None:
    assert poll(Folder({4: FIRST}), password="wrong-pass-7") == 0
    cursor = MailboxCursor.objects.get()
    assert cursor.error
    assert "wrong-pass-7" not in cursor.error
    assert poll(Folder({4: FIRST})) == 1
    assert not MailboxCursor.objects.exclude(error="").exists()


@pytest.mark.parametrize("url", ["imaps://[broken", "nonsense", "imap://user@127.0.0.1:1/INBOX"])
def test_an_address_that_cannot_work_raises_nothing(url: str, settings: Any, riyadh: Any) -> None:
    settings.IMAP_URL = url
    assert poll_configured_mailbox() == 0


def test_without_an_address_nothing_is_polled(settings: Any) -> None:
    settings.IMAP_URL = ""
    assert poll_configured_mailbox() == 0
    assert MailboxCursor.objects.count() == 0
