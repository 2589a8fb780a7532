"""People whose WhatsApp user id or number changes stay in their conversation."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Activity
from leads.models import Lead
from messaging.models import Conversation, Message
from tests import factories
from tests.messaging.payloads import deliver, text_message, value_of, webhook

OLD, NEW = "SA.11111111111111", "SA.22222222222222"
PERSON, NEXT = "966507712245", "966551239876"


def nameless(bsuid: str = OLD, **columns: Any) -> dict[str, Any]:
    """A text of somebody whose number is not told."""
    message = text_message(from_user_id=bsuid, **columns)
    message.pop("from")
    return message


def change(previous: str = OLD, current: str = NEW, **more: Any) -> bytes:
    """The webhook of the field `user_id_update`."""
    told = {
        "detail": "User id has been updated.",
        "user_id": {"previous": previous, "current": current},
        "timestamp": str(int(time.time())),
        **more,
    }
    return webhook(value_of(user_id_update=[told]), field="user_id_update")


def notice(**system: Any) -> bytes:
    """The system message that took the field's place."""
    body = {"type": "user_changed_user_id", "user_id": NEW, "previous_user_id": OLD, **system}
    return webhook(value_of(nameless("", type="system", system=body)))


def number_moved(**system: Any) -> bytes:
    body = {"type": "user_changed_number", "wa_id": NEXT, "body": "changed", **system}
    return webhook(value_of(text_message(type="system", system=body)))


@pytest.fixture
def tell(whatsapp: Any, team: Any, read: Any) -> Any:
    """Deliver bodies one after the other, each read before the next."""

    def told(*bodies: bytes) -> None:
        for body in bodies:
            assert deliver(body).status_code == 200
            read()

    return told


def text(*args: Any, **columns: Any) -> bytes:
    return webhook(value_of(nameless(*args, **columns)))


@pytest.mark.parametrize("told", [change, notice])
def test_a_new_user_id_goes_on_in_the_same_conversation_and_lead(tell: Any, told: Any) -> None:
    same = told()
    tell(text(text="أحتاج تكييف"), same, same, text(NEW, text="وصلتكم؟"))
    tell(text(text="رسالة تأخرت"))  # from the old id: nobody else ever gets it

    conversation, lead = Conversation.objects.get(), Lead.objects.get()
    assert (conversation.bsuid, conversation.person) == (NEW, f"bsuid:{NEW}")
    assert lead.log.count() == 3
    assert Message.objects.filter(kind="system").count() == 1
    entry = Activity.objects.get(verb="conversation.user_id_changed")
    assert NEW not in str(entry.changes)


def test_an_id_change_that_tells_the_number_keeps_it_and_one_that_does_not_drops_it(
    tell: Any,
) -> None:
    """With a new number comes a new id, so the old number may be somebody else's by now."""
    first = webhook(value_of(text_message(from_user_id=OLD)))
    tell(first, change(wa_id=PERSON))
    assert (Conversation.objects.get().phone, Conversation.objects.get().bsuid) == (
        f"+{PERSON}",
        NEW,
    )
    tell(change(NEW, "SA.3"))
    assert (Conversation.objects.get().phone, Conversation.objects.get().bsuid) == ("", "SA.3")
    # the number comes after the id: both notices are of one change
    tell(number_moved(previous_user_id=NEW, user_id="SA.3"))
    assert Conversation.objects.get().phone == f"+{NEXT}"


@pytest.mark.parametrize(
    "told",
    [
        change(current=""),
        change(previous="", current=OLD),
        webhook(value_of(user_id_update=[7, "x", {"user_id": "x"}]), field="user_id_update"),
        webhook({"user_id_update": [{"user_id": {"current": NEW}}]}, field="user_id_update"),
        notice(user_id=None),
    ],
)
def test_a_change_that_says_nothing_usable_changes_nothing(tell: Any, told: bytes) -> None:
    tell(text(), told)
    assert list(Conversation.objects.values_list("bsuid", flat=True).exclude(bsuid="")) == [OLD]
    assert Lead.objects.count() == 1


def test_an_older_notice_that_comes_late_does_not_bring_the_old_id_back(tell: Any) -> None:
    tell(text(), change(OLD, NEW), change(NEW, "SA.3"))
    tell(notice())  # OLD to NEW once more, by the other way
    assert Conversation.objects.get().bsuid == "SA.3"


def test_what_still_comes_from_the_old_number_joins_but_answers_go_to_the_new_one(
    tell: Any, client_of: Any, sales: Any
) -> None:
    tell(webhook(value_of(text_message())), number_moved())
    before = Conversation.objects.get().last_inbound_at
    tell(webhook(value_of(text_message(text="من الجوال القديم"))))

    conversation, lead = Conversation.objects.get(), Lead.objects.get()
    assert (conversation.phone, conversation.last_inbound_at) == (f"+{NEXT}", before)
    assert lead.log.count() == 2
    sales.language = "en"
    sales.save()
    page = client_of(sales).get(lead.get_absolute_url()).content.decode()
    assert "Written from their former number" in page


@pytest.mark.parametrize("claim", ["other_id", "other_customer", "removed", "long_ago"])
def test_an_old_number_that_somebody_else_has_by_now_begins_anew(
    tell: Any, claim: str, riyadh: Any, sales: Any
) -> None:
    tell(webhook(value_of(text_message(from_user_id=OLD))), number_moved(user_id=NEW))
    own = factories.make_customer(riyadh, sales, phones=(f"+{PERSON}", f"+{NEXT}"))
    row = Conversation.objects.get()
    writes: dict[str, Any] = {"text": "أحتاج عرض سعر"}
    if claim == "other_id":
        writes["from_user_id"] = "SA.99"
    if claim == "other_customer":
        own.points.filter(value=f"+{PERSON}").delete()
        factories.make_customer(riyadh, sales, phones=(f"+{PERSON}",))
    if claim == "removed":
        Conversation.objects.update(customer=own)
        own.points.filter(value=f"+{PERSON}").update(removed_at=timezone.now(), is_primary=False)
    if claim == "long_ago":
        for left in row.former_identities.all():
            left.left_at -= timedelta(days=91)
            left.save()
    tell(webhook(value_of(text_message(timestamp=str(int(time.time()) + 1), **writes))))
    assert Conversation.objects.count() == 2
    assert Conversation.objects.exclude(pk=row.pk).get().phone == f"+{PERSON}"
