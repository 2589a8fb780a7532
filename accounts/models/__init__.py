"""People, where they belong, what they may do, and what was done."""

from .activity import Activity, ActivityHead, ActivitySeal
from .company import Branch, CompanySettings, Department, Team
from .idempotency import IdempotencyRecord
from .limits import CallCount
from .notifications import Notification, NotificationPreference
from .roles import Role
from .saved_views import SavedView
from .security import IntegratorKey, LoginAttempt, RecoveryCode, UserSession
from .series import NumberSeries
from .users import User

__all__ = [
    "Activity",
    "ActivityHead",
    "ActivitySeal",
    "Branch",
    "CallCount",
    "CompanySettings",
    "Department",
    "IdempotencyRecord",
    "IntegratorKey",
    "LoginAttempt",
    "Notification",
    "NotificationPreference",
    "NumberSeries",
    "RecoveryCode",
    "Role",
    "SavedView",
    "Team",
    "User",
    "UserSession",
]
