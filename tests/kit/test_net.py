"""Fetching a stranger's URL: only from the public internet, only so much, only so long."""

import ipaddress
import re
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crm_project.kit.net import FetchFailed, Limits, UnsafeURL, fetch, is_public

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n[1,2,3]"


class Server:
    """Answers every connection with the same bytes and remembers what it was asked."""

    def __init__(self, answer, *, pause=0.0, tls=None):
        self.asked = []
        self.server_names = []
        self._answer, self._pause, self._tls = answer, pause, tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            try:
                self._talk(connection)
            except OSError:
                continue  # the client hung up, as several tests want

    def _talk(self, connection):
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True)
        with connection:
            self.asked.append(_request_from(connection))
            pieces = [self._answer] if not self._pause else self._answer.split(b"|")
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(self._pause)

    def close(self):
        self._socket.close()


def _request_from(connection):
    """The head and as much body as its Content-Length says."""
    asked = b""
    while b"\r\n\r\n" not in asked:
        if not (piece := connection.recv(65_536)):
            return asked
        asked += piece
    head, _, body = asked.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serve():
    servers = []

    def start(answer=OK, **options):
        servers.append(Server(answer, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(autouse=True)
def local_http_is_allowed(settings):
    settings.FETCH_ALLOW_HTTP_HOSTS = ["127.0.0.1"]


@pytest.fixture
def resolve(monkeypatch):
    """Make every name lead to the given addresses, and count the look-ups."""
    asked = []

    def to(*addresses):
        def look_up(host, port, *_, **__):
            if host in addresses:  # the connection itself
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 0)) for a in addresses]

        monkeypatch.setattr("crm_project.kit.net.socket.getaddrinfo", look_up)
        return asked

    return to


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com",
        "//example.com",
        "example.com",
        "https://",
        "https://user:password@example.com/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: other",
        "https://example.com:99999/",
        "https://[::1",
        "https://" + "a" * 3_000,
        "https://\ud800.com/",
        "",
        None,
        7,
    ],
)
def test_what_is_not_a_plain_https_url_is_refused(url, resolve):
    asked = resolve("93.184.216.34")

    with pytest.raises(UnsafeURL):
        fetch(url)
    assert asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.1", "2130706433", "0x7f.1", "017700000001", "0.0.0.0"),
        *("10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "224.0.0.1"),
        *("255.255.255.255", "[::1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fd00::1]"),
        *("[64:ff9b::a00:1]", "[2002:7f00:1::]"),
    ],
)
def test_every_writing_of_a_private_address_is_refused(host):
    with pytest.raises(UnsafeURL):
        fetch(f"https://{host}/")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", ["", "::8.8.8.8%eth0", "nonsense", "::127.0.0.1", "192.0.2.1"])
def test_other_addresses_are_not_public(address):
    assert not is_public(address)


def test_one_private_address_among_public_ones_is_refused(resolve):
    resolve("93.184.216.34", "127.0.0.1")

    with pytest.raises(UnsafeURL, match="not public"):
        fetch("https://rebinding.example/")


def test_a_private_http_host_must_be_allowed_by_name(serve, settings):
    settings.FETCH_ALLOW_HTTP_HOSTS = []
    server = serve()

    with pytest.raises(UnsafeURL):
        fetch(f"http://127.0.0.1:{server.port}/")
    assert server.asked == []


def test_the_name_is_looked_up_once_and_the_connection_goes_to_the_checked_address(
    serve, resolve, settings
):
    asked = resolve("127.0.0.1")
    server = serve()
    settings.FETCH_ALLOW_HTTP_HOSTS = [f"service.test:{server.port}"]

    answer = fetch(f"http://service.test:{server.port}/path?q=1", headers={"host": "evil.test"})

    assert answer.json() == [1, 2, 3]
    assert asked == ["service.test"]
    assert server.asked[0].startswith(b"GET /path?q=1 HTTP/1.1\r\n")
    assert f"Host: service.test:{server.port}\r\n".encode() in server.asked[0]
    assert b"evil" not in server.asked[0]


def test_a_second_address_is_tried_when_the_first_refuses(serve, resolve, settings):
    server = serve()
    resolve("127.0.0.2", "127.0.0.1")  # nobody listens on the first
    settings.FETCH_ALLOW_HTTP_HOSTS = ["service.test"]

    assert fetch(f"http://service.test:{server.port}/").status == 200


def test_a_body_and_headers_are_sent(serve):
    server = serve()

    fetch(f"http://127.0.0.1:{server.port}/", method="POST", headers={"X-Id": "7"}, body=b"{}")

    assert server.asked[0].startswith(b"POST / ")
    assert b"X-Id: 7\r\n" in server.asked[0]
    assert server.asked[0].endswith(b"\r\n\r\n{}")


@pytest.mark.parametrize("header", ["a\r\nInjected: 1", "a\x00", "é\ud800"])
def test_a_header_can_not_smuggle_another(serve, header):
    server = serve()

    with pytest.raises(FetchFailed):
        fetch(f"http://127.0.0.1:{server.port}/", headers={"X": header})
    assert not server.asked or b"Injected" not in server.asked[0]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
            "redirect",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "compressed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + b"x" * 20, "longer than 10 bytes"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20, "longer than 10 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "Protocol"),
        (b"not http at all\r\n\r\n", "Protocol"),
        (b"", "Protocol"),
    ],
)
def test_an_answer_that_is_not_plain_and_small_is_refused(serve, answer, why):
    server = serve(answer)

    with pytest.raises(FetchFailed, match=why):
        fetch(f"http://127.0.0.1:{server.port}/", limits=Limits(size=10))


def test_a_server_that_drips_its_answer_does_not_hold_us(serve):
    server = serve(b"HTTP/1.1 200 OK\r\n" + b"X-Drip: 1\r\n|" * 40 + b"\r\n", pause=0.1)
    begun = time.monotonic()

    with pytest.raises(FetchFailed, match="Timeout"):
        fetch(f"http://127.0.0.1:{server.port}/", limits=Limits(seconds=0.5))

    assert time.monotonic() - begun < 1.5


def test_a_slow_name_server_does_not_hold_us(monkeypatch):
    monkeypatch.setattr("crm_project.kit.net.socket.getaddrinfo", lambda *a, **k: time.sleep(2))

    with pytest.raises(FetchFailed, match="no address"):
        fetch("https://slow.example/", limits=Limits(seconds=0.2))


def test_nobody_listening_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(FetchFailed, match="Connect"):
        fetch(f"http://127.0.0.1:{port}/")


def test_an_error_status_is_an_answer_and_bad_json_is_a_failure(serve):
    server = serve(b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n\xff{")

    answer = fetch(f"http://127.0.0.1:{server.port}/")

    assert (answer.status, answer.text) == (503, "\ufffd{")
    with pytest.raises(FetchFailed, match="JSON"):
        answer.json()


@pytest.fixture
def authority(tmp_path, settings):
    """A certificate for service.test that is its own authority; gives the server's TLS context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "service.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("service.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "service.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.seen = []
    context.sni_callback = lambda _, server_name, __: context.seen.append(server_name)
    return context, str(pem)


def test_https_goes_to_the_checked_address_with_the_hosts_name(serve, resolve, settings, authority):
    context, pem = authority
    server = serve(tls=context)
    resolve("127.0.0.1")
    settings.FETCH_ALLOW_HTTP_HOSTS = ["service.test"]
    settings.FETCH_CA_FILE = pem

    assert fetch(f"https://service.test:{server.port}/").status == 200
    assert context.seen == ["service.test"]


def test_a_certificate_of_another_name_is_refused(serve, resolve, settings, authority):
    context, pem = authority
    server = serve(tls=context)
    resolve("127.0.0.1")
    settings.FETCH_ALLOW_HTTP_HOSTS = ["other.test"]
    settings.FETCH_CA_FILE = pem

    with pytest.raises(FetchFailed):
        fetch(f"https://other.test:{server.port}/")
    assert server.asked == []


def test_a_certificate_of_an_unknown_authority_is_refused(serve, resolve, settings, authority):
    context, _ = authority
    server = serve(tls=context)
    resolve("127.0.0.1")
    settings.FETCH_ALLOW_HTTP_HOSTS = ["service.test"]

    with pytest.raises(FetchFailed):
        fetch(f"https://service.test:{server.port}/")
    assert server.asked == []


def test_private_ranges_are_refused_at_their_edges():
    for network in [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
    ]:
        block = ipaddress.ip_network(network)
        assert not is_public(str(block[0]))
        assert not is_public(str(block[-1]))
        assert not is_public(f"::ffff:{block[0]}")
