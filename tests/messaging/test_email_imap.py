"""Polling a mailbox over a real socket."""

import json
import socket

import pytest

from messaging.gateways.email.imap import Cursor, MailboxUnavailable, poll_mailbox
from tests.messaging.imap_server import Folder, imap_server

FIRST, SECOND, THIRD = (f"Subject: {n}\r\n\r\nمرحبا {n}\r\n".encode() for n in (1, 2, 3))


def polled(folder, since=None, **options):
    with imap_server(folder) as port:
        return list(poll_mailbox(folder.url(port), since=since, **options))


def test_without_a_cursor_all_mails_come_oldest_first_with_their_exact_bytes():
    found = polled(Folder({9: THIRD, 4: FIRST, 5: SECOND}))
    assert found == [(Cursor(7, 4), FIRST), (Cursor(7, 5), SECOND), (Cursor(7, 9), THIRD)]


def test_only_mails_behind_the_cursor_come_next_time():
    folder = Folder({4: FIRST, 5: SECOND})
    assert polled(folder, Cursor(7, 4)) == [(Cursor(7, 5), SECOND)]
    assert polled(folder, Cursor(7, 5)) == []


def test_a_renumbered_folder_is_read_from_its_start():
    assert polled(Folder({1: FIRST}, uid_validity=8), Cursor(7, 100)) == [(Cursor(8, 1), FIRST)]


def test_a_poll_stops_at_its_limit_and_the_next_goes_on_there():
    folder = Folder({1: FIRST, 2: SECOND, 3: THIRD})
    ((cursor, _),) = polled(folder, limit=1)
    assert [raw for _, raw in polled(folder, cursor)] == [SECOND, THIRD]


def test_the_mailbox_is_opened_read_only_and_no_mail_is_marked_as_seen():
    folder = Folder({1: FIRST})
    polled(folder)
    assert "EXAMINE INBOX" in " ".join(folder.commands).replace('"', "")
    fetches = [one for one in folder.commands if "BODY" in one]
    assert fetches
    assert all("BODY.PEEK[]" in one for one in fetches)
    assert folder.commands[-1] == "LOGOUT"


def test_a_mail_the_server_cannot_give_out_does_not_hold_up_the_next():
    folder = Folder({1: FIRST, 2: SECOND}, refused_uids={1})
    assert polled(folder) == [(Cursor(7, 2), SECOND)]


def test_an_empty_mailbox_gives_nothing():
    assert polled(Folder()) == []


def test_stopping_early_closes_the_connection():
    folder = Folder({1: FIRST, 2: SECOND})
    with imap_server(folder) as port:
        mails = poll_mailbox(folder.url(port), since=None)
        next(mails)
        mails.close()
    assert folder.commands[-1] == "LOGOUT"


def test_a_wrong_password_is_reported_without_the_password():
    folder = Folder()
    with imap_server(folder) as port, pytest.raises(MailboxUnavailable) as caught:
        list(poll_mailbox(folder.url(port, password="hunter2secret"), since=None))
    assert "hunter2secret" not in str(caught.value)


def test_a_missing_folder_is_reported():
    folder = Folder()
    with imap_server(folder) as port, pytest.raises(MailboxUnavailable):
        list(poll_mailbox(folder.url(port, folder="Nowhere"), since=None))


def test_a_server_that_is_not_there_is_reported():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(MailboxUnavailable):
        list(poll_mailbox(f"imap://u:p@127.0.0.1:{port}/INBOX", since=None))


@pytest.mark.parametrize(
    "url",
    ["", "imap://", "http://u:p@host/", "imaps://host/INBOX", "imap://u:p@h:99999/", "imap://[/"],
)
def test_an_address_that_is_none_is_reported(url):
    with pytest.raises(MailboxUnavailable):
        list(poll_mailbox(url, since=None))


def test_a_cursor_survives_json():
    cursor = Cursor(7, 12)
    assert Cursor.from_json(json.loads(json.dumps(cursor.as_json()))) == cursor


@pytest.mark.parametrize(
    "value", [None, 5, [], {}, {"uid_validity": "7", "uid": 1}, {"uid_validity": True, "uid": -1}]
)
def test_a_broken_cursor_means_from_the_start(value):
    assert Cursor.from_json(value) is None
