"""What the rules would have done with the last leads. Nothing is stored and nobody is moved."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.models import User
from leads.models import Lead, RoutingRule
from leads.route import Person, choose

from .intake import SPAM_REASON
from .routing import CUSTOMER_OWNER_RULE, Router, RoutingOutcome, members_of

SIZES = (100, 300, 1000)  # leads


@dataclass(kw_only=True)
class PersonChange:
    """Leads of one person, as it was and as it would be."""

    name: str
    was: int = 0
    becomes: int = 0

    @property
    def change(self) -> int:
        """The difference, signed."""
        return self.becomes - self.was


@dataclass(kw_only=True)
class DryRun:
    """The outcome over `total` leads."""

    total: int
    changed: int = 0
    queued: int = 0
    by_customer: int = 0
    caught: Counter[int] = field(default_factory=Counter)  # rule id → leads; 0 is the draft
    people: list[PersonChange] = field(default_factory=list)


class TrialRouter(Router):
    """Routes past leads one after the other, with rooms wide enough that nobody is ever full."""

    def __init__(self, rules: Sequence[RoutingRule], size: int) -> None:
        super().__init__()
        self.rules = list(rules)
        self.members = members_of(self.rules)
        self.loads = Counter()
        least = min((user.lead_capacity for user in self.users.values()), default=1)
        self.factor = size // max(1, least) + 2

    def _person(self, user: User) -> Person:
        return Person(
            id=user.pk,
            name=user.name,
            is_available=True,
            open_leads=self.loads[user.pk],
            capacity=max(1, user.lead_capacity) * self.factor,
        )

    def decide(self, lead: Lead) -> RoutingOutcome:
        """Decide about one past lead by the clock of its arrival; the lead stays as it is."""
        outcome = self._by_customer(lead)
        if outcome is None:
            outcome = self._settle(
                choose(self.facts_of(lead, at=lead.received_at), self.specs_of(lead))
            )
        if outcome.person:
            self.loads[outcome.person.pk] += 1
        return outcome


def dry_run(reader: User, *, rules: Sequence[RoutingRule], size: int = SIZES[0]) -> DryRun:
    """Send the reader's last leads through the rules and compare with what happened."""
    leads = _last_leads(reader, size)
    router = TrialRouter(rules, len(leads))
    result = DryRun(total=len(leads))
    people: dict[int, PersonChange] = {}
    for lead in leads:
        outcome = router.decide(lead)
        _count(result, outcome)
        result.changed += (outcome.person.pk if outcome.person else None) != lead.owner_id
        if lead.owner:
            people.setdefault(lead.owner.pk, PersonChange(name=lead.owner.shown_name)).was += 1
        if outcome.person:
            person = outcome.person
            people.setdefault(person.pk, PersonChange(name=person.shown_name)).becomes += 1
    result.people = sorted(people.values(), key=lambda row: (-row.becomes, row.name))
    return result


def _last_leads(reader: User, size: int) -> list[Lead]:
    """Oldest first, so that turns and loads develop as they did; spam is not routed."""
    rows = Lead.objects.visible_to(reader).exclude(close_reason=SPAM_REASON)
    newest = rows.select_related("owner", "customer").order_by("-received_at", "-pk")[:size]
    return list(newest)[::-1]


def _count(result: DryRun, outcome: RoutingOutcome) -> None:
    if outcome.person is None:
        result.queued += 1
    elif outcome.rule_name == CUSTOMER_OWNER_RULE and outcome.rule_id is None:
        result.by_customer += 1
    else:
        result.caught[outcome.rule_id or 0] += 1
