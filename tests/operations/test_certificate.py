"""The certificate of the public address is looked at as a visitor gets it."""

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from operations import tasks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calm")]


def make_certificate(folder: Path, *, days: float) -> Path:
    """Write a certificate that nobody signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = folder / f"{days}.pem"
    path.write_bytes(
        made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return path


@pytest.fixture
def serve(tmp_path: Path, settings: Any) -> Iterator[Callable[[float], None]]:
    """Let the public address show a certificate that is valid for so many days."""
    servers: list[HTTPServer] = []

    def start(days: float) -> None:
        server = HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(make_certificate(tmp_path, days=days))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        servers.append(server)
        settings.PUBLIC_URL = f"https://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_certificate_that_ends_soon_is_told_until_it_is_renewed(
    serve: Callable[[float], None], watch: Callable[..., list[str]]
) -> None:
    for days, expected in ((13.5, ["certificate_ends"]), (-2, ["certificate_ends"]), (80, [])):
        serve(days)
        tasks.look_after()
        assert watch() == expected


@pytest.mark.parametrize("address", ["http://localhost:1", "https://127.0.0.1:1", "https://"])
def test_an_address_without_one_or_out_of_reach_alarms_nobody(
    watch: Callable[..., list[str]], settings: Any, address: str
) -> None:
    settings.PUBLIC_URL = address
    tasks.look_after()
    assert watch() == []
