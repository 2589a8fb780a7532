"""Facts about leads."""

from dataclasses import dataclass

from crm_project.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadOpened(Event):
    """An enquiry became a lead and was routed."""

    lead_id: int


@dataclass(frozen=True, kw_only=True)
class LeadConverted(Event):
    """A lead became a customer."""

    lead_id: int
    customer_id: int
