"""The first automatic reply respects what the person has said about being written to."""

import json
from typing import Any

import pytest

from customers.models import Consent
from customers.services.consents import Statement, record_consent
from leads.models import Lead
from messaging.models import Message
from tests import factories

PHONE = "+966507712245"
EMAIL = "rakan@home.example"


@pytest.fixture
def customer(whatsapp: Any, sales: Any, team: Any) -> Any:
    known = {"phones": (PHONE,), "emails": (EMAIL,)}
    return factories.make_customer(whatsapp.branch, sales, **known)


def say(customer: Any, kind: str, *, is_granted: bool, purpose: str = "transactional") -> Consent:
    point = customer.points.get(kind=kind)
    statement = Statement(purpose=purpose, is_granted=is_granted, source="a call")
    return record_consent(point, statement, actor=None)


def replies() -> int:
    return Message.objects.filter(direction=Message.Direction.OUT).count()


def test_who_withdrew_consent_to_be_written_to_gets_no_automatic_reply(
    customer: Any, whatsapp: Any
) -> None:
    say(customer, "phone", is_granted=False)
    factories.make_lead(whatsapp, phone=PHONE)
    assert (Lead.objects.count(), replies()) == (1, 0)


@pytest.mark.parametrize(
    "said",
    [
        [("phone", False, "transactional"), ("phone", True, "transactional")],  # the newest counts
        [("email", False, "transactional")],  # another way to reach them
        [("phone", False, "marketing")],  # this is no offer
    ],
)
def test_what_is_not_withdrawn_for_this_channel_is_answered(
    customer: Any, whatsapp: Any, said: list[tuple[str, bool, str]]
) -> None:
    for kind, is_granted, purpose in said:
        say(customer, kind, is_granted=is_granted, purpose=purpose)
    factories.make_lead(whatsapp, phone=PHONE)
    assert replies() == 1


@pytest.mark.parametrize(("consent", "expected"), [(False, 0), (True, 1), (None, 1)])
def test_a_form_that_says_no_to_being_contacted_gets_no_automatic_reply(
    client: Any, read: Any, riyadh: Any, team: Any, consent: bool | None, expected: int
) -> None:
    form = factories.make_form(riyadh)
    body = {"name": "منى", "email": EMAIL, "message": "أحتاج تكييف سبليت للصالة"}
    body |= {} if consent is None else {"consent": consent}
    address = f"/f/{form.key}/submit/"
    client.post(address, json.dumps(body), content_type="application/json")
    read()
    assert (Lead.objects.count(), replies()) == (1, expected)
