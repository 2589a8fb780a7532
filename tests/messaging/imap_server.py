"""A minimal IMAP4rev1 server (RFC 3501) on a local socket: one user, one folder, read-only."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Folder:
    """The mails by uid, and what the server was asked."""

    mails: dict[int, bytes] = field(default_factory=dict)
    uid_validity: int = 7
    user: str = "sales@acme.example"
    password: str = "p:ss w/rd@"
    refused_uids: set[int] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)

    def url(self, port: int, password: str = "p%3Ass%20w%2Frd%40", folder: str = "INBOX") -> str:
        """The IMAP_URL of this folder."""
        return f"imap://sales%40acme.example:{password}@127.0.0.1:{port}/{folder}"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.folder: Folder = self.server.folder  # type: ignore[attr-defined]
        self._send("* OK ready")
        while line := self.rfile.readline():
            text = line.decode().rstrip("\r\n")
            tag, _, rest = text.partition(" ")
            self.folder.commands.append(re.sub(r"LOGIN .*", "LOGIN", rest))
            if not self._answer(tag, rest):
                return

    def _send(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _answer(self, tag: str, rest: str) -> bool:
        name, _, arguments = rest.partition(" ")
        verb = name.upper()
        if verb == "CAPABILITY":
            self._send("* CAPABILITY IMAP4rev1 AUTH=PLAIN")
        elif verb == "LOGIN":
            return self._login(tag, arguments)
        elif verb in ("SELECT", "EXAMINE"):
            return self._select(tag, verb, arguments)
        elif verb == "UID":
            return self._uid(tag, arguments)
        elif verb == "LOGOUT":
            self._send("* BYE see you")
        elif verb != "NOOP":
            self._send(f"{tag} BAD unknown command")
            return True
        self._send(f"{tag} OK done")
        return verb != "LOGOUT"

    def _login(self, tag: str, arguments: str) -> bool:
        given = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', arguments)
        words = [re.sub(r"\\(.)", r"\1", quoted or bare) for quoted, bare in given]
        is_right = words == [self.folder.user, self.folder.password]
        self._send(f"{tag} {'OK' if is_right else 'NO'} login")
        return True

    def _select(self, tag: str, verb: str, name: str) -> bool:
        if name.strip('"') != "INBOX":
            self._send(f"{tag} NO no such folder")
            return True
        self._send(f"* {len(self.folder.mails)} EXISTS")
        self._send(f"* OK [UIDVALIDITY {self.folder.uid_validity}] valid")
        self._send(f"{tag} OK [READ-{'ONLY' if verb == 'EXAMINE' else 'WRITE'}] done")
        return True

    def _uid(self, tag: str, arguments: str) -> bool:
        verb, _, rest = arguments.partition(" ")
        if verb.upper() == "SEARCH":
            start = int(re.search(r"UID (\d+):\*", rest)[1])  # type: ignore[index]
            uids = sorted(self.folder.mails)
            # n:* is a range that always holds the last mail
            found = [uid for uid in uids if uid >= start] or uids[-1:]
            self._send("* SEARCH " + " ".join(map(str, found)))
        elif verb.upper() == "FETCH":
            return self._fetch(tag, rest)
        self._send(f"{tag} OK done")
        return True

    def _fetch(self, tag: str, arguments: str) -> bool:
        uid = int(arguments.split(" ")[0])
        raw = self.folder.mails.get(uid)
        if uid in self.folder.refused_uids and "BODY" in arguments:
            self._send(f"{tag} NO message can't be converted")
            return True
        number = sorted(self.folder.mails).index(uid) + 1 if raw is not None else 0
        if raw is not None and "RFC822.SIZE" in arguments:
            self._send(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
        elif raw is not None:
            limit = re.search(r"<0\.(\d+)>", arguments)
            part = raw[: int(limit[1])] if limit else raw
            origin = "<0>" if limit else ""
            self._send(f"* {number} FETCH (UID {uid} BODY[]{origin} {{{len(part)}}}")
            self.wfile.write(part + b")\r\n")
        self._send(f"{tag} OK done")
        return True


@contextmanager
def imap_server(folder: Folder) -> Iterator[int]:
    """Serve the folder on a free local port while the block runs; gives the port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.folder = folder  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
