"""What people do with a lead: once, in order, by those who may, and never over one another."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Activity, Notification
from accounts.roles import RoleCode
from customers.models import Customer
from leads.errors import (
    CannotTakeLeads,
    LeadChangedMeanwhile,
    LeadIsClosed,
    OpenLeadExists,
    SnoozeInThePast,
)
from leads.models import DuplicateSuggestion, Lead
from leads.services import (
    accept_lead,
    assign_lead,
    convert_lead,
    correct_field,
    dismiss_duplicate,
    link_duplicate,
    reject_lead,
    reopen_lead,
    snooze_lead,
    take_in,
    wake_snoozed_leads,
)
from leads.services.corrections import accept_field, add_field
from leads.services.work import qualify_lead
from tests import factories

TEXT = "معكم أبو راكان من مؤسسة الأفق، أحتاج تكييف في الرياض. ايميلي rakan@home.example"


def soon() -> Any:
    return timezone.now() + timedelta(hours=2)


STEPS: dict[str, Any] = {
    "accept": lambda lead, actor: accept_lead(lead, actor=actor),
    "qualify": lambda lead, actor: qualify_lead(lead, actor=actor),
    "assign": lambda lead, actor: assign_lead(lead, to=actor, actor=actor),
    "snooze": lambda lead, actor: snooze_lead(lead, until=soon(), actor=actor),
    "reject": lambda lead, actor: reject_lead(lead, reason="spam", actor=actor),
    "convert": lambda lead, actor: convert_lead(lead, actor=actor),
}
every_step = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)


@pytest.fixture
def lead(whatsapp: Any, team: Any, sales: Any) -> Lead:
    return factories.make_lead(whatsapp, TEXT, phone="+966507712245", name="أبو راكان")


def fresh(lead: Lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def entries(lead: Lead, verb: str) -> int:
    return int(Activity.objects.about(lead).filter(verb=verb).count())


# Every step


@every_step
def test_a_step_on_an_old_version_is_refused_and_leaves_nothing(
    lead: Lead, supervisor: Any, step: Any
) -> None:
    stale = fresh(lead)
    Lead.objects.filter(pk=lead.pk).update(version=7)
    before = Activity.objects.count(), Customer.objects.count()
    with pytest.raises(LeadChangedMeanwhile):
        step(stale, supervisor)
    assert (Activity.objects.count(), Customer.objects.count()) == before
    assert fresh(lead).owner == lead.owner
    assert lead.conversation is not None
    lead.conversation.refresh_from_db()
    assert lead.conversation.owner == lead.owner


@every_step
def test_a_step_moves_the_version_and_logs_before_and_after(
    lead: Lead, supervisor: Any, step: Any
) -> None:
    before = fresh(lead)
    step(lead, supervisor)
    now = fresh(lead)
    assert now.version == before.version + 1
    logged = Activity.objects.about(lead).filter(actor=supervisor).latest("pk")
    name, (was, became) = next(iter(logged.changes.items()))
    assert was == _shown(getattr(before, name))
    assert became == _shown(getattr(now, name))


def _shown(value: Any) -> Any:
    return value if isinstance(value, str | None) else str(value)


@pytest.mark.parametrize("name", ["accept", "qualify", "assign", "snooze"])
@pytest.mark.parametrize("end", ["reject", "convert"])
def test_a_closed_lead_takes_no_further_step(lead: Lead, sales: Any, name: str, end: str) -> None:
    STEPS[end](lead, sales)
    with pytest.raises(LeadIsClosed):
        STEPS[name](lead, sales)


def test_a_converted_lead_can_be_neither_rejected_nor_reopened(lead: Lead, sales: Any) -> None:
    convert_lead(lead, actor=sales)
    for step in (
        lambda: reject_lead(lead, reason="spam", actor=sales),
        lambda: reopen_lead(lead, actor=sales),
    ):
        with pytest.raises(LeadIsClosed):
            step()


@pytest.mark.parametrize("name", ["accept", "qualify", "assign", "reject", "convert"])
def test_twice_is_once(lead: Lead, supervisor: Any, name: str) -> None:
    STEPS[name](lead, supervisor)
    known = Activity.objects.count(), fresh(lead).version, Customer.objects.count()
    STEPS[name](fresh(lead), supervisor)
    assert (Activity.objects.count(), fresh(lead).version, Customer.objects.count()) == known


# Accept, assign


def test_accepting_what_nobody_has_makes_it_one_s_own(whatsapp: Any, sales: Any) -> None:
    lead = factories.make_lead(whatsapp)
    accept_lead(lead, actor=sales)
    lead.refresh_from_db()
    assert (lead.owner, lead.status) == (sales, Lead.Status.ACCEPTED)
    assert lead.accepted_at is not None
    assert lead.conversation is not None
    assert lead.conversation.owner == sales


def test_accepting_a_colleague_s_lead_leaves_it_with_the_colleague(
    lead: Lead, sales: Any, supervisor: Any
) -> None:
    accept_lead(lead, actor=supervisor)
    assert fresh(lead).owner == sales


def test_the_colleague_who_gets_a_lead_is_told_once_with_the_reason_kept(
    lead: Lead, supervisor: Any, colleague: Any
) -> None:
    assign_lead(lead, to=colleague, actor=supervisor)
    assign_lead(fresh(lead), to=colleague, actor=supervisor)
    assert Notification.objects.filter(user=colleague, kind="lead.assigned").count() == 1
    decision = lead.decisions.latest("pk")
    assert (decision.rule_name, decision.person, decision.decided_by) == (
        "by hand", colleague, supervisor,
    )  # fmt: skip
    assert lead.conversation is not None
    lead.conversation.refresh_from_db()
    assert lead.conversation.owner == colleague


def test_who_takes_a_lead_over_is_not_told_of_it(lead: Lead, supervisor: Any) -> None:
    assign_lead(lead, to=supervisor, actor=supervisor)
    assert not Notification.objects.filter(user=supervisor).exists()


@pytest.mark.parametrize("who", ["other branch", "left", "robot", "no right"])
def test_a_colleague_who_cannot_work_on_it_is_refused(
    lead: Lead, supervisor: Any, sales_b: Any, colleague: Any, integrator: Any, who: str
) -> None:
    support = factories.make_user(RoleCode.SUPPORT, lead.branch)
    colleague.is_active = False
    people = {
        "other branch": sales_b, "left": colleague, "robot": integrator, "no right": support,
    }  # fmt: skip
    with pytest.raises(CannotTakeLeads):
        assign_lead(lead, to=people[who], actor=supervisor)
    assert fresh(lead).owner == lead.owner


def test_a_company_wide_manager_may_take_any_branch_s_lead(lead: Lead, manager: Any) -> None:
    assert assign_lead(lead, to=manager, actor=manager).owner == manager


# Snooze


def test_a_snoozed_lead_comes_back_when_its_time_has_come(lead: Lead, sales: Any) -> None:
    snooze_lead(lead, until=soon(), actor=sales)
    assert wake_snoozed_leads() == 0
    Lead.objects.filter(pk=lead.pk).update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert wake_snoozed_leads() == 1
    assert wake_snoozed_leads() == 0

    woken = fresh(lead)
    assert (woken.status, woken.snoozed_until) == (Lead.Status.NEW, None)
    assert Notification.objects.filter(user=sales, kind="lead.woken").count() == 1
    entry = Activity.objects.about(lead).get(verb="lead.woken")
    assert entry.actor is None
    assert entry.reason["rule"] == "lead.woken"


def test_a_lead_that_was_in_work_wakes_in_work(lead: Lead, sales: Any) -> None:
    accept_lead(lead, actor=sales)
    snooze_lead(lead, until=soon(), actor=sales)
    Lead.objects.filter(pk=lead.pk).update(snoozed_until=timezone.now() - timedelta(seconds=1))
    wake_snoozed_leads()
    assert fresh(lead).status == Lead.Status.ACCEPTED


@pytest.mark.parametrize("away", [timedelta(seconds=-1), timedelta(days=367)])
def test_a_snooze_into_the_past_or_beyond_a_year_is_refused(
    lead: Lead, sales: Any, away: timedelta
) -> None:
    with pytest.raises(SnoozeInThePast):
        snooze_lead(lead, until=timezone.now() + away, actor=sales)


def test_a_message_of_a_snoozed_lead_joins_it_and_tells_the_owner(
    lead: Lead, sales: Any, whatsapp: Any
) -> None:
    snooze_lead(lead, until=soon(), actor=sales)
    message = factories.make_message(whatsapp, "هل من جديد؟", phone="+966507712245")
    take_in([message.pk])
    assert lead.log.filter(message=message).exists()
    assert Notification.objects.filter(user=sales, kind="lead.message").count() == 1


# Reject, reopen


def test_a_rejected_lead_keeps_the_reason_and_can_be_reopened(lead: Lead, sales: Any) -> None:
    reject_lead(lead, reason="too_expensive", actor=sales)
    closed = fresh(lead)
    assert (closed.status, closed.close_reason) == (Lead.Status.REJECTED, "too_expensive")
    assert closed.closed_at is not None
    reopen_lead(closed, actor=sales)
    again = fresh(lead)
    assert (again.status, again.close_reason, again.closed_at) == (Lead.Status.NEW, "", None)
    assert entries(lead, "lead.reopened") == 1


def test_reopening_an_open_new_lead_does_nothing(lead: Lead, sales: Any) -> None:
    reopen_lead(lead, actor=sales)
    assert entries(lead, "lead.reopened") == 0


def test_a_lead_whose_conversation_has_a_newer_open_one_stays_closed(
    lead: Lead, sales: Any, whatsapp: Any
) -> None:
    reject_lead(lead, reason="no_answer", actor=sales)
    factories.make_lead(whatsapp, phone="+966507712245")
    with pytest.raises(OpenLeadExists):
        reopen_lead(fresh(lead), actor=sales)
    assert fresh(lead).status == Lead.Status.REJECTED


# Convert


def test_a_converted_lead_is_a_customer_with_contacts_conversation_and_history(
    lead: Lead, sales: Any, whatsapp: Any
) -> None:
    take_in([factories.make_message(whatsapp, "متى تجون؟", phone="+966507712245").pk])
    customer = convert_lead(fresh(lead), actor=sales)

    assert (customer.name, customer.branch, customer.owner) == ("أبو راكان", lead.branch, sales)
    assert customer.source == "whatsapp"
    assert set(customer.points.values_list("kind", "value", "is_primary")) == {
        ("phone", "+966507712245", True), ("email", "rakan@home.example", True),
    }  # fmt: skip
    kinds = list(customer.timeline.order_by("at", "pk").values_list("kind", flat=True))
    assert kinds == ["message.in", "message.in", "lead.converted"]
    done = fresh(lead)
    assert (done.status, done.customer) == (Lead.Status.CONVERTED, customer)
    assert done.conversation is not None
    assert done.conversation.customer == customer


def test_a_lead_of_a_known_customer_adds_no_second_one(
    whatsapp: Any, team: Any, sales: Any
) -> None:
    known = factories.make_customer(whatsapp.branch, sales, phones=("+966507712245",))
    lead = factories.make_lead(whatsapp, phone="+966507712245")
    assert convert_lead(lead, actor=sales) == known
    assert Customer.objects.get() == known
    assert known.timeline.filter(kind="message.in").count() == 1  # told at intake, not again


def test_a_company_without_a_person_becomes_a_company(whatsapp: Any, team: Any, sales: Any) -> None:
    lead = factories.make_lead(whatsapp)
    Lead.objects.filter(pk=lead.pk).update(name="", company="مؤسسة الأفق")
    customer = convert_lead(fresh(lead), actor=sales)
    assert (customer.kind, customer.name, customer.company) == ("company", "مؤسسة الأفق", "")


def test_a_lead_with_nothing_but_a_very_long_address_becomes_a_customer(
    riyadh: Any, team: Any, sales: Any
) -> None:
    address = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example"
    lead = factories.make_lead(factories.make_channel(riyadh, "email"), phone="", email=address)
    customer = convert_lead(lead, actor=sales)
    assert customer.email == address
    assert len(customer.name) == 200


def test_the_next_message_of_a_converted_person_is_a_lead_of_the_customer(
    lead: Lead, sales: Any, whatsapp: Any
) -> None:
    customer = convert_lead(lead, actor=sales)
    later = factories.make_lead(whatsapp, phone="+966507712245")
    assert (later.customer, later.owner) == (customer, sales)
    assert later != lead


def test_a_person_who_became_a_customer_meanwhile_is_not_made_one_twice(
    lead: Lead, sales: Any, whatsapp: Any
) -> None:
    known = factories.make_customer(whatsapp.branch, sales, phones=("+966507712245",))
    assert convert_lead(fresh(lead), actor=sales) == known
    assert Customer.objects.get() == known


def test_a_double_click_that_read_the_lead_before_makes_one_customer(
    lead: Lead, sales: Any
) -> None:
    first, second = fresh(lead), fresh(lead)
    assert convert_lead(first, actor=sales) == convert_lead(second, actor=sales)
    assert Customer.objects.count() == 1


def test_a_customer_of_another_branch_is_not_taken_for_the_person(
    lead: Lead, sales: Any, jeddah: Any
) -> None:
    elsewhere = factories.make_customer(jeddah, phones=("+966507712245",))
    assert convert_lead(fresh(lead), actor=sales) != elsewhere


# Duplicates


@pytest.fixture
def suggested(lead: Lead, sales: Any) -> Any:
    other = factories.make_customer(lead.branch, sales, name="أبو راكان الثاني")
    return DuplicateSuggestion.objects.create(lead=lead, customer=other, score=0.9, reasons=[])


def test_a_linked_duplicate_is_logged_with_the_customer_before_and_after(
    lead: Lead, sales: Any, suggested: Any
) -> None:
    link_duplicate(suggested, actor=sales)
    entry = Activity.objects.about(lead).get(verb="lead.duplicate_linked")
    assert entry.changes["customer"] == [None, suggested.customer.code]
    assert fresh(lead).customer == suggested.customer


def test_a_converted_lead_stays_with_the_customer_it_became(
    lead: Lead, sales: Any, suggested: Any
) -> None:
    became = convert_lead(fresh(lead), actor=sales)
    with pytest.raises(LeadIsClosed):
        link_duplicate(DuplicateSuggestion.objects.get(), actor=sales)
    assert fresh(lead).customer == became


def test_a_decided_duplicate_is_not_decided_again(lead: Lead, sales: Any, suggested: Any) -> None:
    stale = DuplicateSuggestion.objects.get()
    link_duplicate(suggested, actor=sales)
    with pytest.raises(LeadChangedMeanwhile):
        dismiss_duplicate(stale, actor=sales)
    assert DuplicateSuggestion.objects.get().state == DuplicateSuggestion.State.LINKED


# What was read


def test_the_details_of_a_closed_lead_stay_as_they_are(lead: Lead, sales: Any) -> None:
    field = lead.fields.get(name="city")
    convert_lead(fresh(lead), actor=sales)
    for step in (
        lambda: accept_field(field, actor=sales),
        lambda: correct_field(field, text="Jeddah", actor=sales),
        lambda: add_field(fresh(lead), name="specs", text="5 HP", actor=sales),
    ):
        with pytest.raises(LeadIsClosed):
            step()
    assert fresh(lead).city == "Riyadh"
