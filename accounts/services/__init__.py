"""What the business does with people and their doings. Import from here."""

from .activity import Reason, record, record_many
from .notifications import Notice, notify, notify_many
from .uploads import check_upload

__all__ = ["Notice", "Reason", "check_upload", "notify", "notify_many", "record", "record_many"]
