"""What the business does with leads. Import from here."""

from .duplicates import dismiss_duplicate, link_duplicate
from .intake import take_in
from .leavers import release_leads_of
from .second_reader import add_model_candidates
from .work import (
    accept_lead,
    assign_lead,
    convert_lead,
    correct_field,
    reject_lead,
    reopen_lead,
    snooze_lead,
    wake_snoozed_leads,
)

__all__ = [
    "accept_lead",
    "add_model_candidates",
    "assign_lead",
    "convert_lead",
    "correct_field",
    "dismiss_duplicate",
    "link_duplicate",
    "reject_lead",
    "release_leads_of",
    "reopen_lead",
    "snooze_lead",
    "take_in",
    "wake_snoozed_leads",
]
