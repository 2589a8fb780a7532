"""Facts about customers."""

from dataclasses import dataclass

from crm_project.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class CustomerCreated(Event):
    """A new customer exists."""

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Event):
    """A customer's own data changed."""

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class CustomFieldSaved(Event):
    """A field that the company adds to its customers was defined, changed or retired."""

    field_id: int
