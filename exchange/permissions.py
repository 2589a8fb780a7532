"""Who may import. Each resource names the permission that its rows need besides."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

IMPORT = "exchange.import_data"

LABELS = {IMPORT: _("Import files, and take imports back")}

GRANTS = {
    RoleCode.COMPANY_MANAGER: {IMPORT: Scope.COMPANY},
    RoleCode.BRANCH_MANAGER: {IMPORT: Scope.BRANCH},
    RoleCode.SUPERVISOR: {IMPORT: Scope.OWN},
}
