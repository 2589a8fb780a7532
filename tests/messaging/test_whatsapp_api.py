"""Sending through the Cloud API, against a local server that plays Meta's part."""

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from messaging.gateways.whatsapp.cloud_api import CloudApi, MediaUnavailable, Outcome
from messaging.gateways.whatsapp.errors import Action, decide
from messaging.gateways.whatsapp.requests import document_request, text_request

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "intake" / "whatsapp_send"
TO = "+201000000042"
PICTURE = b"\x89PNG" + bytes(5000)


class Graph(ThreadingHTTPServer):
    """Answers as told, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.answer = 200, b"{}"
        self.of_path: dict[str, tuple[int, bytes]] = {}  # by the last word of the address
        self.delay_s = 0.0
        self.is_dead = False
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def says(self, status: int, answer: Any, *, to: str = "") -> None:
        written = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        if to:
            self.of_path[to] = status, written
        else:
            self.status, self.answer = status, written


class _Handler(BaseHTTPRequestHandler):
    server: Graph

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_json = self.headers["Content-Type"] == "application/json"
        self._answer({"body": json.loads(body) if is_json else body})

    def do_GET(self) -> None:
        self._answer({})

    def _answer(self, asked: dict[str, Any]) -> None:
        self.server.asked.append(
            {"path": self.path, "auth": self.headers["Authorization"], **asked}
        )
        if self.server.is_dead:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        time.sleep(self.server.delay_s)
        try:
            usual = self.server.status, self.server.answer
            status, answer = self.server.of_path.get(self.path.rpartition("/")[2], usual)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(answer)
        except OSError:
            self.close_connection = True  # the caller has lost patience

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def graph() -> Iterator[Graph]:
    server = Graph()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def api(graph: Graph) -> Iterator[CloudApi]:
    with CloudApi(
        base_url=f"{graph.url}/v23.0/", token="t0ken", phone_number_id="77", timeout_s=0.4
    ) as api:
        yield api


def hello() -> dict[str, Any]:
    return text_request(to=TO, body="أهلاً", our_id="message:7")


def refusal(code: int, details: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "message": f"(#{code})", "error_data": {"details": details}}}


def test_an_accepted_message_has_metas_id(graph, api):
    graph.says(200, {"contacts": [{"wa_id": "201000000042 "}], "messages": [{"id": "wamid.N"}]})

    result = api.send(hello())

    assert (result.outcome, result.provider_id) == (Outcome.ACCEPTED, "wamid.N")
    assert result.wa_id == "201000000042"
    (asked,) = graph.asked
    assert (asked["path"], asked["auth"]) == ("/v23.0/77/messages", "Bearer t0ken")
    assert asked["body"]["text"]["body"] == "أهلاً"
    assert asked["body"]["biz_opaque_callback_data"] == "message:7"


def test_a_message_held_back_is_accepted_and_says_so(graph, api):
    held = {"id": "wamid.N", "message_status": "held_for_quality_assessment"}
    graph.says(200, {"messages": [held]})

    assert api.send(hello()).message_status == "held_for_quality_assessment"


def test_after_24_hours_a_template_is_offered_and_nothing_repeated(graph, api):
    graph.says(400, refusal(131047, "More than 24 hours"))

    result = api.send(hello())

    assert (result.outcome, result.error_code) == (Outcome.REFUSED, 131047)
    assert result.error_details == "More than 24 hours"
    assert (result.decision.action, result.decision.retry) == (Action.OFFER_TEMPLATE, False)


def test_too_many_requests_slow_the_number_down(graph, api):
    graph.says(429, refusal(130429))

    assert api.send(hello()).decision.action == Action.SLOW_DOWN_NUMBER


def test_an_expired_token_pauses_the_channel_and_alerts(graph, api):
    graph.says(401, refusal(190))

    decision = api.send(hello()).decision

    assert (decision.pause_channel, decision.alert_admin, decision.retry) == (True, True, False)


def test_a_page_of_html_from_a_gateway_is_a_refusal_to_be_repeated(graph, api):
    graph.says(502, b"<html>bad gateway</html>")

    result = api.send(hello())

    assert (result.outcome, result.decision.retry) == (Outcome.REFUSED, True)
    assert "bad gateway" in result.answer


def test_no_answer_in_time_is_an_unknown_outcome_and_never_repeated(graph, api):
    graph.delay_s = 1.0

    result = api.send(hello())

    assert (result.outcome, result.decision) == (Outcome.UNKNOWN, None)
    assert len(graph.asked) == 1


def test_a_connection_cut_after_the_request_is_an_unknown_outcome(graph, api):
    graph.is_dead = True

    assert api.send(hello()).outcome == Outcome.UNKNOWN


def test_a_gateway_time_out_is_an_unknown_outcome(graph, api):
    graph.says(504, b"")

    assert api.send(hello()).outcome == Outcome.UNKNOWN


@pytest.mark.parametrize("answer", [b"", b"null", b"[]", b"{broken", b"{}", b'{"messages":[7]}'])
def test_a_yes_without_an_id_is_an_unknown_outcome(graph, api, answer):
    graph.says(200, answer)

    assert api.send(hello()).outcome == Outcome.UNKNOWN


def test_an_endless_answer_is_not_read(graph, api):
    graph.says(200, b"x" * 2_000_000)

    assert api.send(hello()).outcome == Outcome.UNKNOWN


def test_nobody_listening_means_not_sent_and_may_be_repeated():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with CloudApi(base_url=f"http://127.0.0.1:{port}", token="t", phone_number_id="7") as api:
        result = api.send(hello())

    assert (result.outcome, result.decision.retry) == (Outcome.NOT_SENT, True)


# Files


def test_a_file_is_found_by_its_id_and_downloaded_with_its_digest(graph, api):
    graph.says(200, {"url": f"{graph.url}/file/1"})
    url = api.media("12/3?x").url
    graph.says(200, PICTURE)

    file = api.download(url)

    assert graph.asked[0]["path"] == "/v23.0/12%2F3%3Fx"
    assert (file.content, file.mime) == (PICTURE, "image/png")
    assert file.sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_a_file_beyond_the_limit_is_refused(graph, api):
    graph.says(200, PICTURE)

    with pytest.raises(MediaUnavailable, match="larger"):
        api.download(f"{graph.url}/file/1", limit=1000)


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example/1",
        "http://lookaside.fbsbx.com/1",
        "https://fbsbx.com.evil.example/1",
        "https://user@lookaside.fbsbx.com/1",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "not an address",
        "https://[",
        "",
    ],
)
def test_the_token_never_goes_to_a_foreign_address(api, url):
    with pytest.raises(MediaUnavailable, match="not an address"):
        api.download(url)


def test_a_redirect_is_not_followed_with_the_token(graph, api):
    graph.says(302, b"")

    with pytest.raises(MediaUnavailable, match="302"):
        api.download(f"{graph.url}/file/1")


def test_a_file_that_is_gone_or_late_is_unavailable(graph, api):
    graph.says(404, refusal(100))
    with pytest.raises(MediaUnavailable):
        api.media("1")
    graph.delay_s = 1.0
    with pytest.raises(MediaUnavailable):
        api.media("1")


# Requests


def test_a_reply_names_the_message_it_answers():
    request = text_request(to=TO, body="x", our_id="1", reply_to="wamid.Q")

    assert request["context"] == {"message_id": "wamid.Q"}
    assert (request["to"], request["type"]) == (TO, "text")


def test_a_person_without_a_phone_is_addressed_by_id():
    request = text_request(to="EG.13491208655302741918", body="x", our_id="1")

    assert request["recipient"] == "EG.13491208655302741918"
    assert "to" not in request


@pytest.mark.parametrize("body", ["", "  \n", "x" * 4097])
def test_an_empty_or_too_long_text_is_refused(body):
    with pytest.raises(ValueError, match="4096"):
        text_request(to=TO, body=body, our_id="1")


# Decisions


def test_pauses_to_one_person_grow_fourfold_and_end():
    decision = decide(131056, 400)

    assert [decision.pause(n).total_seconds() for n in (1, 2, 3)] == [4, 16, 64]
    with pytest.raises(ValueError, match="repeats"):
        decision.pause(decision.attempts + 1)


def test_no_pause_is_longer_than_an_hour():
    decision = decide(130429, 429)

    assert decision.pause(decision.attempts) <= timedelta(hours=1)


def test_a_marketing_cap_allows_a_new_attempt_after_a_day():
    decision = decide(131049, 400)

    assert (decision.retry, decision.not_before) == (False, timedelta(hours=24))


@pytest.mark.parametrize(
    ("http_status", "retry"), [(None, False), (400, False), (404, False), (500, True), (503, True)]
)
def test_an_unknown_code_is_repeated_after_a_server_error_only(http_status, retry):
    assert decide(999_999, http_status).retry is retry


def test_a_known_code_counts_more_than_the_http_state():
    assert decide(131047, 500).action == Action.OFFER_TEMPLATE


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")
def test_every_shared_answer_leads_to_the_expected_action(graph, api):
    vectors = (SHARED / "decision_vectors_public.jsonl").read_text().splitlines()
    for vector in (json.loads(line) for line in vectors if line.strip()):
        graph.says(vector["http"], vector["body"])
        result, expected = api.send(hello()), vector["expect"]
        if expected["action"] == "sent":
            assert (result.outcome, result.provider_id) == (Outcome.ACCEPTED, expected["wamid"])
            continue
        assert result.decision.action == expected["action"]
        assert result.decision.retry == expected["retry"]
        assert result.decision.pause_channel == expected.get("pause_channel", False)


# Files


def test_a_file_is_uploaded_as_a_form_and_sent_by_its_id(graph, api):
    graph.says(200, {"id": "4490709327384033"})
    body = b"%PDF-1.7 \x00\xff bytes"
    result = api.upload(name="عرض.pdf", content_type="application/pdf", body=body)
    assert (result.outcome, result.provider_id) == (Outcome.ACCEPTED, "4490709327384033")
    (asked,) = graph.asked
    assert (asked["path"], asked["auth"]) == ("/v23.0/77/media", "Bearer t0ken")
    for part in (
        b'name="messaging_product"',
        b"whatsapp",
        b'name="type"',
        b"application/pdf",
        body,
    ):
        assert part in asked["body"]
    request = document_request(
        to=TO, media_id="44", name="quote.pdf", caption="عرض السعر", our_id="9"
    )
    assert (request["type"], request["to"], request["biz_opaque_callback_data"]) == (
        "document", TO, "9",
    )  # fmt: skip
    assert request["document"] == {"id": "44", "filename": "quote.pdf", "caption": "عرض السعر"}
    with pytest.raises(ValueError, match="1024"):
        document_request(to=TO, media_id="44", name="x", caption="x" * 1025, our_id="9")


@pytest.mark.parametrize(
    ("status", "answer", "may_be_tried_again"),
    [
        (200, {}, True), (200, b"<html>", True), (504, b"", True), (503, b"busy", True),
        (400, refusal(131053), False), (401, refusal(190), False), (429, refusal(130429), True),
    ],
)  # fmt: skip
def test_a_failed_upload_says_whether_to_try_again(graph, api, status, answer, may_be_tried_again):
    graph.says(status, answer)
    result = api.upload(name="x.pdf", content_type="application/pdf", body=b"x")
    assert result.outcome in (Outcome.REFUSED, Outcome.NOT_SENT)
    assert result.decision.retry is may_be_tried_again


def test_an_upload_without_an_answer_may_be_tried_again_for_nobody_has_the_file(graph, api):
    graph.is_dead = True
    result = api.upload(name="x.pdf", content_type="application/pdf", body=b"x")
    assert (result.outcome, result.decision.retry) == (Outcome.NOT_SENT, True)
