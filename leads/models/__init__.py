"""Leads: the object, what was understood of it, why it went where it went, and the doors."""

from .forms import WebForm
from .leads import Lead, LeadMessage
from .routing import RoutingDecision, RoutingRule
from .understanding import DuplicateSuggestion, ExtractedField, StageResult

__all__ = [
    "DuplicateSuggestion",
    "ExtractedField",
    "Lead",
    "LeadMessage",
    "RoutingDecision",
    "RoutingRule",
    "StageResult",
    "WebForm",
]
