"""Act: tell the person, answer the sender, and leave an entry for every automatic step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Activity, CompanySettings, User
from accounts.services import Notice, Reason, notify_many, record_many
from accounts.services.activity import entry
from crm_project.kit.live import branch_group, tell_once, user_group
from customers.models import Customer
from customers.services.timeline import TimelineLine, add_to_timeline
from leads import permissions
from leads.capture.enquiry import Enquiry, text_of
from leads.models import DuplicateSuggestion, Lead
from leads.route.reasons import as_line
from leads.titles import title_of
from messaging.models import Message
from messaging.services import NewReply, queue_replies
from messaging.services.conversations import Belonging, hand_conversations
from messaging.services.obstacles import may_reply_now

from .consent import refusals
from .matching import Matches, Near
from .routing import RoutingOutcome
from .understanding import INTERPRET_VERSION, Understanding

CHANGED = "leads-changed"
LONGEST_HISTORY = 200  # messages put on a timeline at once
MOST_KEEPERS = 20  # people told of one lead that nobody has


@dataclass(frozen=True)
class Acted:
    """A stored lead (or a further message of one) that now has consequences."""

    lead: Lead
    enquiry: Enquiry
    understood: Understanding
    matches: Matches
    outcome: RoutingOutcome | None
    is_new: bool


def act(done: Sequence[Acted], company: CompanySettings) -> None:
    """Carry out everything that follows from a batch, in its transaction."""
    _link_conversations(done)
    _suggest_duplicates(done)
    _set_deadlines(done, company)
    notify_many(_notices(done))
    replied = _greet(done, company)
    record_many(line for item in done for line in _entries(item, replied))
    add_to_timeline(_timeline(done))
    _tell(done)


def _link_conversations(done: Sequence[Acted]) -> None:
    """The conversation follows its lead: the same owner and customer see it."""
    conversations = [(item.lead, item.enquiry.message.conversation) for item in done]
    hand_conversations(
        [
            Belonging(row, lead.owner_id, lead.customer_id or row.customer_id)
            for lead, row in conversations
        ]
    )


def _suggest_duplicates(done: Sequence[Acted]) -> None:
    suggest_duplicates((item.lead, near) for item in done for near in item.matches.near)


def suggest_duplicates(pairs: Iterable[tuple[Lead, Near]]) -> None:
    """Let people decide about leads whose names are like somebody's; known pairs stay as said."""
    rows = [
        DuplicateSuggestion(
            lead=lead,
            other_lead=near.other if isinstance(near.other, Lead) else None,
            customer=None if isinstance(near.other, Lead) else near.other,
            score=near.score,
            reasons=near.reasons,
        )
        for lead, near in pairs
    ]
    DuplicateSuggestion.objects.bulk_create(rows, ignore_conflicts=True)


def _set_deadlines(done: Sequence[Acted], company: CompanySettings) -> None:
    due = timezone.now() + timedelta(minutes=company.first_reply_minutes)
    new = [item.lead.pk for item in done if item.is_new and item.lead.status == Lead.Status.NEW]
    Lead.objects.filter(pk__in=new).update(reply_due_at=due)


def _notices(done: Sequence[Acted]) -> list[Notice]:
    """The owner hears of a new lead or a further message; the branch's leads of an unrouted one."""
    notices = []
    keepers = queue_keepers({item.lead.branch_id for item in done if not _present_owner(item.lead)})
    for item in done:
        lead, message = item.lead, item.enquiry.message
        if lead.status == Lead.Status.REJECTED:
            continue
        kind = "lead.assigned" if item.is_new else "lead.message"
        owner = _present_owner(lead)
        people = [owner] if owner else keepers[lead.branch_id]
        if not lead.owner:
            kind = "lead.unassigned"
        notices += [
            Notice(
                user=person,
                kind=kind,
                subject=title_of(lead, person),
                detail=lead.excerpt if item.is_new else message.text[:300],
                url=lead.get_absolute_url(),
                key=f"{kind}:{message.pk}",
            )
            for person in people
        ]
    return notices


def _present_owner(lead: Lead) -> User | None:
    """Who has the lead, unless they left."""
    return lead.owner if lead.owner and lead.owner.is_active else None


def queue_keepers(branches: set[int]) -> Mapping[int, list[User]]:
    """People of each branch (or the company) who may hand out its leads."""
    if not branches:
        return {}
    able = Q(role__grants__has_key=permissions.ASSIGN)
    of_branches = Q(branch__in=branches) | Q(branch=None)
    rows = User.objects.staff().with_access().filter(able, of_branches).order_by("pk")
    people = [user for user in rows if user.has_perm(permissions.ASSIGN)]
    return {
        branch: [user for user in people if user.branch_id in (branch, None)][:MOST_KEEPERS]
        for branch in branches
    }


def _greet(done: Sequence[Acted], company: CompanySettings) -> set[int]:
    """Queue the first reply where the channel allows one: it answers the sender's own enquiry."""
    replied: set[int] = set()
    if not company.is_auto_reply_on or not any(item.is_new for item in done):
        return replied
    day_ago = timezone.now() - timedelta(days=1)
    recent = set(
        Message.objects.filter(
            conversation__in=[item.enquiry.message.conversation_id for item in done],
            direction=Message.Direction.OUT,
            created_at__gte=day_ago,
        ).values_list("conversation", flat=True)
    )
    new = [item for item in done if _wants_greeting(item)]
    refused = refusals((item.lead, item.enquiry.message) for item in new)
    greetings = []
    for item in new:
        conversation = item.enquiry.message.conversation
        if conversation.pk in recent or item.enquiry.message.pk in refused:
            continue
        recent.add(conversation.pk)
        text = greeting(item.lead, company)
        key = f"greeting:{item.lead.pk}"
        greetings.append(NewReply(conversation=conversation, text=text, key=key))
        replied.add(item.lead.pk)
    queue_replies(greetings)
    return replied


def _wants_greeting(item: Acted) -> bool:
    """A new lead of a person who wrote just now on a channel where we may answer freely."""
    lead, message = item.lead, item.enquiry.message
    is_wanted = item.is_new and lead.status == Lead.Status.NEW and not lead.is_test
    is_blocked = lead.customer is not None and lead.customer.status == Customer.Status.BLOCKED
    return (
        is_wanted
        and not is_blocked
        and not message.is_automatic
        and may_reply_now(message.conversation)
    )


def greeting(lead: Lead, company: CompanySettings) -> str:
    """The first answer, in the sender's language: who we are, and the number to ask for."""
    language = "en" if lead.language == "en" else "ar"
    with translation.override(language):
        return _(
            "Thank you for writing to %(company)s. We have your enquiry (no. %(code)s) and a "
            "colleague will answer you shortly."
        ) % {"company": company.name, "code": lead.code}


def _entries(item: Acted, replied: set[int]) -> Iterable[Activity]:
    """One entry per automatic step, each with its rule, version and evidence."""
    lead, message = item.lead, item.enquiry.message
    if not item.is_new:
        reason = Reason(rule="intake.join", version="1", evidence=(item.matches.joined_by,))
        yield entry(None, "lead.message_joined", lead, reason=reason)
        return
    reading = item.understood.reading
    opened = Reason(rule="intake.open", version="1", evidence=(f"message:{message.pk}",))
    yield entry(None, "lead.opened", lead, reason=opened)
    because = tuple(
        reason.as_line() for reason in (*reading.intent.reasons, *reading.urgency.reasons)[:6]
    )
    meaning = {
        "intent": [None, lead.intent],
        "urgency": [None, lead.urgency],
        "score": [None, lead.score],
    }
    yield entry(
        None,
        "lead.interpreted",
        lead,
        changes=meaning,
        reason=Reason(rule="interpret", version=INTERPRET_VERSION, evidence=because),
    )
    if item.matches.customer:
        linked = Reason(rule="deduplicate", version="1", evidence=(item.matches.linked_by,))
        yield entry(
            None,
            "lead.customer_linked",
            lead,
            reason=linked,
            changes={"customer": [None, str(item.matches.customer.code)]},
        )
    if item.matches.near:
        scores = tuple(f"score:{near.score:.2f}" for near in item.matches.near)
        yield entry(
            None,
            "lead.duplicate_suggested",
            lead,
            reason=Reason(rule="deduplicate", version="1", evidence=scores),
        )
    if item.outcome:
        yield routing_entry(lead, item.outcome)
    if lead.pk in replied:
        yield entry(None, "lead.greeted", lead, reason=Reason(rule="greeting", version="1"))


def routing_entry(lead: Lead, outcome: RoutingOutcome) -> Activity:
    """The log's entry of a routing decision, with its reasons."""
    verb = "lead.assigned" if outcome.person else "lead.queued"
    if lead.status == Lead.Status.REJECTED:
        verb = "lead.rejected"
    owner = str(outcome.person) if outcome.person else None
    changes = {"owner": [None, owner]}
    return entry(None, verb, lead, changes=changes, reason=reason_of(outcome))


def reason_of(outcome: RoutingOutcome) -> Reason:
    """Why routing decided so, as the log keeps it."""
    return Reason(
        rule=outcome.rule_name,
        version=str(outcome.rule_version),
        evidence=tuple(as_line(reason) for reason in outcome.reasons),
    )


def _timeline(done: Iterable[Acted]) -> list[TimelineLine]:
    return [_line(item.lead, item.enquiry.message) for item in done if item.lead.customer_id]


def _line(lead: Lead, message: Message) -> TimelineLine:
    return TimelineLine(
        customer_id=lead.customer_id,
        kind="message.in",
        text=" ".join(text_of(message)[:2000].split())[:300],
        url=lead.get_absolute_url(),
        source=f"message:{message.pk}",
        at=message.sent_at,
    )


def tell_history(lead: Lead) -> None:
    """Put the messages of a lead that just got its customer on the customer's timeline."""
    log = Message.objects.filter(lead_link__lead=lead).order_by("-sent_at", "-pk")
    add_to_timeline(_line(lead, message) for message in log[:LONGEST_HISTORY])


def _tell(done: Iterable[Acted]) -> None:
    groups = set()
    for item in done:
        groups |= groups_of(item.lead)
    tell_once(groups, CHANGED)


def groups_of(lead: Lead) -> set[str]:
    """The live groups whose pages may show the lead."""
    groups = {branch_group(None), branch_group(lead.branch_id)}
    return groups | {user_group(lead.owner_id)} if lead.owner_id else groups
