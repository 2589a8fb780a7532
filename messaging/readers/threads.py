"""Which conversation a mail belongs to when it answers one of our own messages.

An answer joins the conversation of the message that it answers (In-Reply-To, then References from
last to first), also from another address of the person and also when the person had written by a
web form. Ids of our mails cannot be guessed, so whoever names one has been given the mail. That is
all it proves: a colleague to whom it was forwarded has it too. Hence

- joining is inbound only. What is written there goes to the address that the conversation has had
  all along, never to whoever joined; nobody reads anything by knowing an id;
- the message says from which other address it came, so that nobody takes it for the person's own
  word ("our bank account has changed");
- name and address of the conversation stay as they were. A second address becomes the person's
  when somebody of ours adds it to the customer;
- whom we know already as somebody else (another customer's address, or a conversation of their
  own) stays with their own: an answer to them must not go to the one whose mail they were given.
"""

from dataclasses import dataclass

from customers.models import ContactPoint
from messaging.gateways.email.mail import ParsedEmail
from messaging.gateways.email.threading import thread_parent_ids
from messaging.models import Channel, Conversation, Message
from messaging.services.inbox import Person

JOINING = (None, "auto_reply")  # a person, or their holiday notice; no report and no list


@dataclass(frozen=True)
class Thread:
    """The id of the message that a mail answers, "" for none, and the conversation that it joins."""

    reply_to: str
    joins: Conversation | None = None

    def is_foreign(self, address: str) -> bool:
        """Whether the address is not the one that the joined conversation is with."""
        return self.joins is not None and self.joins.email.lower() != address


def thread_of(mail: ParsedEmail, channel: Channel, person: Person) -> Thread:
    """Return what the mail answers. Three queries at most, one for a mail that answers nothing."""
    keys = [f"email:{parent}"[:300] for parent in thread_parent_ids(mail)]
    if not keys:
        return Thread("")
    rows = Message.objects.filter(provider_id__in=keys).select_related("conversation")
    known = {row.provider_id: row for row in rows.defer("text", "full_text", "html")}
    parents = [known[key] for key in keys if key in known]
    reply_to = (parents[0].provider_id if parents else keys[0]) or ""
    ours = (row.conversation for row in parents if row.direction == Message.Direction.OUT)
    conversation = next(ours, None)
    if conversation is None or mail.automatic not in JOINING or not person.email:
        return Thread(reply_to)
    is_theirs = conversation.email.lower() == person.email
    if not is_theirs and _is_somebody_else(person.email, conversation, channel):
        return Thread(reply_to)
    return Thread(reply_to, conversation)


def _is_somebody_else(address: str, conversation: Conversation, channel: Channel) -> bool:
    """Whether the address is known as another person's than the conversation's."""
    points = ContactPoint.objects.in_use().filter(
        kind=ContactPoint.Kind.EMAIL, value=address, customer__branch=conversation.branch_id
    )
    customers = set(points.values_list("customer_id", flat=True)[:20])
    if customers:
        return conversation.customer_id not in customers
    own = Conversation.objects.filter(channel=channel, person=Person(email=address).identity)
    return own.exclude(pk=conversation.pk).exists()
