"""`manage.py intake_replay DIR`: push saved payloads through the real doors, and count the leads.

WhatsApp bodies are signed with WHATSAPP_APP_SECRET, forms with the secret of a form made for this,
mails go the way of `intake_email`. The other doors are HTTP: of the running server (`--url`), or of
the same application inside this process (`--in-process`).
"""

import hashlib
import hmac
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, close_old_connections

from leads.capture.saved import EMAIL, FORM, KINDS, WHATSAPP, OddFile, Saved, read_saved
from leads.capture.signed import OWN_HEADER, sign
from leads.models import WebForm
from leads.services.replay_doors import (
    form_for_replay,
    leads_made,
    read_now,
    wait_until_read,
)
from leads.tasks import drain_form_signals
from messaging.gateways.email.parse import parse_email
from messaging.services import NewSignal, keep_mail
from messaging.tasks import drain_signals

TIMEOUT = 30  # seconds for one answer
PATIENCE = 60  # seconds for one "Retry-After"


class Command(BaseCommand):
    """Replays a folder of payloads."""

    help = "Push saved WhatsApp webhooks, mails and form bodies through the real doors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--url", default="", help="the server; default PUBLIC_URL")
        parser.add_argument("--in-process", action="store_true", help="without a server")
        parser.add_argument("--form", default="", help="key of the form; default one of its own")
        parser.add_argument("--mailbox", default="", help="mailbox that the mails came to")
        parser.add_argument(
            "--wait", type=float, default=60, help="seconds to wait for the reading"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["directory"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder")
        self.options = options
        self.form = self._form(options["form"])
        self.counts: Counter[tuple[str, str]] = Counter()
        self.keys: dict[str, set[str]] = {kind: set() for kind in KINDS}
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        with _one_connection(), self._client() as client:
            for number, path in enumerate(files, 1):
                self._take(path, client)
                self._progress(number, len(files))
        self._read()
        self._summary()

    def _form(self, key: str) -> WebForm:
        if not key:
            return form_for_replay()
        form = WebForm.objects.open().filter(key=key).first()
        if form is None:
            raise CommandError(f"there is no open form with the key {key}")
        return form

    def _client(self) -> httpx.Client:
        url = self.options["url"] or settings.PUBLIC_URL
        transport = httpx.WSGITransport(WSGIHandler()) if self.options["in_process"] else None
        return httpx.Client(base_url=url, transport=transport, timeout=TIMEOUT, trust_env=False)

    def _take(self, path: Path, client: httpx.Client) -> None:
        try:
            saved = read_saved(path)
        except OddFile as odd:
            self.counts["odd", "files"] += 1
            self._say(f"odd: {path}: {odd}")
            return
        self.counts[saved.kind, "files"] += 1
        try:
            problem = self._push(saved, client)
        except httpx.HTTPError as error:
            hint = "start it with manage.py up, or use --in-process"
            raise CommandError(f"{client.base_url} does not answer ({error}): {hint}") from error
        self.counts[saved.kind, "refused" if problem else "stored"] += 1
        if problem:
            self._say(f"refused: {path}: {problem}")

    def _push(self, saved: Saved, client: httpx.Client) -> str:
        """Send the payload; return why it was refused, or an empty text."""
        doors: dict[str, Callable[[Saved, httpx.Client], str]] = {
            WHATSAPP: self._whatsapp,
            EMAIL: self._email,
            FORM: self._submit,
        }
        return doors[saved.kind](saved, client)

    def _whatsapp(self, saved: Saved, client: httpx.Client) -> str:
        secret = settings.WHATSAPP_APP_SECRET.encode()
        digest = hmac.new(secret, saved.body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": saved.content_type, "X-Hub-Signature-256": f"sha256={digest}"}
        answer = client.post("/webhooks/whatsapp/", content=saved.body, headers=headers)
        self.keys[WHATSAPP].add(NewSignal(channel=WHATSAPP, body=saved.body).unique_key())
        return _problem(answer)

    def _email(self, saved: Saved, _client: httpx.Client) -> str:
        try:
            keep_mail(saved.body, mailbox=self.options["mailbox"], reader=drain_signals)
        except DatabaseError as error:
            return str(error)
        message_id = parse_email(saved.body).message_id
        self.keys[EMAIL].add(NewSignal(channel=EMAIL, body=b"", key=message_id).unique_key())
        return ""

    def _submit(self, saved: Saved, client: httpx.Client) -> str:
        for _try in range(3):
            headers = {"Content-Type": saved.content_type}
            if self.form.secret:
                stamp = sign(body=saved.body, secret=self.form.secret, now=time.time())
                headers[OWN_HEADER] = stamp
            answer = client.post(f"/f/{self.form.key}/submit/", content=saved.body, headers=headers)
            if answer.status_code != 429:
                break
            time.sleep(min(PATIENCE, float(answer.headers.get("Retry-After", "1"))))
        if answer.status_code == 200:
            self.keys[FORM].add(f"web_form:{answer.json()['reference']}")
        return _problem(answer)

    def _read(self) -> None:
        """Let everything be read: by the server's worker, or here where there is none."""
        if self.options["in_process"]:
            self._say("reading…")
            read_now((drain_signals.func, drain_form_signals.func))
        elif not wait_until_read(self.keys, seconds=self.options["wait"]):
            self._say("some signals are still waiting: is a worker running?")

    def _summary(self) -> None:
        self.stdout.write(f"{'kind':<10}{'files':>8}{'stored':>8}{'refused':>9}{'leads':>8}")
        for kind in KINDS:
            row = [self.counts[kind, name] for name in ("files", "stored", "refused")]
            made = leads_made(self.keys[kind])
            self.stdout.write(f"{kind:<10}{row[0]:>8}{row[1]:>8}{row[2]:>9}{made:>8}")
        self.stdout.write(f"{'odd':<10}{self.counts['odd', 'files']:>8}")

    def _progress(self, done: int, total: int) -> None:
        if not self.stderr.isatty():
            return
        bar = "█" * (30 * done // total)
        self.stderr.write(f"\r{bar:<30} {done}/{total}", ending="\n" if done == total else "")

    def _say(self, line: str) -> None:
        self.stderr.write(f"\r{line}" if self.stderr.isatty() else line)


@contextmanager
def _one_connection() -> Iterator[None]:
    """Requests inside this process keep the command's own database connection open."""
    moments = (request_started, request_finished)
    for moment in moments:
        moment.disconnect(close_old_connections)
    try:
        yield
    finally:
        for moment in moments:
            moment.connect(close_old_connections)


def _problem(answer: httpx.Response) -> str:
    if answer.status_code == 200:
        return ""
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:100]
    return f"{answer.status_code} {detail}"
