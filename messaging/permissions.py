"""Who may do what to conversations and raw signals."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW_SIGNAL = "messaging.view_signal"
RETRY_SIGNAL = "messaging.retry_signal"
VIEW_MESSAGE = "messaging.view_message"
CHANGE_CHANNEL = "messaging.change_channel"

LABELS = {
    VIEW_MESSAGE: _("Read conversations"),
    VIEW_SIGNAL: _("See raw signals"),
    RETRY_SIGNAL: _("Retry and replay raw signals"),
    CHANGE_CHANNEL: _("Change channels"),
}

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: {
        VIEW_MESSAGE: Scope.BRANCH,
        VIEW_SIGNAL: Scope.BRANCH,
        RETRY_SIGNAL: Scope.BRANCH,
    },
    RoleCode.SUPERVISOR: {VIEW_MESSAGE: Scope.BRANCH, VIEW_SIGNAL: Scope.BRANCH},
    RoleCode.SALES: {VIEW_MESSAGE: Scope.OWN},
    RoleCode.SUPPORT: {VIEW_MESSAGE: Scope.BRANCH},
    RoleCode.AUDITOR: {VIEW_MESSAGE: Scope.COMPANY, VIEW_SIGNAL: Scope.COMPANY},
    RoleCode.INTEGRATOR: {VIEW_SIGNAL: Scope.BRANCH},
}
