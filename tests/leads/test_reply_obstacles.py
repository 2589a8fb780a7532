"""Who cannot be written to gets no answer from a lead's page: refused at once, or stopped later."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Notification
from customers.models import Consent
from customers.services import Statement, record_consent
from leads.models import Lead
from messaging.models import Channel, Conversation, Message
from messaging.words import reason_label
from tests import factories
from tests.smtp_server import MailServer, mail_server

__all__ = ["mail_server"]
pytestmark = pytest.mark.django_db
PHONE, MAIL = "+966507712245", "noura@home.example"


@pytest.fixture(params=["whatsapp", "email"])
def lead(request: Any, riyadh: Any, sales: Any, team: Any, mail_server: MailServer) -> Lead:
    """A lead of a known customer who wrote just now."""
    channel = factories.make_channel(
        riyadh, request.param, external_id="77", address="sales@nasma.example"
    )
    person = {"phone": PHONE} if request.param == "whatsapp" else {"phone": "", "email": MAIL}
    factories.make_lead(channel, **person)
    customer = factories.make_customer(riyadh, sales, phones=(PHONE,), emails=(MAIL,))
    Lead.objects.update(customer=customer, owner=sales)
    Conversation.objects.update(customer=customer, owner=sales)
    Message.objects.filter(direction="out").delete()  # the greeting
    return Lead.objects.get()


def channel_off(lead: Lead) -> None:
    Channel.objects.update(is_active=False)


def blocked(lead: Lead) -> None:
    assert lead.customer
    type(lead.customer).objects.update(status="blocked")


def removed(lead: Lead) -> None:
    assert lead.customer
    lead.customer.points.update(removed_at=timezone.now(), is_primary=False)


def withdrawn(lead: Lead) -> None:
    assert lead.customer
    for point in lead.customer.points.all():
        said = Statement(purpose=Consent.Purpose.TRANSACTIONAL, is_granted=False, source="phone")
        record_consent(point, said, actor=None)


def day_over(lead: Lead) -> None:
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))


def press(client: Any, lead: Lead, key: str = "k") -> Any:
    url = reverse("leads:reply", args=[lead.pk])
    return client.post(url, {"text": "حياك الله", "key": key}, HTTP_HX_REQUEST="true")


@pytest.mark.parametrize(
    ("stop", "said_at_once", "said_later"),
    [
        (channel_off, "switched off", "switched off"),
        (blocked, "is blocked", "was blocked"),
        (removed, "removed from the customer", "was removed"),
        (withdrawn, "withdrawn the consent", "withdrawn"),
        (day_over, "More than 24 hours", "More than 24 hours"),
    ],
)
def test_who_cannot_be_written_to_is_refused_at_the_form_and_stopped_before_it_leaves(
    lead: Lead, sales: Any, client_of: Any, run_jobs: Any, mail_server: MailServer,
    stop: Any, said_at_once: str, said_later: str,
) -> None:  # fmt: skip
    sales.language = "en"
    sales.save()
    client, is_mail = client_of(sales), lead.channel == "email"
    if stop is day_over and is_mail:  # mails have no window
        stop(lead)
        assert press(client, lead).status_code == 200
        return
    assert press(client, lead).status_code == 200
    stop(lead)
    run_jobs()  # it was queued in time, and does not leave
    message = Message.objects.get(direction="out")
    assert (message.status, mail_server.mails) == ("failed", [])
    with override("en"):
        assert said_later in reason_label(message.error, lead.channel)
    assert Notification.objects.get(kind="message.failed").user == sales

    assert press(client, lead).status_code == 200  # the same click again: nothing new
    answer = press(client, lead, "another")
    assert (answer.status_code, said_at_once in answer["HX-Trigger"]) == (409, True)
    assert said_at_once in client.get(lead.get_absolute_url()).content.decode()
    assert Message.objects.filter(direction="out").count() == 1
