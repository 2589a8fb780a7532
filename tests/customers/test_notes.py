"""Notes: changed by their author, colleagues offered after an @; and the timeline by kind."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Activity, Notification
from customers.models import Note
from customers.services import (
    AddressDraft,
    FieldDraft,
    TimelineLine,
    add_address,
    add_attachment,
    add_note,
    add_to_timeline,
    define_field,
    update_customer,
)
from tests.factories import make_customer

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def customer(riyadh, sales):
    return make_customer(riyadh, sales, name="نورة")


@pytest.fixture
def note(customer, sales):
    return add_note(customer, "call her", author=sales)


def edit_url(note):
    return f"/customers/{note.customer_id}/notes/{note.pk}/edit/"


def test_the_author_changes_a_note_and_its_line(client_of, sales, supervisor, note, customer):
    client = client_of(sales)
    assert "call her" in client.get(edit_url(note)).content.decode()
    text = f"call @{supervisor.name} first"
    answer = client.post(edit_url(note), {"text": text}, **HTMX)
    assert text in answer.content.decode()
    assert customer.timeline.get(kind="note").text == text
    assert list(Notification.objects.values_list("user", flat=True)) == [supervisor.pk]
    client.post(edit_url(note), {"text": f"{text} now"}, **HTMX)
    assert Notification.objects.count() == 1
    changes = Activity.objects.filter(verb="note.edited").last().changes
    assert changes["text"] == ["call her", text]


def test_nobody_else_changes_it(client_of, api_of, supervisor, sales_b, auditor, note):
    assert client_of(supervisor).post(edit_url(note), {"text": "x"}, **HTMX).status_code == 403
    assert client_of(supervisor).get(edit_url(note)).status_code == 403
    assert client_of(sales_b).post(edit_url(note), {"text": "x"}).status_code == 404
    assert client_of(auditor).post(edit_url(note), {"text": "x"}).status_code == 403
    url = f"/api/v1/customers/{note.customer_id}/notes/{note.pk}/"
    assert api_of(supervisor).patch(url, {"text": "x"}).status_code == 403
    assert (
        edit_url(note)
        not in client_of(supervisor).get(f"/customers/{note.customer_id}/").content.decode()
    )
    assert Note.objects.get().text == "call her"


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_a_bad_text_stands_in_the_notes_place(client_of, sales, note, text):
    answer = client_of(sales).post(edit_url(note), {"text": text}, **HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, f"#note-{note.pk}")
    assert Note.objects.get().text == "call her"


def test_a_note_is_changed_pinned_and_removed_by_api(api_of, sales, note):
    api, url = api_of(sales), f"/api/v1/customers/{note.customer_id}/notes/{note.pk}/"
    changed = api.patch(url, {"text": "other", "is_pinned": True}).json()
    assert (changed["text"], changed["is_pinned"]) == ("other", True)
    for wrong in ({"text": ""}, {"is_pinned": "x"}, {"author": 1}):
        assert api.patch(url, wrong).status_code == 400, wrong
    assert api.delete(url).status_code == 204
    assert not Note.objects.exists()


def test_colleagues_are_offered_by_the_beginning_of_their_name(
    client_of, sales, supervisor, sales_b
):
    client = client_of(sales)
    page = client.get("/customers/people/", {"q": supervisor.name[:5]}).content.decode()
    assert supervisor.name in page
    assert sales_b.name not in client.get("/customers/people/").content.decode()
    assert client.get("/customers/people/", {"q": "%_'\"<"}).content.decode().strip() == ""


def test_many_notes_come_in_two_steps(client_of, sales, customer):
    Note.objects.bulk_create(
        Note(customer=customer, author=sales, text=f"note-{n:02d}.") for n in range(30)
    )
    client, url = client_of(sales), f"/customers/{customer.pk}/"
    page = client.get(url).content.decode()
    assert ("note-29." in page, "note-00." in page, "?all=1" in page) == (True, False, True)
    assert "note-00." in client.get(f"{url}notes/?all=1").content.decode()


def test_the_timeline_is_narrowed_to_a_kind(client_of, sales, customer):
    for number in range(30):
        lines = [("message.in", "hello"), ("call", "rang"), ("callback", "other")]
        add_to_timeline(
            TimelineLine(customer_id=customer.pk, kind=kind, source=f"{kind}:{number}", text=text)
            for kind, text in lines
        )
    client, url = client_of(sales), f"/customers/{customer.pk}/timeline/"
    page = client.get(url, {"kind": "calls"})
    kinds = {line["entry"].kind for line in page.context["entries"]}
    assert kinds == {"call"}
    more = client.get(page.context["next_url"])
    assert {line["entry"].kind for line in more.context["entries"]} == {"call"}
    assert len(more.context["entries"]) == 5
    everything = client.get(url, {"kind": "<x>"}).context["entries"]
    assert len({line["entry"].kind for line in everything}) == 3
    assert "Nothing of this kind" in client.get(url, {"kind": "payments"}).content.decode()


def test_the_page_costs_the_same_with_everything_on_it(
    client_of, manager, customer, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    for number in range(4):
        code = f"f{number}"
        define_field(FieldDraft(code=code, kind="text", name_ar=code, name_en=code), actor=manager)
    client, counts = client_of(manager), []
    for more in (1, 15):
        for number in range(more):
            file = SimpleUploadedFile(f"{more}-{number}.pdf", b"%PDF-1")
            add_attachment(customer, file, actor=manager)
            add_address(customer, AddressDraft(line=f"{more}-{number}"), actor=manager)
            add_note(customer, f"note {number}", author=manager)
        update_customer(customer, {"custom": {f"f{n}": str(more) for n in range(4)}}, actor=manager)
        client.get(f"/customers/{customer.pk}/")
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/customers/{customer.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_a_double_click_is_one_note(client_of, sales, supervisor, customer):
    client = client_of(sales)
    for _time in range(2):
        text = f"call @{supervisor.name}"
        client.post(f"/customers/{customer.pk}/notes/add/", {"text": text}, **HTMX)
    assert Note.objects.count() == 1
    assert customer.timeline.filter(kind="note").count() == 1
    assert Notification.objects.filter(user=supervisor).count() == 1
    client_of(supervisor).post(f"/customers/{customer.pk}/notes/add/", {"text": text}, **HTMX)
    assert Note.objects.count() == 2


def test_the_same_words_another_day_are_another_note(customer, sales):
    first = add_note(customer, "no answer", author=sales)
    Note.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(minutes=2))
    assert add_note(customer, "no answer", author=sales) != first
