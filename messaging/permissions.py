"""Who may do what to conversations and raw signals."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW_SIGNAL = "messaging.view_signal"
RETRY_SIGNAL = "messaging.retry_signal"
VIEW_MESSAGE = "messaging.view_message"
CHANGE_CHANNEL = "messaging.change_channel"
FETCH_FILE = "messaging.fetch_file"
LIFT_ADDRESS = "messaging.lift_address"

LABELS = {
    VIEW_MESSAGE: _("Read conversations"),
    VIEW_SIGNAL: _("See raw signals"),
    RETRY_SIGNAL: _("Retry and replay raw signals"),
    CHANGE_CHANNEL: _("Change channels"),
    FETCH_FILE: _("Fetch files of messages again"),
    LIFT_ADDRESS: _("Allow mails again to addresses that came back"),
}

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: {
        VIEW_MESSAGE: Scope.BRANCH,
        VIEW_SIGNAL: Scope.BRANCH,
        RETRY_SIGNAL: Scope.BRANCH,
        FETCH_FILE: Scope.BRANCH,
        LIFT_ADDRESS: Scope.BRANCH,
    },
    RoleCode.SUPERVISOR: dict.fromkeys(
        (VIEW_MESSAGE, VIEW_SIGNAL, FETCH_FILE, LIFT_ADDRESS), Scope.BRANCH
    ),
    RoleCode.SALES: dict.fromkeys((VIEW_MESSAGE, FETCH_FILE, LIFT_ADDRESS), Scope.OWN),
    RoleCode.SUPPORT: dict.fromkeys((VIEW_MESSAGE, FETCH_FILE, LIFT_ADDRESS), Scope.BRANCH),
    RoleCode.AUDITOR: {VIEW_MESSAGE: Scope.COMPANY, VIEW_SIGNAL: Scope.COMPANY},
    RoleCode.INTEGRATOR: {VIEW_SIGNAL: Scope.BRANCH},
}
