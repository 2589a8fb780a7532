"""Who sees how the product itself is doing, and who may repair it."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW = "operations.view_operations"
CHANGE = "operations.change_operations"  # run a failed job again, or put it away

LABELS = {
    VIEW: _("See operations: load, queues, alerts, backups"),
    CHANGE: _("Repair operations: run failed jobs again or dismiss them"),
}

GRANTS = {
    RoleCode.COMPANY_MANAGER: {VIEW: Scope.COMPANY, CHANGE: Scope.COMPANY},
    RoleCode.AUDITOR: {VIEW: Scope.COMPANY},
}
