"""What the business does with people and their doings. Import from here."""

from .activity import Reason, record, record_many
from .notifications import Notice, notify, notify_many

__all__ = ["Notice", "Reason", "notify", "notify_many", "record", "record_many"]
