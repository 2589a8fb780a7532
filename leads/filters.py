"""Filters of the leads list: one FilterSet for page, API and export."""

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import PersonFilter
from accounts.models import Branch, User
from crm_project.kit.filters import visible
from leads.finding import find
from leads.models import DuplicateSuggestion, ExtractedField, Lead
from messaging.models.channels import ChannelKind

UNSURE_BELOW = 0.6  # confidence under which a value has to be asked for
QUEUES = {
    "awaiting": (_("Awaiting acceptance"), (Lead.Status.NEW,)),
    "work": (_("In work"), (Lead.Status.ACCEPTED, Lead.Status.QUALIFIED)),
    "snoozed": (_("Snoozed"), (Lead.Status.SNOOZED,)),
    "rejected": (_("Rejected and spam"), (Lead.Status.REJECTED,)),
    "converted": (_("Converted"), (Lead.Status.CONVERTED,)),
    "all": (_("All"), tuple(Lead.Status)),
}


def open_duplicates() -> Exists:
    """A condition: somebody still has to say whether the lead is a duplicate."""
    undecided = DuplicateSuggestion.State.OPEN
    return Exists(DuplicateSuggestion.objects.filter(lead=OuterRef("pk"), state=undecided))


def unsure_fields() -> Exists:
    """A condition: a value was read with little confidence and nobody has confirmed it."""
    rows = ExtractedField.objects.filter(
        lead=OuterRef("pk"),
        state=ExtractedField.State.SUGGESTED,
        confidence__lt=UNSURE_BELOW,
    )
    return Exists(rows)


class LeadFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Leads by words, queue, and what is said of them."""

    search = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=200)
    queue = django_filters.ChoiceFilter(
        label=_("Queue"),
        method="by_queue",
        choices=[(name, label) for name, (label, _statuses) in QUEUES.items()],
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Lead.Status.choices)
    urgent = django_filters.BooleanFilter(label=_("Urgent"), method="by_urgency")
    unsure = django_filters.BooleanFilter(label=_("Low confidence"), method="by_confidence")
    duplicate = django_filters.BooleanFilter(label=_("Possible duplicate"), method="by_duplicate")
    unassigned = django_filters.BooleanFilter(
        label=_("Unassigned"), field_name="owner", lookup_expr="isnull"
    )
    mine = django_filters.BooleanFilter(label=_("Mine"), method="by_me")
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=ChannelKind.choices)
    product = django_filters.ChoiceFilter(label=_("Product"), choices=Lead.Product.choices)
    intent = django_filters.ChoiceFilter(label=_("Intent"), choices=Lead.Intent.choices)
    owner = PersonFilter(label=_("Responsible"), queryset=visible(User))
    branch = django_filters.ModelChoiceFilter(label=_("Branch"), queryset=visible(Branch))

    class Meta:
        model = Lead
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Lead], _name: str, words: str) -> QuerySet[Lead]:
        """Every word in name, company, number, contact, place or message; a phone as written."""
        return find(rows, words, user=self.request.user)

    def by_queue(self, rows: QuerySet[Lead], _name: str, queue: str) -> QuerySet[Lead]:
        """The stage of work."""
        statuses = QUEUES[queue][1]
        return rows if queue == "all" else rows.filter(status__in=statuses)

    def by_urgency(self, rows: QuerySet[Lead], _name: str, wanted: bool) -> QuerySet[Lead]:
        """Urgent ones, or all the others."""
        urgent = Lead.Urgency.HIGH
        return rows.filter(urgency=urgent) if wanted else rows.exclude(urgency=urgent)

    def by_confidence(self, rows: QuerySet[Lead], _name: str, wanted: bool) -> QuerySet[Lead]:
        """With a value that has to be asked for."""
        return rows.filter(unsure_fields()) if wanted else rows.filter(~unsure_fields())

    def by_duplicate(self, rows: QuerySet[Lead], _name: str, wanted: bool) -> QuerySet[Lead]:
        """With an undecided suggestion."""
        return rows.filter(open_duplicates()) if wanted else rows.filter(~open_duplicates())

    def by_me(self, rows: QuerySet[Lead], _name: str, wanted: bool) -> QuerySet[Lead]:
        """The reader's own, or everybody else's."""
        own = self.request.user.pk if self.request else None
        return rows.filter(owner=own) if wanted else rows.exclude(owner=own)
