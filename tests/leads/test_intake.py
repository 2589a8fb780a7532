"""From a message outside to one lead: once, by itself, with a reason for every step."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Activity, CompanySettings, Notification
from accounts.roles import RoleCode
from crm_project.kit.live import branch_group, user_group
from customers.models import Customer
from leads import tasks
from leads.models import Lead, LeadMessage, StageResult
from leads.services import intake, take_in
from leads.services.intake import BATCH
from leads.services.manual import NewLead, enter_lead
from leads.services.work import reject_lead, reopen_lead
from messaging.models import Conversation, Message, Signal
from messaging.services import retry_signal
from tests import factories
from tests.messaging.payloads import deliver, mail, status_of, text_message, value_of, webhook

TEXT = "السلام عليكم، معكم أبو راكان. أحتاج تكييف لخمس غرف في الرياض، الميزانية ٢٠ ألف ريال"
SPAM = (
    "مبروك! ربحت جائزة 1000000 دولار. اضغط الرابط فورا لاستلام الجائزة http://win.example/x "
    "Congratulations you won! Click here now, limited offer, SEO services, buy followers, casino"
)


def say(*messages: dict[str, Any], **more: Any) -> None:
    """People write, all in one webhook."""
    assert deliver(webhook(value_of(*messages, **more))).status_code == 200


def verbs(lead: Lead) -> list[str]:
    return list(Activity.objects.about(lead).order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What open pages are told: group and topic."""
    heard: list[tuple[str, str]] = []

    class Layer:
        async def group_send(self, group: str, message: dict[str, str]) -> None:
            heard.append((group, message["topic"]))

    monkeypatch.setattr("crm_project.kit.live.get_channel_layer", Layer)
    return heard


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Messages that say "poison" break the understanding until the cure is called."""
    healthy = intake.understand

    def understand(enquiry: Any, **known: Any) -> Any:
        if "poison" in enquiry.text:
            raise RuntimeError("this message breaks the understanding")
        return healthy(enquiry, **known)

    monkeypatch.setattr(intake, "understand", understand)
    return lambda: monkeypatch.setattr(intake, "understand", healthy)


# One conversation, one open lead


def test_a_first_message_opens_a_lead_that_is_understood_routed_and_told(
    whatsapp: Any, team: Any, sales: Any, read: Any
) -> None:
    say(text_message(text=TEXT))
    read()

    lead = Lead.objects.get()
    assert (lead.owner, lead.team, lead.branch) == (sales, team, whatsapp.branch)
    assert (lead.city, lead.product, lead.budget) == ("Riyadh", "hvac", Decimal(20_000))
    assert lead.phone == "+966507712245"
    assert lead.reply_due_at
    assert lead.reply_due_at > timezone.now()
    assert Notification.objects.get(user=sales).kind == "lead.assigned"
    assert Conversation.objects.get().owner == sales


def test_a_second_message_joins_the_open_lead_and_tells_its_owner(
    whatsapp: Any, team: Any, sales: Any, read: Any
) -> None:
    say(text_message(text="مرحبا"))
    read()
    say(text_message(text="أحتاج تكييف في جدة"))
    read()

    lead = Lead.objects.get()
    assert lead.log.count() == 2
    assert lead.log.filter(is_first=True).count() == 1
    kinds = Notification.objects.filter(user=sales).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["lead.assigned", "lead.message"]
    assert verbs(lead)[-1] == "lead.message_joined"


def test_a_further_message_fills_gaps_and_overwrites_nothing(
    whatsapp: Any, team: Any, read: Any
) -> None:
    say(text_message(text="أحتاج تكييف في جدة"))
    read()
    say(text_message(text="الموقع في الرياض، والميزانية ٢٠ ألف ريال. ايميلي sami@clinic.example"))
    read()

    lead = Lead.objects.get()
    assert lead.city == "Jeddah"
    assert (lead.budget, lead.currency) == (Decimal(20_000), "SAR")
    assert lead.email == "sami@clinic.example"


def test_two_messages_of_one_person_in_one_webhook_make_one_lead(
    whatsapp: Any, team: Any, read: Any
) -> None:
    say(text_message(text="مرحبا"), text_message(text="أحتاج تكييف"))
    read()
    assert Lead.objects.get().log.count() == 2


def test_one_person_on_two_channels_in_one_batch_makes_one_lead(whatsapp: Any, team: Any) -> None:
    mails = factories.make_channel(whatsapp.branch, "email")
    first = factories.make_message(whatsapp, "أحتاج تكييف", phone="+966507712245")
    second = factories.make_message(
        mails, "جوالي 0507712245 أحتاج تكييف", phone="", email="rakan@home.example"
    )
    take_in([first.pk, second.pk])
    assert Lead.objects.get().log.count() == 2


def test_the_same_delivery_twice_does_nothing(
    whatsapp: Any, team: Any, read: Any, queued: Any
) -> None:
    body = webhook(value_of(text_message("wamid.same", text=TEXT)))
    deliver(body)
    read()
    before = Activity.objects.count(), Notification.objects.count()
    deliver(body)
    deliver(webhook(value_of(text_message("wamid.same", text=TEXT), text_message("wamid.new"))))
    read()
    assert Lead.objects.count() == 1
    assert Message.objects.filter(direction="in").count() == 2
    assert Activity.objects.count() == before[0] + 1  # only the new message joined


def test_taking_a_message_in_twice_does_nothing(whatsapp: Any, team: Any) -> None:
    message = factories.make_message(whatsapp, TEXT)
    take_in([message.pk])
    known = Activity.objects.count(), Notification.objects.count(), StageResult.objects.count()
    take_in([message.pk, message.pk])
    assert LeadMessage.objects.count() == 1
    assert known == (
        Activity.objects.count(), Notification.objects.count(), StageResult.objects.count(),
    )  # fmt: skip


def test_after_the_lead_is_closed_a_message_opens_the_next_one(
    whatsapp: Any, team: Any, sales: Any, read: Any
) -> None:
    say(text_message(text=TEXT))
    read()
    reject_lead(Lead.objects.get(), reason="no_answer", actor=sales)
    say(text_message(text=TEXT))
    read()
    assert sorted(Lead.objects.values_list("status", flat=True)) == ["new", "rejected"]


def test_a_message_joins_a_lead_entered_by_hand_and_opens_its_conversation(
    whatsapp: Any, team: Any, supervisor: Any, read: Any
) -> None:
    entered = enter_lead(
        NewLead(branch=whatsapp.branch, channel="whatsapp", phone="+966507712245"),
        actor=supervisor,
    ).lead
    say(text_message(text=TEXT))
    read()
    say(text_message(text="هل من جديد؟"))
    read()
    lead = Lead.objects.get()
    assert lead == entered
    assert lead.conversation == Conversation.objects.get()
    assert lead.log.count() == 2


# Who wrote


def test_a_known_customer_is_linked_by_the_phone_the_channel_names(
    whatsapp: Any, team: Any, sales: Any, read: Any
) -> None:
    customer = factories.make_customer(whatsapp.branch, sales, phones=("+966507712245",))
    say(text_message(text=TEXT))
    read()
    lead = Lead.objects.get()
    assert lead.customer == customer
    assert Conversation.objects.get().customer == customer
    assert "lead.customer_linked" in verbs(lead)
    assert customer.timeline.get(kind="message.in").url == lead.get_absolute_url()


def test_a_known_customer_is_linked_by_e_mail_in_any_case(
    riyadh: Any, team: Any, sales: Any, read: Any
) -> None:
    factories.make_channel(riyadh, "email", external_id="sales@nasma.example")
    customer = factories.make_customer(riyadh, sales, emails=("Sami@Clinic.example",))
    keep_mail_and_read(mail(sender="Sami <SAMI@clinic.example>"), read)
    assert Lead.objects.get().customer == customer


def keep_mail_and_read(raw: bytes, read: Any) -> None:
    from messaging.services import keep_mail
    from messaging.tasks import drain_signals

    keep_mail(raw, mailbox="sales@nasma.example", reader=drain_signals)
    read()


@pytest.mark.parametrize(
    "sender",
    [
        {"from_user_id": "SA.13491208655302741918"},
        {"from_user_id": "SA.13491208655302741918", "username": "rakan.home"},
    ],
)
def test_a_sender_without_a_phone_gets_a_lead_and_keeps_the_conversation(
    whatsapp: Any, team: Any, read: Any, sender: dict[str, str]
) -> None:
    for text in (TEXT, "هل من جديد؟"):
        message = text_message(text=text, **sender)
        del message["from"]
        contact = {"profile": {"name": "أبو راكان"}, "user_id": sender["from_user_id"]}
        say(message, contacts=[contact])
        read()
    lead = Lead.objects.get()
    assert (lead.phone, lead.log.count()) == ("", 2)
    assert Conversation.objects.get().bsuid == sender["from_user_id"]


def test_a_person_known_by_phone_who_writes_with_a_user_id_stays_one_person(
    whatsapp: Any, team: Any, read: Any
) -> None:
    with_id = text_message(text="هل من جديد؟", from_user_id="SA.13491208655302741918")
    only_id = text_message(text="أنتظر الرد", from_user_id="SA.13491208655302741918")
    del only_id["from"]
    for message in (text_message(text=TEXT), with_id, only_id):
        say(message)
        read()
    assert Conversation.objects.count() == 1
    assert Lead.objects.get().log.count() == 3


def test_with_and_without_a_user_id_in_one_batch_is_one_person(
    whatsapp: Any, team: Any, read: Any
) -> None:
    say(text_message(text=TEXT), text_message(text="؟", from_user_id="SA.13491208655302741918"))
    read()
    assert Conversation.objects.get().bsuid == "SA.13491208655302741918"
    assert Lead.objects.get().log.count() == 2


# What opens no lead


@pytest.mark.parametrize(
    "message",
    [
        {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}},
        {"type": "edit", "edit": {"original_message_id": "wamid.x"}},
        {"type": "revoke", "revoke": {"original_message_id": "wamid.x"}},
        {"type": "system", "system": {"type": "user_changed_number", "body": "changed"}},
        {"group_id": "120363040"},
    ],
)
def test_what_is_no_enquiry_is_kept_and_opens_no_lead(
    whatsapp: Any, team: Any, read: Any, message: dict[str, Any]
) -> None:
    say(text_message("wamid.odd", **message))
    read()
    assert Message.objects.filter(provider_id="wamid.odd").exists()
    assert not Lead.objects.exists()
    assert not Notification.objects.exists()


def test_a_group_message_does_not_open_the_window_to_its_author(
    whatsapp: Any, team: Any, read: Any
) -> None:
    say(text_message(group_id="120363040"))
    read()
    assert Conversation.objects.get().last_inbound_at is None


def test_statuses_and_messages_in_one_webhook_are_both_taken(
    whatsapp: Any, team: Any, read: Any
) -> None:
    say(text_message(text=TEXT))
    read()
    sent = Message.objects.get(direction="out")
    say(text_message(text="شكرا"), statuses=[status_of(str(sent.provider_id), "delivered")])
    read()
    sent.refresh_from_db()
    assert sent.status == "delivered"
    assert Lead.objects.get().log.count() == 2


# What breaks


def test_a_message_that_breaks_the_intake_does_not_stop_the_others(
    whatsapp: Any, team: Any, read: Any, poison: Any
) -> None:
    say(
        text_message(text=TEXT, **{"from": "966507712241"}),
        text_message(text="poison", **{"from": "966507712242"}),
        text_message(text=TEXT, **{"from": "966507712243"}),
    )
    read()
    assert sorted(Lead.objects.values_list("phone", flat=True)) == [
        "+966507712241",
        "+966507712243",
    ]


def test_it_is_tried_again_without_holding_up_what_comes_later(
    whatsapp: Any, team: Any, poison: Any
) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    message = factories.make_message(whatsapp, "poison")
    tasks.open_leads_from_messages.func(message_ids=[message.pk])

    again = ProcrastinateJob.objects.get(task_name="leads.tasks.take_in_again")
    assert again.scheduled_at
    assert again.scheduled_at > timezone.now()
    assert again.lock is None  # a waiting job with the intake's lock would hold up all the others


def test_one_that_heals_in_between_gets_its_lead(
    whatsapp: Any, team: Any, poison: Any, run_jobs: Any
) -> None:
    message = factories.make_message(whatsapp, "poison")
    tasks.open_leads_from_messages.func(message_ids=[message.pk])
    poison()
    run_jobs()
    assert Lead.objects.get().log.get().message == message


def test_after_the_last_try_a_person_is_told_and_can_have_it_read_again(
    whatsapp: Any, team: Any, read: Any, poison: Any, manager: Any
) -> None:
    from messaging.tasks import drain_signals

    branch_manager = factories.make_user(RoleCode.BRANCH_MANAGER, whatsapp.branch)
    say(text_message(text="poison"))
    read()

    signal = Signal.objects.get()
    assert signal.status == Signal.Status.FAILED
    assert "breaks the understanding" in signal.error
    notices = Notification.objects.filter(kind="signal.failed").values_list("user", flat=True)
    assert set(notices) == {manager.pk, branch_manager.pk}
    assert Activity.objects.get(verb="signal.failed").reason["rule"] == "intake.retry"

    poison()
    retry_signal(signal, actor=manager, reader=drain_signals)
    read()
    signal.refresh_from_db()
    assert (signal.status, signal.error) == (Signal.Status.DONE, "")
    assert Lead.objects.get().log.count() == 1


def test_two_broken_messages_of_one_signal_are_told_once(
    whatsapp: Any, team: Any, read: Any, poison: Any, manager: Any
) -> None:
    say(text_message(text="poison one"), text_message(text="poison two"))
    read()
    assert Notification.objects.filter(kind="signal.failed", user=manager).count() == 1
    assert Activity.objects.filter(verb="signal.failed").count() == 1


# Spam


def test_spam_is_closed_by_itself_bothers_nobody_and_one_click_undoes_it(
    whatsapp: Any, team: Any, sales: Any, read: Any
) -> None:
    say(text_message(text=SPAM))
    read()
    lead = Lead.objects.get()
    assert (lead.status, lead.close_reason, lead.owner) == ("rejected", "spam", None)
    assert lead.spam_score >= intake.SPAM_CLOSES
    assert not Notification.objects.exists()
    assert not Message.objects.filter(direction="out").exists()
    assert Activity.objects.get(verb="lead.rejected").reason["rule"] == "spam"

    reopen_lead(lead, actor=sales)
    lead.refresh_from_db()
    assert (lead.status, lead.close_reason, lead.closed_at) == ("new", "", None)


# The first answer


def test_a_new_lead_is_greeted_with_its_number_in_its_language(
    whatsapp: Any, team: Any, read: Any
) -> None:
    say(text_message(text="Hello, I need a price for ten air conditioners in Riyadh"))
    read()
    lead, reply = Lead.objects.get(), Message.objects.get(direction="out")
    assert lead.code in reply.text
    assert reply.text.startswith("Thank you")
    assert reply.is_automatic
    assert "lead.greeted" in verbs(lead)


def test_a_conversation_is_greeted_once_a_day(
    whatsapp: Any, team: Any, sales: Any, read: Any
) -> None:
    for _lead in range(2):
        say(text_message(text=TEXT))
        read()
        reject_lead(Lead.objects.get(status="new"), reason="no_answer", actor=sales)
    assert Message.objects.filter(direction="out").count() == 1

    Message.objects.filter(direction="out").update(created_at=timezone.now() - timedelta(hours=25))
    say(text_message(text=TEXT))
    read()
    assert Message.objects.filter(direction="out").count() == 2


def test_a_message_older_than_the_window_is_not_greeted(
    whatsapp: Any, team: Any, read: Any
) -> None:
    written = int((timezone.now() - timedelta(hours=25)).timestamp())
    say(text_message(text=TEXT, timestamp=str(written)))
    read()
    assert Lead.objects.exists()
    assert not Message.objects.filter(direction="out").exists()


def test_a_sender_whose_clock_runs_ahead_gets_no_longer_window(
    whatsapp: Any, team: Any, read: Any
) -> None:
    ahead = int((timezone.now() + timedelta(days=300)).timestamp())
    say(text_message(text=TEXT, timestamp=str(ahead)))
    read()
    last = Conversation.objects.get().last_inbound_at
    assert last
    assert last <= timezone.now()
    assert Lead.objects.get().received_at <= timezone.now()


def test_with_the_greeting_switched_off_nobody_is_greeted(
    whatsapp: Any, team: Any, read: Any
) -> None:
    CompanySettings.objects.update(is_auto_reply_on=False)
    say(text_message(text=TEXT))
    read()
    assert not Message.objects.filter(direction="out").exists()


def test_a_blocked_customer_is_not_greeted(whatsapp: Any, team: Any, sales: Any, read: Any) -> None:
    customer = factories.make_customer(whatsapp.branch, sales, phones=("+966507712245",))
    Customer.objects.filter(pk=customer.pk).update(status=Customer.Status.BLOCKED)
    say(text_message(text=TEXT))
    read()
    assert Lead.objects.get().customer == customer
    assert not Message.objects.filter(direction="out").exists()


def test_an_automatic_mail_opens_no_lead_and_gets_no_answer(
    riyadh: Any, team: Any, read: Any
) -> None:
    factories.make_channel(riyadh, "email", external_id="sales@nasma.example")
    keep_mail_and_read(mail(Auto_Submitted="auto-replied"), read)
    assert Message.objects.get().is_automatic
    assert not Lead.objects.exists()


def test_a_test_lead_of_a_form_service_is_marked_and_not_greeted(whatsapp: Any, team: Any) -> None:
    message = factories.make_message(whatsapp, TEXT)
    Message.objects.filter(pk=message.pk).update(answers={"is_test": True})
    take_in([message.pk])
    assert Lead.objects.get().is_test
    assert not Message.objects.filter(direction="out").exists()


# The log, the pages, the cost


def test_every_automatic_step_is_in_the_log_with_its_reason(
    whatsapp: Any, team: Any, sales: Any, read: Any
) -> None:
    factories.make_customer(whatsapp.branch, sales, phones=("+966507712245",))
    say(text_message(text=TEXT))
    read()
    entries = Activity.objects.about(Lead.objects.get()).order_by("pk")
    assert [entry.verb for entry in entries] == [
        "lead.opened", "lead.interpreted", "lead.customer_linked", "lead.assigned", "lead.greeted",
    ]  # fmt: skip
    assert all(entry.actor is None and entry.reason["rule"] for entry in entries)


def test_every_stage_keeps_its_result(whatsapp: Any, team: Any) -> None:
    lead = factories.make_lead(whatsapp)
    stages = lead.stages.order_by("pk").values_list("stage", flat=True)
    assert list(stages) == ["normalise", "interpret", "deduplicate", "route"]


def test_only_the_owner_the_branch_and_the_company_are_told(
    whatsapp: Any, whatsapp_b: Any, team: Any, sales: Any, told: list[tuple[str, str]],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    message = factories.make_message(whatsapp, TEXT)
    with django_capture_on_commit_callbacks(execute=True):
        take_in([message.pk])
    groups = {group for group, topic in told if topic == "leads-changed"}
    assert groups == {
        branch_group(None), branch_group(whatsapp.branch_id), user_group(sales.pk),
    }  # fmt: skip


def test_a_lead_that_nobody_has_is_told_to_those_who_hand_leads_out(
    whatsapp: Any, jeddah: Any, sales: Any, supervisor: Any, manager: Any
) -> None:
    stranger = factories.make_user(RoleCode.SUPERVISOR, jeddah)
    factories.make_lead(whatsapp)
    people = set(Notification.objects.filter(kind="lead.unassigned").values_list("user", flat=True))
    assert people == {supervisor.pk, manager.pk}
    assert stranger.pk not in people


@pytest.mark.parametrize(
    "text",
    ["", " ", "a" * 60_000, "\u202eevil\u202c <script>alert(1)</script>", "٩" * 400, "9" * 400,
     "الميزانية 99999999999999999999999999 ريال", "كمية 99999999999.9999 متر", "😀" * 500],
    ids=["empty", "blank", "long", "bidi", "digits", "ascii digits", "budget", "quantity", "emoji"],
)  # fmt: skip
def test_no_text_breaks_the_intake(whatsapp: Any, team: Any, text: str) -> None:
    factories.make_lead(whatsapp, text)
    assert Lead.objects.count() == 1


def test_answers_of_the_wrong_shape_break_nothing(whatsapp: Any, team: Any) -> None:
    message = factories.make_message(whatsapp, TEXT)
    odd = {"emails": "x@y.example", "phones": [None, 5, {"a": 1}], "email": "a" * 300 + "@b.ex",
           "name": ["x"], "company": {"a": 1}, "city": 7, "source": {"x": 1}}  # fmt: skip
    Message.objects.filter(pk=message.pk).update(answers=odd, details={"referral": "x"})
    take_in([message.pk])
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("shape", ["strangers", "one person", "nobody free"])
def test_the_number_of_statements_does_not_grow_with_the_batch(
    whatsapp: Any, team: Any, sales: Any, supervisor: Any, shape: str
) -> None:
    if shape == "nobody free":
        sales.is_available = False
        sales.save()
    counts = {}
    for size in (1, 10, BATCH):
        person = {"phone": "+966507712245"} if shape == "one person" else {}
        messages = [factories.make_message(whatsapp, TEXT, **person) for _one in range(size)]
        with CaptureQueriesContext(connection) as statements:
            take_in([message.pk for message in messages])
        counts[size] = len(statements)
    assert max(counts.values()) <= 36, counts
    assert counts[BATCH] - counts[10] <= 1, counts
