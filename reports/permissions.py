"""Who may read reports. The figures in them are those of the rows that a person sees."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW_SALES = "reports.view_sales"
VIEW_STAFF = "reports.view_staff"
VIEW_CUSTOMERS = "reports.view_customers"
VIEW_STOCK = "reports.view_stock"
EXPORT = "reports.export_report"

LABELS = {
    VIEW_SALES: _("Read reports of sales and revenue"),
    VIEW_STAFF: _("Read reports of staff performance"),
    VIEW_CUSTOMERS: _("Read reports of customer activity"),
    VIEW_STOCK: _("Read reports of stock"),
    EXPORT: _("Export reports"),
}

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: dict.fromkeys(LABELS, Scope.BRANCH),
    RoleCode.SUPERVISOR: dict.fromkeys((VIEW_SALES, VIEW_STAFF, VIEW_CUSTOMERS), Scope.BRANCH),
    RoleCode.SALES: {VIEW_SALES: Scope.OWN},
    RoleCode.STOREKEEPER: {VIEW_STOCK: Scope.BRANCH},
    RoleCode.ACCOUNTANT: dict.fromkeys((VIEW_SALES, VIEW_STOCK, EXPORT), Scope.BRANCH),
    RoleCode.AUDITOR: dict.fromkeys(LABELS, Scope.COMPANY),
}
