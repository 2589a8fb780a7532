"""Filters of raw signals and messages: one each for page and API."""

from datetime import date, datetime
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch
from crm_project.kit.filters import midnight, next_midnight, visible
from messaging.finding import find
from messaging.models import Message, Signal
from messaging.models.channels import ChannelKind

MOST_CHARACTERS = 120


def _day(label: Any, method: str) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"})
    return django_filters.DateFilter(label=label, method=method, widget=widget)


class ByDay(django_filters.FilterSet):  # type: ignore[misc]
    """Days as bounds of the time column, so that its index is used."""

    moment: ClassVar[str]  # the column

    since = _day(_("From"), "from_day")
    until = _day(_("To"), "to_day")

    def from_day(self, rows: QuerySet[Any], _name: str, day: date) -> QuerySet[Any]:
        """On this day or later."""
        return rows.filter(**{f"{self.moment}__gte": midnight(day)})

    def to_day(self, rows: QuerySet[Any], _name: str, day: date) -> QuerySet[Any]:
        """On this day or earlier."""
        return rows.filter(**{f"{self.moment}__lt": next_midnight(day)})


class SignalFilter(ByDay):
    """Raw signals by door, state, branch, what was found in them, time and key."""

    moment = "received_at"
    looked_back_to: datetime | None = None  # where a search did not look at everything

    search = django_filters.CharFilter(
        label=_("Search"), method="by_key", max_length=MOST_CHARACTERS
    )
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=ChannelKind.choices)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Signal.Status.choices)
    kind = django_filters.CharFilter(label=_("Found"), method="by_kind", max_length=40)
    branch = django_filters.ModelChoiceFilter(label=_("Branch"), queryset=visible(Branch))

    class Meta:
        model = Signal
        fields: list[str] = []

    def by_key(self, rows: QuerySet[Signal], _name: str, words: str) -> QuerySet[Signal]:
        """The reference (a Message-ID), the form's key or the mailbox, or a part of the newest."""
        found = find(rows, words)
        self.looked_back_to = found.since
        return found.rows

    def by_kind(self, rows: QuerySet[Signal], _name: str, kind: str) -> QuerySet[Signal]:
        """One of the kinds found, e.g. text, status:read, bounce, spam:honeypot."""
        return rows.filter(kinds__contains=[kind.strip()])


class MessageFilter(ByDay):
    """Messages by conversation, customer, direction, state and time."""

    moment = "sent_at"

    conversation = django_filters.NumberFilter(
        label=_("Conversation"), min_value=1, max_value=2**62
    )
    customer = django_filters.NumberFilter(
        label=_("Customer"), field_name="conversation__customer", min_value=1, max_value=2**62
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"), field_name="conversation__kind", choices=ChannelKind.choices
    )
    direction = django_filters.ChoiceFilter(label=_("Direction"), choices=Message.Direction.choices)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Message.Status.choices)

    class Meta:
        model = Message
        fields: list[str] = []
