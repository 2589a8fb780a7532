"""Intake under kill -9: a running `manage.py up`, a steady load at its door, and the reckoning.

Used by tests/flows/test_kill_nine.py and, for longer, by tests/bench/bench_kill.py.
"""

import contextlib
import hashlib
import hmac
import http.client
import json
import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

TEXTS = [
    "السلام عليكم أحتاج تكييف سبليت عدد {n} في حي النرجس الرياض، الميزانية {n} آلاف ريال",
    "Hello, please quote {n} ducted AC units for our office in Olaya, Riyadh. Budget SAR {n}000",
    "محتاجين ستائر رول لعدد {n} شبابيك في جدة حي الروضة ضروري اليوم",
]
PARTS = ("web", "worker", "database")


def processes_of(state: Path) -> dict[str, list[int]]:
    """The process numbers of each part of the site in a state folder."""
    found: dict[str, list[int]] = {part: [] for part in PARTS}
    mark = f"MADAR_RUN={state}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if mark not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
            if b"launcher.webserver" in command:
                found["web"].append(int(folder.name))
            elif b"manage.py worker" in command:
                found["worker"].append(int(folder.name))
    with contextlib.suppress(OSError, IndexError):
        found["database"] = [int((_data(state) / "postmaster.pid").read_text().split()[0])]
    return found


def _data(state: Path) -> Path:
    return next(path for path in state.glob("pg[0-9][0-9]") if path.is_dir())


def kill_nine(state: Path, part: str) -> float:
    """Kill one process of the part and return when (seconds since the epoch)."""
    pids = processes_of(state)[part]
    if not pids:
        return 0.0
    os.kill(random.choice(pids), signal.SIGKILL)
    return time.time()


@contextlib.contextmanager
def database_of(state: Path) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the site's database."""
    folder = (_data(state) / "postmaster.pid").read_text().splitlines()[4]
    with psycopg.connect(host=folder, user="madar", dbname="madar", autocommit=True) as connected:
        yield connected


@dataclass
class Load:
    """Signed messages at a steady rate, each from a person of its own, repeated until it is taken."""

    port: int
    secret: str
    number_id: str
    rate: float
    senders: int = 4
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    first_sent: dict[str, float] = field(default_factory=dict)  # provider id → epoch seconds
    acknowledged: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    _is_over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to send."""
        self._threads = [
            threading.Thread(target=self._send, args=[n], daemon=True) for n in range(self.senders)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Send no new message; wait until those under way are acknowledged."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(60)

    def _send(self, sender: int) -> None:
        line = None
        number = 0
        while not self._is_over.is_set():
            begun = time.time()
            provider_id = f"wamid.{self.run}.{sender}.{number}"
            phone = f"9665{random.randint(10_000_000, 99_999_999)}"
            body = _body(provider_id, phone, self.number_id)
            self.first_sent[provider_id] = begun
            while provider_id not in self.acknowledged:
                line = self._post(line, provider_id, body)
            number += 1
            time.sleep(max(0.0, begun + self.senders / self.rate - time.time()))

    def _post(self, line: Any, provider_id: str, body: bytes) -> Any:
        try:
            line = line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
            headers = {
                "Content-Type": "application/json",
                "X-Hub-Signature-256": f"sha256={digest}",
            }
            line.request("POST", "/webhooks/whatsapp/", body, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            if line:
                line.close()
            self.refused += 1
            time.sleep(0.1)
            return None
        if answer.status == 200:
            self.acknowledged[provider_id] = time.time()
            return line
        self.refused += 1
        time.sleep(0.1)
        return line


def _body(provider_id: str, phone: str, number_id: str) -> bytes:
    text = random.choice(TEXTS).format(n=random.randint(2, 30))
    message = {
        "from": phone,
        "id": provider_id,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "966500000000", "phone_number_id": number_id},
        "contacts": [{"profile": {"name": f"عميل {provider_id}"}, "wa_id": phone}],
        "messages": [message],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


@dataclass
class Reckoning:
    """What became of the acknowledged messages."""

    acknowledged: int
    stored: int
    in_leads: int
    lost: list[str]
    with_other_than_one_greeting: list[str]
    told_nobody: list[str]
    told_twice: list[Any]
    greetings_unsent: dict[str, int]
    recoveries: list[tuple[str, float]]  # part → seconds from the kill to the next finished lead
    slowest: float  # seconds from acknowledgement to notification


ROWS = """
    SELECT message.provider_id, link.lead_id, link.is_first,
           (SELECT count(*) FROM messaging_message AS reply
            WHERE reply.idempotency_key = 'greeting:' || link.lead_id),
           (SELECT min(extract(epoch FROM created_at)) FROM accounts_notification
            WHERE key LIKE 'lead.%%:' || message.id)
    FROM messaging_message AS message
    LEFT JOIN leads_leadmessage AS link ON link.message_id = message.id
    WHERE message.provider_id LIKE %s
"""
STATES = """
    SELECT reply.status, count(*) FROM messaging_message AS reply
    JOIN leads_leadmessage AS link ON reply.idempotency_key = 'greeting:' || link.lead_id
    JOIN messaging_message AS message ON message.id = link.message_id
    WHERE message.provider_id LIKE %s AND link.is_first GROUP BY 1
"""
TOLD_TWICE = """
    SELECT user_id, key FROM accounts_notification GROUP BY 1, 2 HAVING count(*) > 1
"""


def wait_until_taken_in(state: Path, load: Load, seconds: float) -> None:
    """Wait until every acknowledged message is in a lead and no job is left, or the time is over."""
    end = time.time() + seconds
    while time.time() < end:
        with database_of(state) as database:
            found = database.execute(ROWS, [f"wamid.{load.run}.%"]).fetchall()
            jobs = database.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            ).fetchone()
        taken = {row[0] for row in found if row[1]}
        if taken >= set(load.acknowledged) and jobs and not jobs[0]:
            return
        time.sleep(0.3)


def reckon(state: Path, load: Load, kills: list[tuple[str, float]]) -> Reckoning:
    """Compare what was acknowledged with what is there."""
    with database_of(state) as database:
        rows = database.execute(ROWS, [f"wamid.{load.run}.%"]).fetchall()
        states = dict(database.execute(STATES, [f"wamid.{load.run}.%"]).fetchall())
        twice = database.execute(TOLD_TWICE).fetchall()
    done = {row[0]: float(row[4]) for row in rows if row[1] and row[4]}
    first = [row for row in rows if row[2]]
    waits = [done[key] - at for key, at in load.acknowledged.items() if key in done]
    return Reckoning(
        acknowledged=len(load.acknowledged),
        stored=len(rows),
        in_leads=sum(bool(row[1]) for row in rows),
        lost=sorted(set(load.acknowledged) - {row[0] for row in rows if row[1]}),
        with_other_than_one_greeting=[row[0] for row in first if row[3] != 1],
        told_nobody=[row[0] for row in rows if not row[4]],
        told_twice=twice,
        greetings_unsent={name: count for name, count in states.items() if name != "sent"},
        recoveries=[(part, _recovery(at, load, done)) for part, at in kills],
        slowest=max(waits, default=0.0),
    )


def _recovery(killed_at: float, load: Load, done: dict[str, float]) -> float:
    """Seconds from a kill until all of the chain has worked for a message sent after it."""
    later = [at for key, at in done.items() if load.first_sent[key] > killed_at]
    return min(later, default=float("inf")) - killed_at
