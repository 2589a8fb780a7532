"""What WhatsApp tells besides enquiries: answers from the phone app, and people's new numbers."""

import time
from typing import Any

import pytest

from accounts.models import Activity, Notification
from customers.models import Consent
from customers.services import Statement, record_consent
from leads.figures import intake_of_today
from leads.models import Lead
from messaging.models import Conversation, Message
from tests import factories
from tests.messaging.payloads import deliver, text_message, value_of, webhook

PERSON, NEW, NEWER = "966507712245", "966551239876", "966541110022"


def echo(kind: str = "text", to: str = PERSON, *, at: float | None = None) -> bytes:
    """What WhatsApp sends when somebody writes in the phone app."""
    number = next(factories.numbers)
    bodies = {"text": {"body": "تفضل، متى نزوركم؟"}, "reaction": {"emoji": "👍", "message_id": "x"}}
    message = {
        "from": "966500000000", "to": to, "id": f"wamid.echo{number}", "type": kind,
        "timestamp": str(int(at or time.time() + 1)), kind: bodies[kind],
    }  # fmt: skip
    return webhook(value_of(message_echoes=[message]), field="smb_message_echoes")


def moved(new: str = NEW, **system: Any) -> dict[str, Any]:
    """The notice of a changed number, from the old one."""
    body = {"type": "user_changed_number", "wa_id": new, "body": "changed", **system}
    return text_message(type="system", system=body, **{"from": PERSON})


@pytest.fixture
def enquiry(whatsapp: Any, team: Any, read: Any) -> Lead:
    deliver(webhook(value_of(text_message())))
    read()
    return Lead.objects.get()


def test_an_answer_from_the_phone_app_stops_the_clock_like_one_from_the_page(
    enquiry: Lead, sales: Any, read: Any, client_of: Any
) -> None:
    page = client_of(sales)
    assert "data-due" in page.get("/leads/").content.decode()
    deliver(echo())
    read()

    answer = Message.objects.get(kind="echo")
    enquiry.refresh_from_db()
    assert enquiry.first_reply_at == answer.sent_at
    assert answer.conversation_id == enquiry.conversation_id
    body = page.get(enquiry.get_absolute_url()).content.decode()
    assert "data-due" not in body
    assert "From the phone app" in body
    Lead.objects.update(reply_due_at=enquiry.received_at)  # long past
    assert intake_of_today(sales)["late"] == 0
    assert Activity.objects.filter(verb="lead.answered", object_id=enquiry.pk).count() == 1


def test_an_answer_told_before_its_enquiry_counts(whatsapp: Any, team: Any, read: Any) -> None:
    deliver(echo())
    read()
    deliver(webhook(value_of(text_message(timestamp=str(int(time.time()) - 60)))))
    read()
    assert Lead.objects.get().first_reply_at is not None


def test_an_answer_by_whatsapp_counts_for_the_same_number_that_wrote_by_a_form(
    riyadh: Any, whatsapp: Any, team: Any, read: Any
) -> None:
    form = factories.make_form(riyadh)
    lead = factories.make_lead(form.channel, "أحتاج تكييف، جوالي 0507712245", phone="")
    deliver(echo())
    read()
    lead.refresh_from_db()
    assert lead.first_reply_at is not None


@pytest.mark.parametrize(
    "told", [{"kind": "reaction"}, {"to": "966507710000"}, {"at": time.time() - 3600}]
)
def test_what_answers_nobody_who_waits_stops_no_clock(
    enquiry: Lead, read: Any, told: dict[str, Any]
) -> None:
    deliver(echo(**told))
    read()
    enquiry.refresh_from_db()
    assert enquiry.first_reply_at is None
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("is_one_webhook", [True, False])
def test_a_new_number_goes_on_in_the_same_conversation_and_lead(
    whatsapp: Any, team: Any, read: Any, is_one_webhook: bool
) -> None:
    told = [text_message(), moved(), text_message(text="وصلتكم؟", **{"from": NEW})]
    for group in [told] if is_one_webhook else [[one] for one in told]:
        deliver(webhook(value_of(*group)))
        read()

    conversation, lead = Conversation.objects.get(), Lead.objects.get()
    assert conversation.phone == f"+{NEW}"
    assert conversation.messages.exclude(is_automatic=True).count() == 3
    assert lead.log.count() == 2
    # suggested, not put in the place of the known one; a lead that opens later has the new one
    assert lead.phone == f"+{NEW if is_one_webhook else PERSON}"
    assert lead.fields.filter(name="phone", value=f"+{NEW}", state="suggested").exists()


def test_the_new_number_is_added_to_the_customer_and_can_be_taken_back(
    enquiry: Lead, riyadh: Any, sales: Any, read: Any, client_of: Any
) -> None:
    customer = factories.make_customer(riyadh, sales, phones=(f"+{PERSON}",))
    Conversation.objects.update(customer=customer, owner=sales)
    for _turn in range(2):  # the same notice comes twice
        deliver(webhook(value_of({**moved(), "id": "wamid.moved"})))
        read()

    points = {point.value: point for point in customer.points.in_use()}
    assert [point.is_primary for point in points.values()] == [True, False]
    assert points[f"+{NEW}"].has_whatsapp
    notice = Notification.objects.get(kind="conversation.number_changed")
    assert (notice.user, notice.subject) == (sales, customer.name)
    verbs = Activity.objects.filter(verb__in=["customer.point_added", "lead.number_changed"])
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "customer.point_added",
        "lead.number_changed",
    ]
    address = f"/customers/{customer.pk}/contacts/{points[f'+{NEW}'].pk}/remove/"
    assert client_of(sales).post(address, HTTP_HX_REQUEST="true").status_code < 400
    assert [point.value for point in customer.points.in_use()] == [f"+{PERSON}"]


def test_a_number_that_wrote_before_keeps_its_conversation_and_gets_the_customer(
    enquiry: Lead, riyadh: Any, sales: Any, read: Any
) -> None:
    deliver(webhook(value_of(text_message(**{"from": NEW}))))
    read()
    customer = factories.make_customer(riyadh, sales, phones=(f"+{PERSON}",))
    Conversation.objects.filter(phone=f"+{PERSON}").update(customer=customer)
    deliver(webhook(value_of(moved())))
    read()
    phones = set(Conversation.objects.values_list("phone", "customer"))
    assert phones == {(f"+{PERSON}", customer.pk), (f"+{NEW}", customer.pk)}


@pytest.mark.parametrize("new", ["NEW_PHONE_NUMBER_ID", "", "0", "9" * 400, PERSON])
def test_a_notice_without_a_usable_number_changes_nothing(
    enquiry: Lead, read: Any, new: str
) -> None:
    deliver(webhook(value_of(moved(new))))
    read()
    assert Conversation.objects.get().phone == f"+{PERSON}"
    assert not Activity.objects.filter(verb="conversation.number_changed").exists()


def test_who_gets_the_old_number_later_is_somebody_else(enquiry: Lead, read: Any) -> None:
    deliver(webhook(value_of(moved(user_id="SA.NEW"))))
    deliver(webhook(value_of(text_message(**{"from": NEW, "from_user_id": "SA.NEW"}))))
    somebody = {"from_user_id": "SA.ELSE", "timestamp": str(int(time.time()) + 2)}
    deliver(webhook(value_of(text_message(text="أحتاج عرض سعر", **somebody))))
    read()
    assert Conversation.objects.count() == 2
    moved_on = Conversation.objects.get(phone=f"+{NEW}")
    assert (moved_on.bsuid, moved_on.person) == ("SA.NEW", "bsuid:SA.NEW")


def test_a_number_of_another_customer_stays_theirs_alone(
    enquiry: Lead, riyadh: Any, sales: Any, colleague: Any, read: Any
) -> None:
    customer = factories.make_customer(riyadh, sales, phones=(f"+{PERSON}",))
    other = factories.make_customer(riyadh, colleague, phones=(f"+{NEW}",))
    Conversation.objects.update(customer=customer, owner=sales)
    deliver(webhook(value_of(moved())))
    read()
    assert [point.value for point in customer.points.in_use()] == [f"+{PERSON}"]
    assert [point.value for point in other.points.in_use()] == [f"+{NEW}"]
    notice = Notification.objects.get(kind="conversation.number_changed")
    assert (notice.user, notice.subject) == (sales, customer.name)  # a person decides


def test_who_wanted_no_messages_wants_none_at_the_new_number_either(
    enquiry: Lead, riyadh: Any, sales: Any, read: Any
) -> None:
    customer = factories.make_customer(riyadh, sales, phones=(f"+{PERSON}",))
    Conversation.objects.update(customer=customer, owner=sales)
    for purpose, is_granted in (("marketing", True), ("transactional", False)):
        said = Statement(purpose=purpose, is_granted=is_granted, source="phone")
        record_consent(customer.points.get(), said, actor=sales)
    deliver(webhook(value_of(moved())))
    read()
    entries = Consent.objects.filter(point__value=f"+{NEW}")
    assert list(entries.values_list("purpose", "is_granted")) == [("transactional", False)]
