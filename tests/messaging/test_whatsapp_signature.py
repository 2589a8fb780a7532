"""Only Meta's own bytes are believed, and only our subscription is confirmed."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from messaging.gateways.whatsapp.signature import answer_handshake, verify_signature

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "intake" / "whatsapp"
SECRET = "an-app-secret"
BODY = b'{"name":"\\u0645\\u0646\\u0649"}'


def signed(body: bytes, *, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_the_signature_over_the_raw_bytes_is_accepted():
    assert verify_signature(body=BODY, header=signed(BODY), secret=SECRET)


def test_the_same_json_written_in_other_bytes_is_refused():
    rewritten = json.dumps(json.loads(BODY), ensure_ascii=False).encode()

    assert not verify_signature(body=rewritten, header=signed(BODY), secret=SECRET)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256=ünïcode",
        "sha256=\ud800",
        signed(BODY).removeprefix("sha256="),
        signed(BODY)[:-1],
        signed(BODY, secret="another"),
        "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest(),
    ],
)
def test_any_other_header_is_refused_without_an_error(header):
    assert not verify_signature(body=BODY, header=header, secret=SECRET)


def test_without_a_secret_nothing_is_believed():
    assert not verify_signature(body=BODY, header=signed(BODY, secret=""), secret="")


def test_the_handshake_gives_the_challenge_back():
    answer = answer_handshake(
        mode="subscribe", token="word", challenge="1158201444", expected="word"
    )

    assert answer == "1158201444"


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "other"},
        {"token": "wörd"},
        {"token": None},
        {"mode": "unsubscribe"},
        {"mode": None},
        {"challenge": None},
        {"challenge": ""},
        {"challenge": "1" * 10_000},
        {"token": "", "expected": ""},
    ],
)
def test_the_handshake_is_refused_for_anything_else(wrong):
    asked = {"mode": "subscribe", "token": "word", "challenge": "1", "expected": "word"} | wrong

    assert answer_handshake(**asked) is None


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")
def test_every_shared_signature_vector_is_judged_right():
    vectors = json.loads((SHARED / "signature_vectors_public.json").read_text())
    judged = {
        vector["name"]: verify_signature(
            body=base64.b64decode(vector["body_b64"]),
            header=vector["headers"].get("X-Hub-Signature-256"),
            secret=vector["app_secret"],
        )
        for vector in vectors
    }

    expected = {v["name"]: v["valid"] for v in vectors if v["valid"] is not None}
    assert expected
    assert {name: judged[name] for name in expected} == expected


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")
def test_every_shared_handshake_is_answered_right():
    cases = json.loads((SHARED / "verify_handshake_public.json").read_text())
    for case in cases["cases"]:
        query = {key: values[0] for key, values in parse_qs(case["query"]).items()}
        answer = answer_handshake(
            mode=query.get("hub.mode"),
            token=query.get("hub.verify_token"),
            challenge=query.get("hub.challenge"),
            expected=cases["verify_token"],
        )
        allowed = case["status"] if isinstance(case["status"], list) else [case["status"]]
        assert (200 in allowed) == (answer is not None), case["why"]
        assert "body" not in case or answer == case["body"]
