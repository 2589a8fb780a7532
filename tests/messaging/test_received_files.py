"""Files that people send are fetched, checked, kept under a random name, and served to readers."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import PurePath
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity, Notification
from crm_project.kit.net import Response
from crm_project.kit.scanner import FileInfected
from customers.models import TimelineEntry
from leads.models import Lead
from leads.services.intake import take_in
from messaging.gateways.outcome import TemporaryFailure
from messaging.models import Conversation, InboundFile, Message, MessageFile
from messaging.readers import READERS
from messaging.services import drain
from messaging.services.old_files import forget_files
from messaging.services.received import fetch_files
from tests import factories
from tests.messaging.payloads import deliver, mail, text_message, value_of, webhook
from tests.messaging.test_whatsapp_api import Graph, graph

__all__ = ["graph"]
pytestmark = pytest.mark.django_db
PLAN = b"%PDF-1.7 plan of the house " + bytes(range(128, 256))
PROGRAM = b"MZ" + bytes(200)
Run = Callable[[], None]


@pytest.fixture(autouse=True)
def _quiet(company: Any, settings: Any, tmp_path: Any) -> None:
    company.is_auto_reply_on = False
    company.save()
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def meta(graph: Graph, settings: Any) -> Graph:
    """The Cloud API, which has one document."""
    settings.WHATSAPP_ACCESS_TOKEN, settings.WHATSAPP_BASE_URL = "t0ken", graph.url
    graph.says(200, {"url": f"{graph.url}/bytes", "file_size": len(PLAN)}, to="media-1")
    graph.says(200, PLAN, to="bytes")
    return graph


def document(name: str = "../مخطط.exe") -> bytes:
    media = {"id": "media-1", "mime_type": "application/x-msdownload", "filename": name}
    return webhook(value_of(text_message("wamid.doc", type="document", document=media)))


def letter(*files: tuple[str, bytes], **headers: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "Sami <sami@clinic.example>", "sales@nasma.example"
    made["Subject"], made["Message-ID"] = "Plans", "<plans@clinic.example>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content("The plans are attached, please quote ten split units")
    for name, body in files:
        made.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def take_unfetched(body: bytes) -> Message:
    """Let the message come in without what its jobs would do."""
    assert deliver(body).status_code == 200
    drain(READERS)
    return Message.objects.get(direction="in")


def test_a_document_by_whatsapp_is_fetched_once_and_served_to_those_who_read_the_conversation(
    meta: Graph, whatsapp: Any, team: Any, read: Run, sales: Any, sales_b: Any, riyadh: Any,
    client_of: Any, api_of: Any,
) -> None:  # fmt: skip
    customer = factories.make_customer(riyadh, sales, phones=("+966507712245",))
    for _turn in range(2):  # Meta repeats itself
        deliver(document())
        read()
    message = Message.objects.get(direction="in")
    fetch_files(message.pk)

    file = InboundFile.objects.get()
    assert [one["path"] for one in meta.asked] == ["/media-1", "/bytes"]
    assert {one["auth"] for one in meta.asked} == {"Bearer t0ken"}
    assert (file.state, file.name, file.content_type) == ("kept", "مخطط.exe.pdf", "application/pdf")
    assert len(PurePath(file.file.name or "").name) == 40  # at random
    assert Activity.objects.filter(verb="message.files_received").count() == 1
    assert TimelineEntry.objects.filter(customer=customer, text=file.name).count() == 1

    lead, client = Lead.objects.get(), client_of(sales)
    url = reverse("messaging:received_file", args=[message.pk, 0])
    assert url in client.get(lead.get_absolute_url()).content.decode()
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == PLAN
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == (
        "nosniff",
        True,
    )
    assert client_of(sales_b).get(url).status_code == 404

    api = api_of(sales)
    (shown,) = api.get("/api/v1/received-files/", {"message": message.pk}).json()["results"]
    assert (shown["name"], shown["state"], shown["size"]) == (file.name, "kept", len(PLAN))
    assert b"".join(api.get(shown["download"]).streaming_content) == PLAN
    assert api_of(sales_b).get(shown["download"]).status_code == 404
    assert api_of(sales_b).get("/api/v1/received-files/").json()["results"] == []


def test_what_cannot_be_fetched_three_times_goes_to_a_person_who_can_ask_again(
    meta: Graph, whatsapp: Any, team: Any, read: Run, sales: Any, auditor: Any, client_of: Any
) -> None:
    meta.says(404, {"error": {"code": 100}}, to="media-1")
    message = take_unfetched(document())
    take_in([message.pk])
    Conversation.objects.update(owner=sales)
    for is_last in (False, False):
        with pytest.raises(TemporaryFailure):
            fetch_files(message.pk, is_last_try=is_last)
    assert InboundFile.objects.get().state == "waiting"
    fetch_files(message.pk, is_last_try=True)
    assert InboundFile.objects.get().state == "failed"
    assert Notification.objects.get(kind="message.file_failed").user == sales

    meta.says(200, {"url": f"{meta.url}/bytes"}, to="media-1")
    again = reverse("messaging:received_file_again", args=[message.pk, 0])
    client = client_of(sales)
    assert client_of(auditor).post(again).status_code == 403
    assert again in client.get(Lead.objects.get().get_absolute_url()).content.decode()
    for _click in range(2):
        assert client.post(again, HTTP_HX_REQUEST="true").status_code == 200
    read()
    assert InboundFile.objects.get().state == "kept"
    assert Activity.objects.filter(verb="message.file_asked").count() == 1


@pytest.mark.parametrize(
    ("body", "size", "reason"),
    [
        (PROGRAM, 0, "kind"),
        (b"<html><script>alert(1)</script>", 0, "kind"),
        (b"", 0, "empty"),
        (PLAN, 21 * 1024 * 1024, "too_large"),
        (PLAN + bytes(20 * 1024 * 1024), 0, "too_large"),  # without a word about its size
        (PLAN, -1, "infected"),
    ],
)
def test_what_must_not_be_kept_is_not_and_the_thread_says_why(
    meta: Graph, whatsapp: Any, team: Any, read: Run, sales: Any, client_of: Any,
    monkeypatch: pytest.MonkeyPatch, body: bytes, size: int, reason: str, settings: Any,
) -> None:  # fmt: skip
    def infected(*_: Any, **__: Any) -> None:
        raise FileInfected(field="file")

    if reason == "infected":
        monkeypatch.setattr("messaging.services.received.check_upload", infected)
    meta.says(200, {"url": f"{meta.url}/bytes", "file_size": size}, to="media-1")
    meta.says(200, body, to="bytes")
    deliver(document("x.pdf"))
    read()
    file = InboundFile.objects.get()
    assert (file.state, file.reason, file.file.name) == ("refused", reason, "")
    assert not any(settings.MEDIA_ROOT.rglob("*/*"))
    sales.language = "en"
    sales.save()
    page = client_of(sales).get(Lead.objects.get().get_absolute_url()).content.decode()
    assert "not kept:" in page
    url = reverse("messaging:received_file", args=[file.message_id, 0])
    assert client_of(sales).get(url).status_code == 404


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "https://evil.example/x", "https://lookaside.fbsbx.com@evil/x"]
)
def test_the_token_is_shown_to_nobody_but_meta(
    meta: Graph, whatsapp: Any, team: Any, url: str
) -> None:
    meta.says(200, {"url": url}, to="media-1")
    message = take_unfetched(document())
    fetch_files(message.pk, is_last_try=True)
    assert [one["path"] for one in meta.asked] == ["/media-1"]
    assert InboundFile.objects.get().reason == "unavailable"


def test_attachments_of_a_mail_are_kept_and_dangerous_ones_named(
    riyadh: Any, team: Any, take: Any, read: Run, settings: Any
) -> None:
    factories.make_channel(riyadh, "email", external_id="sales@nasma.example")
    many = [(f"page {number}.txt", b"text %d" % number) for number in range(20)]
    take(letter(("../../مخطط.pdf", PLAN), ("setup.pdf", PROGRAM), *many))
    read()
    files = list(InboundFile.objects.order_by("place"))
    shown = [(file.name, file.state, file.reason) for file in files]
    assert shown[:3] == [
        ("مخطط.pdf", "kept", ""),
        ("setup.pdf", "refused", "kind"),
        ("page 0.txt", "kept", ""),
    ]
    assert [file.reason for file in files[20:]] == ["too_many", "too_many"]
    with files[0].file.open("rb") as handle:
        assert handle.read() == PLAN
    assert len(list((settings.MEDIA_ROOT / "messages").iterdir())) == 19
    assert Activity.objects.filter(verb="message.files_received").count() == 1

    take(letter(("a.pdf", PLAN), Auto_Submitted="auto-replied", Message_Id="<2@c.example>"))
    read()
    assert InboundFile.objects.count() == 22  # holiday notices and reports bring no files


def test_answers_that_go_to_another_domain_than_the_senders_are_marked(
    riyadh: Any, team: Any, take: Any, read: Run, sales: Any, client_of: Any
) -> None:
    factories.make_channel(riyadh, "email", external_id="sales@nasma.example")
    take(
        mail(message_id="<1@x.example>", Reply_To="Sami <pay@other.example>"),
        mail(
            message_id="<2@x.example>", Reply_To="sami.h@clinic.example", sender="s@clinic.example"
        ),
    )
    read()
    sales.language = "en"
    sales.save()
    client = client_of(sales)
    pages = {
        lead.email: client.get(lead.get_absolute_url()).content.decode()
        for lead in Lead.objects.all()
    }
    warning = "Answers go to another domain"
    assert {email: warning in page for email, page in pages.items()} == {
        "pay@other.example": True,  # where RFC 5322 sends an answer
        "sami.h@clinic.example": False,
    }
    assert "sami@clinic.example" in pages["pay@other.example"]


def test_bytes_go_when_their_time_is_over_and_the_thread_says_so(
    meta: Graph, whatsapp: Any, team: Any, read: Run, sales: Any, client_of: Any, settings: Any
) -> None:
    deliver(document())
    read()
    message = Message.objects.get(direction="in")
    sent = MessageFile.objects.create(
        message=message, name="quote.pdf", content_type="application/pdf", body=PLAN,
        size=len(PLAN), sha256="0" * 64,
    )  # fmt: skip
    message.details["files"].append({"id": sent.pk, "name": sent.name, "size": sent.size})
    message.save()
    long_ago = timezone.now() - timedelta(days=731)
    for model in (InboundFile, MessageFile):
        model.objects.update(created_at=long_ago)

    settings.MESSAGE_FILES_DAYS = 0
    assert forget_files() == 0
    settings.MESSAGE_FILES_DAYS = 730
    message.refresh_from_db()
    assert forget_files() == 2
    assert forget_files() == 0
    file, sent = InboundFile.objects.get(), MessageFile.objects.get()
    assert (file.state, bytes(sent.body), sent.removed_at is not None) == ("removed", b"", True)
    assert not any(path.is_file() for path in settings.MEDIA_ROOT.rglob("*"))
    client = client_of(sales)
    assert client.get(reverse("messaging:file", args=[sent.pk])).status_code == 404
    assert client.get(reverse("messaging:received_file", args=[message.pk, 0])).status_code == 404
    assert "received/" not in client.get(Lead.objects.get().get_absolute_url()).content.decode()
    assert Activity.objects.filter(verb="message.files_forgotten").count() == 2


def test_a_file_sent_from_the_phone_app_is_fetched_like_one_from_the_customer(
    meta: Graph, whatsapp: Any, team: Any, read: Run, sales: Any, client_of: Any
) -> None:
    deliver(webhook(value_of(text_message())))
    read()
    media = {"id": "media-1", "mime_type": "application/pdf", "filename": "عرض.pdf"}
    echo = text_message("wamid.e1", type="document", document=media, to="966507712245")
    del echo["text"]
    echo["from"] = "966500000000"
    deliver(webhook(value_of(message_echoes=[echo]), field="smb_message_echoes"))
    read()
    file = InboundFile.objects.get()
    assert (file.state, file.name, file.message.direction) == ("kept", "عرض.pdf", "out")
    url = reverse("messaging:received_file", args=[file.message_id, 0])
    page = client_of(sales).get(Lead.objects.get().get_absolute_url()).content.decode()
    assert url in page


TYPEFORM = {
    "event_type": "form_response",
    "form_response": {
        "token": "tok1",
        "definition": {"fields": [{"id": "f", "title": "Drawing"}, {"id": "n", "title": "Name"}]},
        "answers": [
            {"type": "text", "text": "Jude", "field": {"id": "n", "ref": "name"}},
            {"type": "phone_number", "phone_number": "+966507712245", "field": {"id": "p"}},
            {"type": "file_url", "file_url": "{}", "field": {"id": "f", "type": "file_upload"}},
        ],
    },
}


def fill_in(form: Any, url: str, secret: str = "") -> None:
    body = json.dumps(TYPEFORM).replace('"{}"', json.dumps(url)).encode()
    digest = base64.b64encode(hmac.new(secret.encode(), body, "sha256").digest()).decode()
    headers = {"Typeform-Signature": f"sha256={digest}"} if secret else {}
    address = f"/f/{form.key}/submit/"
    answer = Client().post(address, body, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content


def test_an_upload_of_a_form_is_fetched_where_the_form_is_signed_and_else_when_a_person_asks(
    graph: Graph, riyadh: Any, team: Any, read: Run, sales: Any, client_of: Any, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    asked = []

    def fetched(url: str, **_: Any) -> Response:
        asked.append(url)
        return Response(200, {}, PLAN)

    monkeypatch.setattr("messaging.services.file_sources.fetch", fetched)
    sales.language = "en"
    sales.save()
    link = "https://api.typeform.example/files/x%20y.exe?token=1"
    fill_in(factories.make_form(riyadh, secret="s3cret-of-the-form"), link, "s3cret-of-the-form")
    read()
    assert asked == [link]
    file = InboundFile.objects.get()
    assert (file.state, file.name) == ("kept", "x y.exe.pdf")

    fill_in(factories.make_form(riyadh), link)
    read()
    assert asked == [link]  # anybody may have sent this one
    waiting = InboundFile.objects.exclude(pk=file.pk).get()
    again = reverse("messaging:received_file_again", args=[waiting.message_id, 0])
    client = client_of(sales)
    page = client.get(waiting.message.lead_link.lead.get_absolute_url()).content.decode()
    assert again in page
    assert "anybody can send such a link" in page
    assert client.post(again, HTTP_HX_REQUEST="true").status_code == 200
    read()
    waiting.refresh_from_db()
    assert (len(asked), waiting.state) == (2, "kept")


def test_a_forms_link_into_our_own_network_is_never_followed(
    riyadh: Any, team: Any, read: Run
) -> None:
    form = factories.make_form(riyadh, secret="s3cret-of-the-form")
    fill_in(form, "https://10.11.12.13/latest/meta-data", "s3cret-of-the-form")
    read()
    file = InboundFile.objects.get()
    assert (file.state, file.reason) == ("failed", "bad_link")
