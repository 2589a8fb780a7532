"""With a virus scanner every uploaded file is looked at before it is kept (SECURITY.md IN-5)."""

import io
import socketserver
import struct
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Activity, CompanySettings
from crm_project.kit.scanner import FileInfected, ScannerUnavailable, scan
from crm_project.settings import env
from customers.models import Attachment
from exchange.models import Batch
from inspections.models import InspectionPhoto, InspectionSignature
from inspections.services import start_inspection
from inventory.models import ProductImage
from tests.accounts.test_settings import SETTINGS
from tests.factories import make_customer
from tests.inspections.conftest import make_type, make_visit, put
from tests.inventory.conftest import a_product

# The harmless file that every scanner knows: eicar.org/download-anti-malware-testfile
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 300_000  # bytes, this clamd's StreamMaxLength


class Clamd(socketserver.BaseRequestHandler):
    """Answers one INSTREAM as clamd(8) says."""

    def handle(self) -> None:
        assert self._exactly(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", self._exactly(4))[0]:
            content += self._exactly(length)
            if len(content) > LIMIT:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
        self.request.sendall(b"stream: " + found + b"\0")

    def _exactly(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            got += self.request.recv(size - len(got)) or exit()
        return got


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield f"clamd://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_clamd_is_asked_over_tcp_and_a_socket_and_only_its_ok_lets_a_file_pass(
    clamd: str, settings: Any, tmp_path: Path
) -> None:
    path = tmp_path / "clamd.ctl"
    with socketserver.ThreadingUnixStreamServer(str(path), Clamd) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        for place in (clamd, f"clamd://{path}"):
            settings.UPLOAD_SCANNER = place
            clean = io.BytesIO(b"clean " * 30_000)  # several chunks
            clean.read(7)
            scan(clean, field="file")
            assert clean.tell() == 0
            scan(io.BytesIO(b""), field="file")
            with pytest.raises(FileInfected) as refused:
                scan(io.BytesIO(b"x" * 70_000 + EICAR), field="photo")
            assert (refused.value.found, refused.value.field) == ("Eicar-Signature", "photo")
            with pytest.raises(ScannerUnavailable):
                scan(io.BytesIO(b"x" * (LIMIT + 1)), field="file")
        server.shutdown()
    with pytest.raises(ScannerUnavailable):  # nobody listens any more
        scan(io.BytesIO(b"clean"), field="file")
    settings.UPLOAD_SCANNER = ""
    scan(io.BytesIO(EICAR), field="file")  # nobody is asked


@pytest.mark.parametrize(
    "place", ["clamd://", "clamd:///", "http://x:1", "clamd://x", "x", "clamd://x:y"]
)
def test_a_scanner_that_can_not_be_one_stops_the_start(place: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("UPLOAD_SCANNER", place)
    with pytest.raises(ImproperlyConfigured, match="UPLOAD_SCANNER must be clamd://"):
        env.scanner("UPLOAD_SCANNER", "")


@pytest.fixture
def sent(
    riyadh: Any, sales: Any, manager: Any, supervisor: Any, inspector: Any, client_of: Any, api_of: Any
) -> Callable[[bytes], dict[str, int]]:  # fmt: skip
    """Sends a file through every door; what it holds beside its usual content is given."""
    customer, product = make_customer(riyadh, sales), a_product()
    visit = put(make_visit(riyadh, make_type()), inspector, 10)
    start_inspection(visit, actor=inspector)
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, "PNG")

    def forms(content: bytes) -> dict[str, tuple[Any, str, dict[str, Any]]]:
        def file(name: str, head: bytes = out.getvalue()) -> SimpleUploadedFile:
            return SimpleUploadedFile(name, head + content)

        text, rows = file("a.txt", b"plain words\n"), b"name,phone\nA,0501234567\n"
        of_customer = f"/customers/{customer.pk}/files/"
        photo = {"client_id": uuid.uuid4(), "photo": file("x.png")}
        return {
            "file": (client_of(sales), f"{of_customer}add/", {"files": text}),
            "api": (api_of(sales), f"/api/v1{of_customer}", {"file": file("b.txt", b"words\n")}),
            "import": (
                client_of(supervisor),
                reverse("exchange:new"),
                {"resource": "customers", "file": file("people.csv", rows)},
            ),
            "picture": (
                client_of(manager),
                reverse("inventory:picture_add", args=[product.pk]),
                {"image": file("p.png")},
            ),
            "photo": (client_of(inspector), site("photos"), photo),
            "signature": (client_of(inspector), site("signature"), {"signature": file("s.png")}),
            "logo": (client_of(manager), "/settings/", {**SETTINGS, "logo_file": file("l.png")}),
        }

    def site(door: str) -> str:
        return reverse(f"inspections:site_{door}", args=[visit.pk])

    def send(content: bytes) -> dict[str, int]:
        words = ("A virus was found in this file", "فيروس") if content else ("virus", "فيروس")
        answers = {}
        for door, (client, url, form) in forms(content).items():
            answer = client.post(url, form, **({"format": "multipart"} if door == "api" else {}))
            said = answer.content.decode()
            assert answer.status_code < 400 or any(word in said for word in words), (door, said)
            answers[door] = answer.status_code
        return answers

    return send


def kept() -> int:
    """How many of the files were kept."""
    rows = (Attachment, Batch, ProductImage, InspectionPhoto, InspectionSignature)
    return sum(model.objects.count() for model in rows) + bool(CompanySettings.objects.get().logo)


@pytest.mark.django_db(transaction=True)
def test_no_door_keeps_a_file_with_a_virus_or_one_that_nobody_could_look_at(
    sent: Callable[[bytes], dict[str, int]], clamd: str, settings: Any
) -> None:
    settings.UPLOAD_SCANNER = clamd
    assert set(sent(EICAR).values()) == {422}
    refusals = Activity.objects.filter(verb="upload.refused")
    assert (kept(), refusals.count()) == (0, 7)
    assert refusals.filter(changes__found=[None, "Eicar-Signature"]).count() == 7
    assert refusals.values("actor").distinct().count() == 4  # who sent them

    settings.UPLOAD_SCANNER = "clamd://127.0.0.1:1"  # nobody listens there
    answers = sent(b"")
    pages = {answers.pop(door) for door in ("file", "import", "picture")}
    assert (pages, set(answers.values()), kept()) == ({422}, {503}, 0)

    settings.UPLOAD_SCANNER = clamd
    assert max(sent(b"").values()) < 400
    assert kept() == 7
