"""Who is who: exact joins within a branch, near is suggested, nothing merges by itself."""

from typing import Any

import pytest

from accounts.models import Activity
from customers.models import Customer
from leads.models import DuplicateSuggestion, Lead
from leads.services import dismiss_duplicate, link_duplicate, reject_lead, take_in
from messaging.models import Conversation
from tests import factories

TEXT = "أحتاج تكييف سبليت للصالة في الرياض"


@pytest.fixture
def mails(riyadh: Any) -> Any:
    return factories.make_channel(riyadh, "email")


def mail_from(mails: Any, email: str, text: str = TEXT, name: str = "") -> Lead:
    return factories.make_lead(mails, text, phone="", email=email, name=name)


# What is exact is joined or linked


@pytest.mark.parametrize(
    "written", ["0507712245", "٠٥٠٧٧١٢٢٤٥", "+966 50 771 2245", "00966507712245", "050-771-2245"]
)
def test_the_same_phone_in_any_writing_joins_the_open_lead(
    whatsapp: Any, mails: Any, team: Any, written: str
) -> None:
    known = factories.make_lead(whatsapp, phone="+966507712245")
    joined = mail_from(mails, "rakan@home.example", f"{TEXT} جوالي {written}")
    assert joined == known
    assert known.stages.filter(stage="deduplicate").latest("pk").result["joined_by"] == "phone"


def test_the_same_e_mail_joins_the_open_lead(whatsapp: Any, mails: Any, team: Any) -> None:
    known = mail_from(mails, "rakan@home.example")
    joined = factories.make_lead(whatsapp, f"{TEXT} ايميلي Rakan@Home.example")
    assert joined == known


def test_a_closed_lead_is_not_joined(whatsapp: Any, mails: Any, team: Any, sales: Any) -> None:
    known = factories.make_lead(whatsapp, phone="+966507712245")
    reject_lead(known, reason="no_answer", actor=sales)
    assert mail_from(mails, "rakan@home.example", f"{TEXT} جوالي 0507712245") != known


def test_an_open_lead_of_another_branch_is_neither_joined_nor_named(
    whatsapp: Any, whatsapp_b: Any, team: Any
) -> None:
    theirs = factories.make_lead(whatsapp_b, phone="+966507712245", name="Abdullah Al Harbi")
    ours = factories.make_lead(whatsapp, phone="+966507712245", name="عبدالله الحربي")
    assert ours != theirs
    assert ours.branch == whatsapp.branch
    assert not DuplicateSuggestion.objects.exists()


def test_a_customer_of_another_branch_is_neither_linked_nor_named(
    whatsapp: Any, jeddah: Any, sales_b: Any, team: Any
) -> None:
    factories.make_customer(jeddah, sales_b, name="Abdullah Al Harbi", phones=("+966507712245",))
    lead = factories.make_lead(whatsapp, phone="+966507712245", name="عبدالله الحربي")
    assert lead.customer is None
    assert not DuplicateSuggestion.objects.exists()
    assert lead.stages.get(stage="deduplicate").result["customer"] is None


def test_writing_down_somebody_s_number_does_not_open_that_person_s_lead(
    whatsapp: Any, team: Any, riyadh: Any, sales: Any
) -> None:
    victim = factories.make_lead(whatsapp, phone="+966507712245")
    customer = factories.make_customer(riyadh, sales, phones=("+966507712246",))
    other = factories.make_lead(
        whatsapp, f"{TEXT} رقمي 0507712245 أو 0507712246", phone="+966551110000"
    )
    assert other != victim
    assert other.customer is None
    assert Conversation.objects.get(phone="+966551110000").customer != customer


def test_of_customers_with_one_phone_the_oldest_that_is_not_archived_is_linked(
    whatsapp: Any, team: Any, riyadh: Any, sales: Any
) -> None:
    archived, oldest, _newest = (
        factories.make_customer(riyadh, sales, phones=("+966507712245",)) for _one in range(3)
    )
    Customer.objects.filter(pk=archived.pk).update(archived_at=archived.created_at)
    assert factories.make_lead(whatsapp, phone="+966507712245").customer == oldest


def test_a_customer_is_linked_by_the_conversation_from_the_second_lead_on(
    whatsapp: Any, team: Any, riyadh: Any, sales: Any
) -> None:
    customer = factories.make_customer(riyadh, sales)
    first = factories.make_lead(whatsapp, phone="+966507712245")
    Conversation.objects.filter(leads=first).update(customer=customer)
    reject_lead(first, reason="no_answer", actor=sales)
    second = factories.make_lead(whatsapp, phone="+966507712245")
    assert second.customer == customer
    assert second.stages.get(stage="deduplicate").result["linked_by"] == "conversation"


def test_two_new_people_with_one_phone_in_one_batch_are_one_lead(
    whatsapp: Any, mails: Any, team: Any
) -> None:
    first = factories.make_message(mails, f"{TEXT} 0507712245", phone="", email="a@home.example")
    second = factories.make_message(mails, f"{TEXT} 0507712245", phone="", email="b@home.example")
    third = factories.make_message(mails, f"{TEXT} 0507712249", phone="", email="c@home.example")
    take_in([first.pk, second.pk, third.pk])
    assert sorted(lead.log.count() for lead in Lead.objects.all()) == [1, 2]


# What is near is suggested


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("Mohamed Aly", "محمد علي"),
        ("عبدالله الحربي", "Abdullah Al-Harbi"),
        ("محمد علي", "محمّد عَلي"),
    ],
)
def test_a_customer_whose_name_is_alike_in_another_script_is_suggested_with_reasons(
    whatsapp: Any, team: Any, riyadh: Any, sales: Any, known: str, written: str
) -> None:
    customer = factories.make_customer(riyadh, sales, name=known)
    lead = factories.make_lead(whatsapp, name=written)
    suggestion = DuplicateSuggestion.objects.get(lead=lead)
    assert suggestion.customer == customer
    assert suggestion.state == DuplicateSuggestion.State.OPEN
    assert 0.8 <= suggestion.score <= 1
    assert suggestion.reasons
    assert lead.customer is None  # only a person joins them
    assert Activity.objects.about(lead).filter(verb="lead.duplicate_suggested").exists()


def test_an_open_lead_with_a_name_alike_is_suggested_not_joined(whatsapp: Any, team: Any) -> None:
    first = factories.make_lead(whatsapp, name="Mohamed Aly Hassan")
    second = factories.make_lead(whatsapp, name="محمد علي حسن")
    assert first != second
    assert DuplicateSuggestion.objects.get(lead=second).other_lead == first


def test_another_name_is_not_suggested(whatsapp: Any, team: Any, riyadh: Any, sales: Any) -> None:
    factories.make_customer(riyadh, sales, name="خالد السبيعي")
    factories.make_lead(whatsapp, name="محمد علي")
    assert not DuplicateSuggestion.objects.exists()


def test_an_archived_customer_is_not_suggested(
    whatsapp: Any, team: Any, riyadh: Any, sales: Any
) -> None:
    customer = factories.make_customer(riyadh, sales, name="محمد علي")
    Customer.objects.filter(pk=customer.pk).update(archived_at=customer.created_at)
    factories.make_lead(whatsapp, name="محمد علي")
    assert not DuplicateSuggestion.objects.exists()


def test_at_most_three_are_suggested_the_likeliest_first(
    whatsapp: Any, team: Any, riyadh: Any, sales: Any
) -> None:
    for _one in range(6):
        factories.make_customer(riyadh, sales, name="محمد علي حسن")
    lead = factories.make_lead(whatsapp, name="محمد علي حسن")
    scores = list(lead.duplicates.values_list("score", flat=True))
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


# A person decides


@pytest.fixture
def suggestion(whatsapp: Any, team: Any, riyadh: Any, sales: Any) -> DuplicateSuggestion:
    factories.make_customer(riyadh, sales, name="Mohamed Aly")
    lead = factories.make_lead(whatsapp, name="محمد علي")
    return DuplicateSuggestion.objects.get(lead=lead)


def test_a_confirmed_customer_gets_the_lead_the_conversation_and_its_history(
    suggestion: DuplicateSuggestion, sales: Any
) -> None:
    version = suggestion.lead.version
    link_duplicate(suggestion, actor=sales)
    lead = Lead.objects.get(pk=suggestion.lead_id)
    assert lead.customer == suggestion.customer
    assert lead.conversation is not None
    assert lead.conversation.customer == suggestion.customer
    assert lead.version == version + 1  # who looked before sees that something happened
    assert suggestion.customer is not None
    assert suggestion.customer.timeline.filter(kind="message.in").count() == 1


def test_confirming_twice_is_confirming_once(suggestion: DuplicateSuggestion, sales: Any) -> None:
    link_duplicate(suggestion, actor=sales)
    link_duplicate(suggestion, actor=sales)
    assert Activity.objects.filter(verb="lead.duplicate_linked").count() == 1


def test_a_dismissed_one_changes_nothing_but_itself(
    suggestion: DuplicateSuggestion, sales: Any
) -> None:
    for _twice in range(2):
        dismiss_duplicate(suggestion, actor=sales)
    assert Lead.objects.get(pk=suggestion.lead_id).customer is None
    assert Activity.objects.filter(verb="lead.duplicate_dismissed").count() == 1
