"""Filters of raw signals and messages: one each for page and API."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch
from messaging.models import Message, Signal
from messaging.models.channels import ChannelKind

MOST_CHARACTERS = 120


def _branches(request: Any) -> QuerySet[Branch]:
    return Branch.objects.visible_to(request.user) if request else Branch.objects.none()


def _day(label: Any, lookup: str, field: str) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"})
    return django_filters.DateFilter(
        label=label, field_name=field, lookup_expr=lookup, widget=widget
    )


class SignalFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Raw signals by door, state, branch, what was found in them, time and key."""

    search = django_filters.CharFilter(
        label=_("Search"), method="by_key", max_length=MOST_CHARACTERS
    )
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=ChannelKind.choices)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Signal.Status.choices)
    kind = django_filters.CharFilter(label=_("Found"), method="by_kind", max_length=40)
    branch = django_filters.ModelChoiceFilter(label=_("Branch"), queryset=_branches)
    since = _day(_("From"), "date__gte", "received_at")
    until = _day(_("To"), "date__lte", "received_at")

    class Meta:
        model = Signal
        fields: list[str] = []

    def by_key(self, rows: QuerySet[Signal], _name: str, words: str) -> QuerySet[Signal]:
        """Part of the key (a reference, a Message-ID), of the form's key or of the mailbox."""
        words = words.strip()
        return rows.filter(key__icontains=words) | rows.filter(source__icontains=words)

    def by_kind(self, rows: QuerySet[Signal], _name: str, kind: str) -> QuerySet[Signal]:
        """One of the kinds found, e.g. text, status:read, bounce, spam:honeypot."""
        return rows.filter(kinds__contains=[kind.strip()])


class MessageFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Messages by conversation, customer, direction, state and time."""

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
    since = _day(_("From"), "date__gte", "sent_at")
    until = _day(_("To"), "date__lte", "sent_at")

    class Meta:
        model = Message
        fields: list[str] = []
