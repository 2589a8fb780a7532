"""A role that sees contacts masked finds no number or address on any page of a lead."""

from typing import Any

import pytest

from leads.models import ExtractedField, Lead
from leads.search import find_leads
from tests import factories

HX = {"HTTP_HX_REQUEST": "true"}
PHONE = "+966507712245"
LOCAL = "507712245"


@pytest.fixture
def lead(whatsapp: Any, team: Any) -> Lead:
    """Somebody without a name, who is called by the number."""
    return factories.make_lead(whatsapp, "أحتاج تكييف سبليت", phone=PHONE)


@pytest.fixture
def masked(sales: Any) -> Any:
    sales.role.hidden_fields = {"customers.phone": "masked", "customers.email": "masked"}
    sales.role.save()
    return sales


def digits(body: str) -> str:
    return "".join(letter for letter in body if letter.isdecimal())


@pytest.mark.parametrize(
    "path",
    [
        "/leads/", "/leads/?queue=all", "/leads/{pk}/", "/leads/board/", "/leads/home/newest/",
        "/leads/home/mine/",
    ],
)  # fmt: skip
def test_no_page_shows_the_number(client_of: Any, lead: Lead, masked: Any, path: str) -> None:
    body = client_of(masked).get(path.format(pk=lead.pk)).content.decode()
    assert lead.get_absolute_url() in body
    assert LOCAL not in digits(body)


def test_the_form_of_a_phone_does_not_hold_it(client_of: Any, lead: Lead, masked: Any) -> None:
    field = ExtractedField.objects.get(lead=lead, name="phone")
    body = client_of(masked).get(f"/leads/fields/{field.pk}/edit/", **HX).content.decode()
    assert "<form" in body
    assert LOCAL not in digits(body)


def test_the_link_to_call_is_not_there_when_the_window_is_closed(
    client_of: Any, lead: Lead, masked: Any
) -> None:
    assert lead.conversation is not None
    lead.conversation.last_inbound_at = None
    lead.conversation.save()
    body = client_of(masked).get(lead.get_absolute_url(), **HX).content.decode()
    assert "tel:" not in body
    assert LOCAL not in digits(body)


def test_the_palette_and_the_customers_panel_do_not_show_it(
    client_of: Any, lead: Lead, masked: Any, riyadh: Any
) -> None:
    (hit,) = find_leads(masked, lead.code)
    assert LOCAL not in digits(hit.label)
    customer = factories.make_customer(riyadh, masked, phones=(PHONE,))
    Lead.objects.filter(pk=lead.pk).update(customer=customer)
    body = client_of(masked).get(f"/leads/customer/{customer.pk}/").content.decode()
    assert lead.get_absolute_url() in body
    assert LOCAL not in digits(body)


def test_a_suggested_duplicate_without_a_name_is_masked_too(
    client_of: Any, lead: Lead, masked: Any, whatsapp: Any
) -> None:
    from leads.models import DuplicateSuggestion

    other = factories.make_lead(whatsapp, "سعر السبليت؟", phone="+966551112233")
    DuplicateSuggestion.objects.create(lead=lead, other_lead=other, score=0.9, reasons=[])
    body = client_of(masked).get(lead.get_absolute_url(), **HX).content.decode()
    assert other.code in body
    assert "551112233" not in digits(body)


def test_who_sees_contacts_still_finds_people_by_their_number(
    client_of: Any, lead: Lead, sales: Any
) -> None:
    body = client_of(sales).get("/leads/").content.decode()
    assert PHONE in body


def found_by(words: str, *, person: Any, client: Any, api: Any) -> set[tuple[str, ...]]:
    """What each door that searches leads finds: the list, the API, the palette."""
    page = client.get("/leads/", {"search": words, "queue": "all"}, **HX).context["page"].rows
    answer = api.get("/api/v1/leads/", {"search": words}).json()["results"]
    return {
        tuple(row.code for row in page),
        tuple(row["code"] for row in answer),
        tuple(hit.sublabel.split(" ")[0] for hit in find_leads(person, words)),
    }


def test_who_sees_contacts_masked_finds_a_lead_by_a_whole_one_only(
    client_of: Any, api_of: Any, lead: Lead, masked: Any
) -> None:
    Lead.objects.filter(pk=lead.pk).update(email="rakan@example.com", owner=masked, name="راكان")
    doors = {"person": masked, "client": client_of(masked), "api": api_of(masked)}
    for part in ("0507", "245", "507712", "+96650771224", "rakan@", "rakan", "example.com"):
        assert found_by(part, **doors) == {()}, part
    for known in ("0507712245", "٠٥٠ ٧٧١ ٢٢٤٥", PHONE, "Rakan@example.com ", "راكان سبليت"):
        assert found_by(known, **doors) == {(lead.code,)}, known
    masked.role.hidden_fields = {"customers.phone": "hidden", "customers.email": "hidden"}
    masked.role.save()
    for known in (PHONE, "rakan@example.com"):
        assert found_by(known, **doors) == {()}, known
