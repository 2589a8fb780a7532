"""The customer's page: what it shows, to whom, and what can be done on it."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Activity, Notification
from customers.models import Consent, Note
from customers.services import Statement, TimelineLine, add_to_timeline, record_consent
from tests.customers.test_customer_list import mask
from tests.factories import make_customer


@pytest.fixture
def customer(riyadh, sales):
    return make_customer(
        riyadh, sales, name="نورة العتيبي", phones=("+966551234567",),
        emails=("noura@example.com",), national_id="1098765432",
    )  # fmt: skip


def at(name, customer, *more):
    return reverse(f"customers:{name}", args=[customer.pk, *more])


def test_a_customer_of_another_branch_is_not_there(client_of, sales_b, supervisor, customer):
    stranger = client_of(sales_b)
    names = ["detail", "edit", "timeline", "notes", "points", "consents", "duplicates"]
    urls = [at(name, customer) for name in (*names, "activity", "note_add")]
    for url in urls[:-1]:
        assert stranger.get(url).status_code == 404, url
    assert stranger.post(urls[-1], {"text": "hello"}).status_code == 404
    assert not Note.objects.exists()
    assert client_of(supervisor).get(urls[0]).status_code == 200


def test_a_reader_without_change_gets_no_forms_and_is_refused(client_of, auditor, customer):
    client = client_of(auditor)
    page = client.get(at("detail", customer)).content.decode()
    assert at("edit", customer) not in page
    assert at("note_add", customer) not in page
    assert client.post(at("note_add", customer), {"text": "x"}).status_code == 403
    assert client.get(at("edit", customer)).status_code == 403


def test_the_page_costs_few_queries_whatever_is_on_it(client_of, manager, sales, customer):
    client, counts = client_of(manager), []
    for more in (1, 30):
        for number in range(more):
            Note.objects.create(customer=customer, author=sales, text=f"n{number}")
            record_consent(
                customer.points.first(),
                Statement(purpose="marketing", is_granted=True, source="shop"),
                actor=sales,
            )
        line = {"customer_id": customer.pk, "kind": "message.in", "actor": sales}
        add_to_timeline(TimelineLine(**line, source=f"{more}:{n}", text="hi") for n in range(more))
        client.get(at("detail", customer))
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at("detail", customer)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_the_national_id_is_never_shown_in_full(client_of, manager, customer):
    client = client_of(manager)
    for url in (at("detail", customer), at("edit", customer)):
        page = client.get(url).content.decode()
        assert "1098765432" not in page
        assert "••••32" in page


def test_masked_contacts_stay_masked_everywhere_on_the_page(client_of, sales, customer):
    mask(sales, phone="masked", email="masked", identifiers="hidden")
    client = client_of(sales)
    for name in ("detail", "points", "consents", "edit", "consent_record"):
        page = client.get(at(name, customer)).content.decode().replace(" ", "")
        assert not [secret for secret in ("1234567", "noura@") if secret in page], name


def test_text_from_outside_is_text_on_the_page(client_of, sales, riyadh):
    evil = "<script>alert(1)</script>"
    customer = make_customer(riyadh, sales, name=evil, company=evil, city=evil, address=evil)
    client = client_of(sales)
    client.post(at("note_add", customer), {"text": evil})
    for name in ("detail", "notes", "timeline", "duplicates", "activity"):
        assert evil not in client.get(at(name, customer)).content.decode(), name


def test_a_note_is_kept_logged_and_on_the_timeline(client_of, sales, customer):
    answer = client_of(sales).post(at("note_add", customer), {"text": "Use the side gate"})
    assert "Use the side gate" in answer.content.decode()
    assert customer.timeline.filter(kind="note", text="Use the side gate").count() == 1
    assert Activity.objects.about(customer).filter(verb="note.added", actor=sales).exists()


def test_an_empty_note_is_refused_beside_its_field(client_of, sales, customer):
    answer = client_of(sales).post(at("note_add", customer), {"text": "  "})
    assert answer.status_code == 422
    assert not Note.objects.exists()


def test_a_mentioned_colleague_is_told_but_not_one_who_may_not_see_the_customer(
    client_of, sales, supervisor, sales_b, customer
):
    text = f"@{supervisor.name} and @{sales_b.name}: call her"
    client_of(sales).post(at("note_add", customer), {"text": text})
    told = Notification.objects.filter(kind="customer.mentioned")
    assert [notice.user for notice in told] == [supervisor]


def test_notes_are_pinned_to_the_top_and_removed_with_their_line(client_of, sales, customer):
    client = client_of(sales)
    for text in ("first", "second"):
        client.post(at("note_add", customer), {"text": text})
    first = Note.objects.get(text="first")

    client.post(at("note_pin", customer, first.pk))
    assert [note.text for note in customer.notes.all()] == ["first", "second"]

    client.post(at("note_delete", customer, first.pk))
    assert not customer.timeline.filter(text="first").exists()
    assert Activity.objects.filter(verb="note.deleted").get().changes["text"][0] == "first"


def test_a_note_of_another_customer_is_not_reached_through_this_one(
    client_of, sales, customer, riyadh
):
    other = make_customer(riyadh, sales)
    note = Note.objects.create(customer=other, author=sales, text="x")
    assert client_of(sales).post(at("note_delete", customer, note.pk)).status_code == 404


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("٠٥٠ ٧٧٧ ٨٨٩٩", "phone", "+966507778899"),
        ("00201001234567", "phone", "+201001234567"),
        ("Sara@Example.COM", "email", "sara@example.com"),
    ],
)
def test_a_contact_is_added_in_any_writing(client_of, sales, customer, written, kind, value):
    answer = client_of(sales).post(at("point_add", customer), {"value": written})
    assert answer.status_code == 204
    assert customer.points.filter(kind=kind, value=value, is_primary=False).exists()


@pytest.mark.parametrize("written", ["12", "hello", "a@b", "05512", "0551234567, 0501112223", ""])
def test_what_is_no_contact_is_refused_in_words(client_of, sales, customer, written):
    answer = client_of(sales).post(at("point_add", customer), {"value": written})
    assert answer.status_code == 422
    assert customer.points.count() == 2


def test_the_same_contact_twice_is_refused(client_of, sales, customer):
    answer = client_of(sales).post(at("point_add", customer), {"value": "0551234567"})
    assert answer.status_code == 422
    assert "already" in answer.content.decode()


def test_the_primary_contact_is_what_list_and_search_follow(client_of, sales, customer):
    client = client_of(sales)
    client.post(at("point_add", customer), {"value": "0507778899", "is_primary": "on"})
    customer.refresh_from_db()
    assert customer.phone == "+966507778899"

    point = customer.points.get(value="+966507778899")
    client.post(at("point_remove", customer, point.pk))
    customer.refresh_from_db()
    assert customer.phone == "+966551234567"
    assert "507778899" not in customer.search


def test_a_removed_contact_leaves_the_page_and_its_consents_stay_on_record(
    client_of, sales, customer
):
    point = customer.points.first()
    statement = Statement(purpose="marketing", is_granted=True, source="shop")
    record_consent(point, statement, actor=sales)
    answer = client_of(sales).post(at("point_remove", customer, point.pk))
    assert "toast" in answer["HX-Trigger"]
    assert point.pk not in [shown["pk"] for shown in answer.context["points"]]
    assert len(answer.context["points"]) == 1
    assert Consent.objects.get().point == point


def test_the_newest_consent_counts_and_the_older_ones_stay(client_of, sales, customer):
    client, point = client_of(sales), customer.points.first()
    entry = {"point": point.pk, "purpose": "marketing", "source": "phone call"}
    client.post(at("consent_record", customer), {**entry, "is_granted": "yes"})
    client.post(at("consent_record", customer), {**entry, "is_granted": "no", "evidence": "STOP"})

    shown = client.get(at("consents", customer)).context["consents"]

    assert [line["consent"].is_granted for line in shown] == [False]
    assert Consent.objects.count() == 2
    verbs = Activity.objects.about(customer).values_list("verb", flat=True)[:2]
    assert list(verbs) == ["consent.withdrawn", "consent.granted"]


def test_a_consent_for_another_customers_contact_is_refused(client_of, sales, customer, riyadh):
    point = make_customer(riyadh, sales, phones=("+966501112223",)).points.first()
    entry = {"point": point.pk, "purpose": "marketing", "source": "x", "is_granted": "yes"}
    assert client_of(sales).post(at("consent_record", customer), entry).status_code == 422
    assert not Consent.objects.exists()


def test_the_timeline_is_read_page_by_page(client_of, sales, customer):
    add_to_timeline(
        TimelineLine(customer_id=customer.pk, kind="message.in", source=f"m:{n}", text=f"t{n}")
        for n in range(60)
    )
    client, seen, url = client_of(sales), [], at("timeline", customer)
    while url:
        context = client.get(url).context
        seen += [line["entry"].text for line in context["entries"]]
        url = context["next_url"]
    assert sorted(seen) == sorted(f"t{n}" for n in range(60))
    assert client.get(at("timeline", customer), {"after": "garbage"}).status_code == 200


def test_possible_duplicates_are_shown_with_their_reasons(client_of, sales, riyadh):
    known = make_customer(riyadh, sales, name="محمد علي حسن", phones=("+966551234567",))
    other = make_customer(riyadh, sales, name="Mohamed Aly Hassan")
    page = client_of(sales).get(at("duplicates", other))
    assert [one.customer for one in page.context["candidates"]] == [known]
    assert page.context["candidates"][0].words
