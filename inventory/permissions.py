"""Who may do what to products and stock. Which rows: the querysets' visible_to()."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW_PRODUCT = "inventory.view_product"
CHANGE_PRODUCT = "inventory.change_product"
VIEW_STOCK = "inventory.view_stock"
MOVE_STOCK = "inventory.move_stock"  # receive, issue, transfer
COUNT_STOCK = "inventory.count_stock"  # counts and adjustments
VIEW_PURCHASE = "inventory.view_purchase"
CHANGE_PURCHASE = "inventory.change_purchase"
CHANGE_WAREHOUSE = "inventory.change_warehouse"
EXPORT = "inventory.export_stock"

LABELS = {
    VIEW_PRODUCT: _("See products"),
    CHANGE_PRODUCT: _("Change products, categories and prices"),
    VIEW_STOCK: _("See stock and its movements"),
    MOVE_STOCK: _("Receive, issue and transfer stock"),
    COUNT_STOCK: _("Count and adjust stock"),
    VIEW_PURCHASE: _("See suppliers and purchase orders"),
    CHANGE_PURCHASE: _("Change suppliers and purchase orders"),
    CHANGE_WAREHOUSE: _("Change warehouses and reorder points"),
    EXPORT: _("Export products and stock"),
}
SENSITIVE_FIELDS = {"inventory.cost": _("Cost prices and stock value")}
HIDDEN_FIELDS = {
    RoleCode.SALES: {"inventory.cost": "hidden"},
    RoleCode.INSPECTOR: {"inventory.cost": "hidden"},
    RoleCode.SUPPORT: {"inventory.cost": "hidden"},
    RoleCode.INTEGRATOR: {"inventory.cost": "hidden"},
}

_READ = {VIEW_PRODUCT: Scope.COMPANY, VIEW_STOCK: Scope.BRANCH}
_BRANCH = {**dict.fromkeys(LABELS, Scope.BRANCH), **_READ}

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: _BRANCH,
    RoleCode.SUPERVISOR: {**_READ, VIEW_PURCHASE: Scope.BRANCH, EXPORT: Scope.BRANCH},
    RoleCode.STOREKEEPER: {
        **_READ,
        MOVE_STOCK: Scope.BRANCH,
        COUNT_STOCK: Scope.BRANCH,
        VIEW_PURCHASE: Scope.BRANCH,
        CHANGE_PURCHASE: Scope.BRANCH,
        EXPORT: Scope.BRANCH,
    },
    RoleCode.ACCOUNTANT: {**_READ, VIEW_PURCHASE: Scope.BRANCH, EXPORT: Scope.BRANCH},
    RoleCode.SALES: _READ,
    RoleCode.INSPECTOR: _READ,
    RoleCode.SUPPORT: _READ,
    RoleCode.AUDITOR: dict.fromkeys((VIEW_PRODUCT, VIEW_STOCK, VIEW_PURCHASE), Scope.COMPANY),
    RoleCode.INTEGRATOR: _READ,
}
