"""Public forms: the hosted page, the endpoint, and what they refuse."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from leads.capture.hosted import HONEYPOT, RENDERED
from leads.capture.signed import sign
from leads.models import Lead
from messaging.models import Signal
from tests.conftest import SHARED, needs_shared
from tests.factories import make_form

pytestmark = pytest.mark.django_db
Run = Callable[[], None]
SAMPLES = SHARED / "data" / "intake" / "leadform"
ANSWERS = {
    "name": "منى سامي", "phone": "0501234567", "city": "الرياض",
    "message": "أحتاج عرض سعر لتكييف مركزي لفيلا",
}  # fmt: skip
SECRET = "a-shared-secret"


@pytest.fixture
def form(riyadh: Any, team: Any) -> Any:
    return make_form(riyadh, origins=["https://shop.example"])


@pytest.fixture
def signed_form(riyadh: Any, team: Any) -> Any:
    return make_form(riyadh, secret=SECRET)


def submit(form: Any, data: Any, *, content_type: str = "application/json", **headers: str) -> Any:
    body = data if isinstance(data, bytes | str) else json.dumps(data)
    extra = {"HTTP_ACCEPT_LANGUAGE": "en"}
    extra |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return Client().post(f"/f/{form.key}/submit/", body, content_type=content_type, **extra)


# The endpoint


def test_a_json_submission_is_kept_raw_answered_and_becomes_a_lead(
    form: Any, sales: Any, riyadh: Any, read: Run
) -> None:
    answer = submit(form, ANSWERS)
    assert answer.status_code == 200
    signal = Signal.objects.get()
    assert answer.json() == {"ok": True, "reference": signal.key.split(":")[1][:10]}
    assert (json.loads(bytes(signal.body)), signal.branch, signal.source) == (
        ANSWERS,
        riyadh,
        form.key,
    )
    read()
    lead = Lead.objects.get()
    assert (lead.name, lead.phone, lead.owner) == ("منى سامي", "+966501234567", sales)
    assert lead.channel == "web_form"


def test_url_encoded_and_multipart_submissions_become_leads(form: Any, read: Run) -> None:
    encoded = "application/x-www-form-urlencoded"
    assert submit(form, urlencode(ANSWERS), content_type=encoded).status_code == 200
    other = {**ANSWERS, "name": "سعد", "phone": "0507654321"}
    assert Client().post(f"/f/{form.key}/submit/", other).status_code == 200
    read()
    assert set(Lead.objects.values_list("phone", flat=True)) == {"+966501234567", "+966507654321"}


def test_a_double_click_is_one_submission(form: Any, read: Run) -> None:
    first, second = submit(form, ANSWERS), submit(form, ANSWERS)
    assert first.json() == second.json()
    read()
    assert (Signal.objects.count(), Lead.objects.count()) == (1, 1)


def test_an_idempotency_key_makes_even_different_bytes_one_submission(form: Any) -> None:
    submit(form, ANSWERS, idempotency_key="order-7")
    submit(form, {**ANSWERS, "message": "مرة أخرى"}, idempotency_key="order-7")
    assert Signal.objects.count() == 1


def test_our_technical_fields_are_nobody_s_answer(form: Any, read: Run) -> None:
    submit(form, {**ANSWERS, HONEYPOT: "", RENDERED: "forged-token"})
    read()
    message = Lead.objects.get().log.get().message
    assert "forged-token" not in json.dumps([message.text, message.answers], ensure_ascii=False)


@pytest.mark.parametrize("key", ["unknown", "x" * 300, "عربي", "' OR 1=1 --"])
def test_an_unknown_form_does_not_exist(key: str, company: Any) -> None:
    for path in (f"/f/{key}/submit/", f"/f/{key}/"):
        answer = Client().post(path, json.dumps(ANSWERS), content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Client().get(f"/f/{key}/").status_code == 404


def test_a_closed_form_takes_nothing(riyadh: Any) -> None:
    form = make_form(riyadh, is_active=False)
    assert submit(form, ANSWERS).status_code == 404
    assert Signal.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"), (b"\xff\xfe{", "application/json"),
        (b"[" * 100_000, "application/json"), (b'{"a": NaN}', "application/json"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "application/json"),
        (b"&".join(b"a%d=1" % n for n in range(1_500)), "application/x-www-form-urlencoded"),
        (b"--x", "multipart/form-data"),
    ],
)  # fmt: skip
def test_a_malformed_body_is_answered_400_in_words(
    body: bytes, content_type: str, form: Any
) -> None:
    answer = submit(form, body, content_type=content_type)
    assert answer.status_code == 400
    assert answer.json()["errors"]["body"]
    assert Signal.objects.count() == 0


@pytest.mark.parametrize(
    "data", [{}, [], [[]], {"name": ""}, {"consent": "yes"}, 5, None, {"utm_source": "x"}]
)
def test_a_body_without_any_answer_is_refused_with_field_and_remedy(data: Any, form: Any) -> None:
    answer = submit(form, data)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "nothing_answered"
    assert "phone" in problem["detail"]
    assert problem["errors"]


def test_more_than_one_megabyte_is_refused(form: Any) -> None:
    assert submit(form, {"message": "x" * (1024 * 1024)}).status_code == 413


@pytest.mark.parametrize(
    "data",
    [
        {"name": "a\x00b\ud800", "phone": "0501234567",
        "message": "\u202e<script>alert(1)</script>"},
        {"name": "x" * 9000, "email": "a@b.example", "message": "ا" * 100_000, "n": 10**400},
        {"name": ["a", {"b": []}], "phone": {"x": 1}, "message": 7, "email": True,
        "deep": [[[[1]]]]},
        [["name", "pairs"], ["message", "as a list"]],
        {"form_response": 5, "data": {"fields": "x"}, "user_column_data": [1, None]},
        {"object": "page", "entry": [{"changes": [{"value": {"leadgen_id": 10**30}}]}]},
    ],
)  # fmt: skip
def test_odd_values_are_read_without_failure(data: Any, form: Any, read: Run) -> None:
    assert submit(form, data).status_code in (200, 422)
    read()
    left = Signal.objects.exclude(status__in=[Signal.Status.DONE, Signal.Status.IGNORED])
    assert not list(left.values_list("error", flat=True))


# Spam and limits


def test_a_filled_trap_is_answered_like_success_but_marked_and_left_unread(
    form: Any, read: Run
) -> None:
    answer = submit(form, {**ANSWERS, HONEYPOT: "http://spam.example"})
    assert answer.json()["ok"] is True
    read()
    signal = Signal.objects.get()
    assert (signal.status, signal.kinds) == (Signal.Status.IGNORED, ["spam:honeypot"])
    assert Lead.objects.count() == 0


def test_a_person_may_have_a_marked_submission_read_after_all(
    form: Any, manager: Any, client_of: Any, read: Run
) -> None:
    submit(form, {**ANSWERS, HONEYPOT: "filled by a form helper"})
    read()
    client_of(manager).post(f"/signals/{Signal.objects.get().pk}/retry/")
    read()
    assert Lead.objects.get().phone == "+966501234567"


def test_the_thirty_first_submission_of_a_minute_is_told_to_wait(
    form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.services.submissions.time.time", lambda: 1_800_000_000.0)
    statuses = [submit(form, {**ANSWERS, "message": str(n)}).status_code for n in range(30)]
    assert set(statuses) == {200}
    answer = submit(form, ANSWERS)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 60
    page = Client().post(f"/f/{form.key}/", {"message": "a page, too"})
    assert (page.status_code, page.headers["Retry-After"]) == (429, "60")


def test_the_address_is_the_connection_s_not_a_header_s(
    form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.services.submissions.time.time", lambda: 1_800_000_000.0)
    for number in range(30):
        submit(form, {**ANSWERS, "message": str(number)}, x_forwarded_for=f"10.0.0.{number}")
    assert submit(form, ANSWERS, x_forwarded_for="10.9.9.9").status_code == 429


def test_a_counter_that_fails_lets_everybody_in(form: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise ConnectionError("no Redis")

    monkeypatch.setattr(cache, "add", fail)
    assert submit(form, ANSWERS).status_code == 200


# Other web sites


def test_listed_web_sites_may_read_the_answer(form: Any) -> None:
    preflight = Client().options(f"/f/{form.key}/submit/", HTTP_ORIGIN="https://shop.example")
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    answer = submit(form, ANSWERS, origin="https://shop.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://shop.example.evil.example"]
)
def test_other_web_sites_are_refused_and_may_read_nothing(origin: str, form: Any) -> None:
    answer = submit(form, ANSWERS, origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert Signal.objects.count() == 0


def test_a_form_without_listed_web_sites_sends_no_cors_header(riyadh: Any) -> None:
    form = make_form(riyadh)
    for answer in (
        submit(form, ANSWERS, origin="https://shop.example"),
        Client().options(f"/f/{form.key}/submit/", HTTP_ORIGIN="https://shop.example"),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers


# Signed forms


def hmac_of(body: str) -> bytes:
    return hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).digest()


def test_each_service_s_own_signature_is_accepted(signed_form: Any) -> None:
    body = json.dumps(ANSWERS)
    as_base64 = base64.b64encode(hmac_of(body)).decode()
    for headers in (
        {"typeform_signature": f"sha256={as_base64}"},
        {"tally_signature": as_base64},
        {"x_hub_signature_256": f"sha256={hmac_of(body).hex()}"},
        {"x_madar_signature": sign(body=body.encode(), secret=SECRET, now=time.time())},
    ):
        assert submit(signed_form, body, **headers).status_code == 200, headers
    google = {"google_key": SECRET, "lead_id": "1", "user_column_data": []}
    assert submit(signed_form, google).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"x_madar_signature": ""}, {"x_madar_signature": "t=1,v1="},
        {"x_madar_signature": "t=9999999999999999999,v1=00"}, {"x_madar_signature": "توقيع"},
        {"tally_signature": "AAAA"}, {"typeform_signature": "sha256="},
        {"x_hub_signature_256": "sha256=00"},
    ],
)  # fmt: skip
def test_a_signed_form_refuses_what_is_not_signed(
    headers: dict[str, str], signed_form: Any
) -> None:
    answer = submit(signed_form, ANSWERS, **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_signature")
    assert Signal.objects.count() == 0


def test_the_page_of_a_signed_form_neither_shows_nor_takes_anything(signed_form: Any) -> None:
    assert Client().get(f"/f/{signed_form.key}/").status_code == 404
    assert Client().post(f"/f/{signed_form.key}/", ANSWERS).status_code == 403
    assert Signal.objects.count() == 0


@pytest.mark.parametrize(("age", "status"), [(299, 200), (301, 403), (-299, 200), (-301, 403)])
def test_our_own_signature_is_good_for_300_seconds(age: int, status: int, signed_form: Any) -> None:
    body = json.dumps(ANSWERS)
    header = sign(body=body.encode(), secret=SECRET, now=time.time() - age)
    assert submit(signed_form, body, x_madar_signature=header).status_code == status


def test_what_a_signed_sender_sends_is_kept_even_without_an_answer(
    signed_form: Any, read: Run
) -> None:
    header = sign(body=b"{}", secret=SECRET, now=time.time())
    assert submit(signed_form, b"{}", x_madar_signature=header).status_code == 200
    assert Signal.objects.count() == 1


def test_signed_senders_are_never_limited(
    signed_form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(35):
        body = json.dumps({**ANSWERS, "message": str(number)})
        header = sign(body=body.encode(), secret=SECRET, now=time.time())
        assert submit(signed_form, body, x_madar_signature=header).status_code == 200


def test_meta_s_handshake_is_answered(form: Any) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "42"}
    path = f"/f/{form.key}/submit/"
    assert Client().get(path, query).content == b"42"
    assert Client().get(path, {**query, "hub.verify_token": "no"}).status_code == 403


# The page


def token_of(page: Any) -> str:
    found = re.search(rf'name="{RENDERED}" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr("leads.services.submissions.timezone.now", lambda: now)


def test_the_page_speaks_both_languages_without_setting_a_cookie(riyadh: Any) -> None:
    form = make_form(riyadh, intro_en="We answer within a day.")
    arabic, english = Client().get(f"/f/{form.key}/"), Client().get(f"/f/{form.key}/?lang=en")
    assert 'dir="rtl"' in arabic.content.decode()
    assert "اطلب عرض سعر" in arabic.content.decode()
    assert 'dir="ltr"' in english.content.decode()
    assert "Ask for a price" in english.content.decode()
    assert "We answer within a day." in english.content.decode()
    assert not english.cookies
    assert "csrf" not in english.content.decode().lower()


def test_a_visitor_s_answers_become_a_lead_and_are_thanked(
    form: Any, read: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(enforce_csrf_checks=True)
    token = token_of(client.get(f"/f/{form.key}/?lang=en"))
    later(monkeypatch, 20)
    data = {**ANSWERS, "consent": "on", HONEYPOT: "", RENDERED: token}
    page = client.post(f"/f/{form.key}/?lang=en", data)
    assert page.status_code == 200
    assert Signal.objects.get().key.split(":")[1][:10] in page.content.decode()
    read()
    lead = Lead.objects.get()
    assert (lead.name, lead.phone) == ("منى سامي", "+966501234567")
    assert lead.log.get().message.answers["consent"] is True


def test_a_form_sent_faster_than_a_person_can_is_marked(
    form: Any, read: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    token = token_of(client.get(f"/f/{form.key}/"))
    later(monkeypatch, 0.5)
    assert client.post(f"/f/{form.key}/", {**ANSWERS, RENDERED: token}).status_code == 200
    read()
    assert Signal.objects.get().kinds == ["spam:too_fast"]


def test_another_form_s_or_a_forged_token_says_nothing_about_time(
    form: Any, riyadh: Any, read: Run
) -> None:
    foreign = token_of(Client().get(f"/f/{make_form(riyadh).key}/"))
    for number, token in enumerate((foreign, "x" * 5000, "a:b:c")):
        data = {**ANSWERS, "message": f"رسالة {number}", RENDERED: token}
        assert Client().post(f"/f/{form.key}/", data).status_code == 200
    read()
    assert set(Signal.objects.values_list("status", flat=True)) == {Signal.Status.DONE}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "Mona", "message": "hello"}, "Give a phone number or an e-mail address"),
        ({"phone": "0501234567"}, "Write in a few words"),
        ({"email": "nonsense", "message": "hello"}, "valid email"),
    ],
)
def test_missing_answers_are_asked_for_beside_their_fields(
    data: dict[str, str], words: str, form: Any
) -> None:
    client = Client()
    token = token_of(client.get(f"/f/{form.key}/?lang=en"))
    page = client.post(f"/f/{form.key}/?lang=en", {**data, RENDERED: token})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert Signal.objects.count() == 0


def test_what_a_visitor_wrote_is_shown_escaped(form: Any) -> None:
    client = Client()
    token = token_of(client.get(f"/f/{form.key}/"))
    data = {"name": '"><script>alert(1)</script>', "email": "x", RENDERED: token}
    page = client.post(f"/f/{form.key}/", data).content.decode()
    assert "<script>alert(1)" not in page


# Samples


@needs_shared
def test_every_sample_submission_becomes_a_lead(form: Any, read: Run) -> None:
    types = {".json": "application/json", ".txt": "application/x-www-form-urlencoded"}
    paths = [path for path in sorted(SAMPLES.iterdir()) if path.suffix in types]
    assert paths
    for path in paths:
        body = path.read_bytes().strip()
        answer = submit(form, body, content_type=types[path.suffix])
        assert answer.status_code == 200, (path.name, answer.content)
        read()
        signal = Signal.objects.order_by("-pk")[0]
        assert signal.status == Signal.Status.DONE, (path.name, signal.error)
        linked = [one for one in signal.messages.all() if Lead.objects.filter(log__message=one)]
        assert linked, path.name
