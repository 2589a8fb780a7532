"""`manage.py intake_replay`: saved payloads through the real doors, counted per kind."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leads.models import Lead, WebForm
from messaging.models import Signal
from tests.conftest import SHARED, needs_shared
from tests.messaging.payloads import mail, text_message, value_of, webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, whatsapp: Any, team: Any) -> Path:
    """Three doors' payloads, and files that are none."""
    answers = {"name": "منى", "phone": "0501234567", "message": "تكييف"}
    files = {
        "whatsapp/one.json": webhook(value_of(text_message(text="أحتاج عرض سعر"))),
        "whatsapp/broken.json": b'{"object": ',
        "whatsapp/notes.json": b'[{"not": "a webhook"}]',
        "email/one.eml": mail(),
        "forms/one.json": json.dumps(answers).encode(),
        "forms/two.txt": b"name=Saad&phone=0507654321&message=price\n",
        "forms/empty.txt": b" \n",
        "readme.md": b"# notes",
        "letters/reply.txt": "شكراً لكم، موافقون على السعر.\n\n> في الثلاثاء كتب:\n".encode(),
        "letters/table.txt": "الاسم\tالجوال\nمنى\t0501234567\n".encode("utf-16"),
        "letters/saved.txt": b"name=Huda&phone=0507654322&message=curtains",
        "deep/er/index.json": b"nonsense",
    }
    for name, body in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return tmp_path


def replayed(folder: Path, capsys: Any, **options: Any) -> dict[str, list[int]]:
    call_command("intake_replay", str(folder), in_process=True, **options)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    return {row[0]: [int(cell) for cell in row[1:]] for row in rows if row[1].isdigit()}


def test_every_payload_goes_through_its_door_and_is_counted(folder: Path, capsys: Any) -> None:
    rows = replayed(folder, capsys)
    assert rows["whatsapp"] == [2, 1, 1, 1]  # files, stored, refused, leads
    assert rows["email"] == [1, 1, 0, 1]
    assert rows["form"] == [3, 3, 0, 3]
    assert rows["odd"] == [6]
    assert Lead.objects.count() == 5


def test_replaying_twice_doubles_nothing(folder: Path, capsys: Any) -> None:
    replayed(folder, capsys)
    replayed(folder, capsys)
    assert Lead.objects.count() == 5
    assert WebForm.objects.filter(name="Replay").count() == 1


def test_odd_and_refused_files_are_named_with_the_reason(folder: Path, capsys: Any) -> None:
    call_command("intake_replay", str(folder), in_process=True)
    told = capsys.readouterr().err
    assert "broken.json: 400" in told
    assert "notes.json: not a webhook's body" in told
    assert "readme.md" in told
    assert "reply.txt: not a form's body" in told


@pytest.mark.slow
def test_a_running_server_and_its_worker_take_everything_by_http(
    site: Any, folder: Path, capsys: Any
) -> None:
    with site.worker():
        call_command("intake_replay", str(folder), url=site.url, wait=30)
    assert "still waiting" not in capsys.readouterr().err
    assert Lead.objects.count() == 5


def test_a_server_that_is_not_there_is_said_in_words(folder: Path) -> None:
    with pytest.raises(CommandError, match="does not answer"):
        call_command("intake_replay", str(folder), url="http://127.0.0.1:9")


def test_what_is_no_folder_or_no_form_is_said_in_words(tmp_path: Path, company: Any) -> None:
    with pytest.raises(CommandError, match="is no folder"):
        call_command("intake_replay", str(tmp_path / "absent"))
    with pytest.raises(CommandError, match="no open form"):
        call_command("intake_replay", str(tmp_path), form="unknown", in_process=True)


@needs_shared
def test_all_samples_are_replayed_without_a_failed_signal(
    whatsapp: Any, team: Any, capsys: Any
) -> None:
    for kind in ("whatsapp", "email", "leadform"):
        replayed(SHARED / "data" / "intake" / kind, capsys)
    assert Signal.objects.count() > 100
    waiting = Signal.objects.filter(status__in=[Signal.Status.FAILED, Signal.Status.PENDING])
    assert not list(waiting.values_list("key", "error"))
    assert Lead.objects.exists()
