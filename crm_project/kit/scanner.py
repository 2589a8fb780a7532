"""Asking a virus scanner about a file: ClamAV's clamd and its command INSTREAM (clamd(8))."""

import socket
import struct
import time
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .errors import BusinessError

CHUNK = 64 * 1024  # bytes
CONNECT_SECONDS, SCAN_SECONDS = 3.0, 60.0
LONGEST_ANSWER = 4096  # bytes


class FileInfected(BusinessError):
    """The scanner knows something bad in the file; `found` is its name for it."""

    code = "file_infected"
    message = _("A virus was found in this file. It was not kept.")
    http_status = 422
    found = ""


class ScannerUnavailable(BusinessError):
    """The scanner does not answer, or not about the file: nothing is taken unseen."""

    code = "scanner_unavailable"
    message = _("Files can't be checked for viruses at the moment. Try again later.")
    http_status = 503
    retry_after = 60


def scan(file: IO[bytes], *, field: str) -> None:
    """Let the scanner of settings.UPLOAD_SCANNER read a file; without one, nothing happens.

    The file is left at its beginning. Errors: FileInfected; ScannerUnavailable, also for a file
    that is longer than clamd's StreamMaxLength.
    """
    if not settings.UPLOAD_SCANNER:
        return
    file.seek(0)
    try:
        answer = _ask(file)
    except (OSError, ValueError) as error:
        raise ScannerUnavailable(field=field) from error
    finally:
        file.seek(0)
    verdict = answer.removeprefix("stream: ")
    if verdict.endswith(" FOUND"):
        infected = FileInfected(field=field)
        infected.found = verdict.removesuffix(" FOUND")[:200]
        raise infected
    if verdict != "OK":
        raise ScannerUnavailable(field=field)


def _ask(file: IO[bytes]) -> str:
    """Send the file in chunks, each behind its length (4 bytes, network order); 0 ends it."""
    deadline = time.monotonic() + SCAN_SECONDS
    with _connected() as line:
        line.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            line.settimeout(max(0.01, deadline - time.monotonic()))
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
        return _answer(line, deadline)


def _connected() -> socket.socket:
    place = urlsplit(settings.UPLOAD_SCANNER)
    if place.netloc:
        return socket.create_connection((place.hostname, place.port), timeout=CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(CONNECT_SECONDS)
    try:
        line.connect(place.path)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket, deadline: float) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < LONGEST_ANSWER:
        line.settimeout(max(0.01, deadline - time.monotonic()))
        part = line.recv(LONGEST_ANSWER)
        if not part:
            break
        received += part
    return received.rstrip(b"\0\n").decode("utf-8", "replace").strip()
