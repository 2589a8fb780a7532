"""Facts about people."""

from dataclasses import dataclass

from crm_project.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Event):
    """A person may no longer sign in; their open work needs a new owner."""

    user_id: int
