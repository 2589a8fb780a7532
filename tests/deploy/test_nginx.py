"""The proxy as it is shipped: deploy/nginx's configuration in a real nginx, before a server that echoes."""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "crm.example.com"
MB = 1024 * 1024
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
OPENSSL = shutil.which("openssl")

pytestmark = pytest.mark.skipif(not (NGINX and OPENSSL), reason="nginx or openssl is not installed")


class Echo(BaseHTTPRequestHandler):
    """Answers with what it heard."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        while length:
            length -= len(self.rfile.read(min(length, MB)))
        heard = {"port": self.server.server_port, "path": self.path, **dict(self.headers)}  # type: ignore[attr-defined]
        body = json.dumps(heard).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its ports, and those of the servers behind it."""

    plain: int
    tls: int
    web: int
    ws: int
    certificate: Path

    def ask(
        self, path: str, *, host: str = NAME, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        """Return status, what the server heard (or the text), and the answer's headers."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        raw = socket.create_connection(("127.0.0.1", self.tls), timeout=20)
        connection = http.client.HTTPConnection(NAME, timeout=20)
        connection.sock = context.wrap_socket(raw, server_hostname=NAME)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
            connection.request(method, path, body=body or None, headers={"Host": host, **given})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        is_heard = text.startswith("{")
        return answer.status, json.loads(text) if is_heard else text, dict(answer.headers)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _number in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def make_certificate(folder: Path) -> Path:
    folder.mkdir()
    command = [
        str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
        "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return folder / "fullchain.pem"


def configuration(folder: Path, ports: dict[str, int]) -> Path:
    """What the script makes of the template, on other ports, in a main file of the test's own."""
    made = subprocess.run(
        ["sh", str(ROOT / "deploy/nginx/for-one-machine.sh"), NAME],
        env={**os.environ, "NGINX_CERTS": str(folder / "certs"), "ACME_ROOT": str(folder)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    made = made.replace("listen 80 ", f"listen 127.0.0.1:{ports['plain']} ")
    made = made.replace("listen 443 ", f"listen 127.0.0.1:{ports['tls']} ")
    made = re.sub(r"\n *listen \[::\].*", "", made)
    made = made.replace("127.0.0.1:8000", f"127.0.0.1:{ports['web']}")
    made = made.replace("127.0.0.1:8001", f"127.0.0.1:{ports['ws']}")
    (folder / "madar.conf").write_text(made)
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in places)
    main = folder / "nginx.conf"
    same_user = "" if os.geteuid() else "user root root; "  # who else may not enter the folder
    main.write_text(
        f"{same_user}daemon off; pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{}} http {{ access_log {folder}/access.log; {temporary} include {folder}/madar.conf; }}"
    )
    return main


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    certificate = make_certificate(folder / "certs")
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Echo) for _number in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    plain, tls = free_ports(2)
    web, ws = (server.server_port for server in servers)
    ports = {"plain": plain, "tls": tls, "web": web, "ws": ws}
    main = configuration(folder, ports)
    checked = subprocess.run(
        [str(NGINX), "-t", "-c", str(main)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    process = subprocess.Popen([str(NGINX), "-c", str(main)])
    try:
        wait_for(tls)
        yield Proxy(**ports, certificate=certificate)
    finally:
        process.terminate()
        process.wait(10)
        for server in servers:
            server.shutdown()


def wait_for(port: int) -> None:
    for _turn in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def test_the_application_hears_who_calls_not_what_they_claim(proxy: Proxy) -> None:
    claimed = {
        "X_Forwarded_For": "203.0.113.9",
        "X_Forwarded_Proto": "http",
        "X_Request_ID": "mine",
    }
    status, heard, _headers = proxy.ask("/customers/?q=1", **claimed)
    assert (status, heard["port"], heard["path"]) == (200, proxy.web, "/customers/?q=1")
    assert heard["X-Forwarded-For"] == "127.0.0.1"
    assert heard["X-Forwarded-Proto"] == "https"
    assert heard["Host"] == NAME
    assert re.fullmatch(r"[0-9a-f]{32}", heard["X-Request-ID"])


def test_websockets_go_to_their_own_server_with_their_handshake(proxy: Proxy) -> None:
    asked = {"Upgrade": "websocket", "Connection": "Upgrade", "X_Forwarded_For": "203.0.113.9"}
    _status, heard, _headers = proxy.ask("/ws/live/", **asked)
    assert heard["port"] == proxy.ws
    assert (heard["Upgrade"], heard["Connection"]) == ("websocket", "upgrade")
    assert heard["X-Forwarded-For"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/webhooks/whatsapp/", 3 * MB, 200),
        ("/webhooks/whatsapp/", 3 * MB + 1, 413),
        ("/inspections/1/photos/", 16 * MB, 200),
        ("/customers/1/files/", 25 * MB + 1, 413),
        ("/imports/new/", 101 * MB, 200),
        ("/api/v1/imports/", 101 * MB, 200),
        ("/imports/new/", 101 * MB + 1, 413),
    ],
)
def test_bodies_are_as_large_as_what_they_may_hold(
    proxy: Proxy, path: str, size: int, status: int
) -> None:
    assert proxy.ask(path, method="POST", body=bytes(size))[0] == status


def test_figures_are_not_for_the_world(proxy: Proxy) -> None:
    assert proxy.ask("/metrics")[0] == 404


def test_another_name_gets_no_certificate_and_no_answer(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    raw = socket.create_connection(("127.0.0.1", proxy.tls), timeout=20)
    with pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname="other.example.com")
    assert proxy.ask("/", host="other.example.com")[0] == 421


def test_plain_http_leads_to_https_and_tells_this_machine_that_all_is_well(proxy: Proxy) -> None:
    for path, status in {"/customers/?q=1": 301, "/healthz": 200}.items():
        connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=20)
        connection.request("GET", path, headers={"Host": "anything"})
        answer = connection.getresponse()
        assert answer.status == status
        if status == 301:
            assert answer.headers["Location"] == f"https://{NAME}{path}"
        answer.read()
        connection.close()


def test_answers_name_no_version(proxy: Proxy) -> None:
    assert proxy.ask("/customers/")[2].get("Server") in (None, "nginx")
