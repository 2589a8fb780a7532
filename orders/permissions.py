"""Who may do what to orders. Which orders: OrderQuerySet.visible_to()."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW = "orders.view_order"
ADD = "orders.add_order"
CHANGE = "orders.change_order"  # edit a quote, confirm it, move it along, cancel it
ASSIGN = "orders.assign_order"
SHIP = "orders.ship_order"
RETURN = "orders.return_order"
TAKE_PAYMENT = "orders.take_payment"
REFUND = "orders.refund_payment"
EXPORT = "orders.export_order"
SEND = "orders.send_document"

LABELS = {
    VIEW: _("See orders"),
    ADD: _("Write quotes and orders"),
    CHANGE: _("Change, confirm and cancel orders"),
    ASSIGN: _("Hand orders to a colleague"),
    SHIP: _("Pack and ship orders"),
    RETURN: _("Take returns"),
    TAKE_PAYMENT: _("Record payments"),
    REFUND: _("Refund payments"),
    EXPORT: _("Export orders"),
    SEND: _("Send quotes, invoices and receipts to customers"),
}
SENSITIVE_FIELDS = {"orders.margin": _("Costs and margins of orders")}
HIDDEN_FIELDS = {
    RoleCode.SALES: {"orders.margin": "hidden"},
    RoleCode.INSPECTOR: {"orders.margin": "hidden"},
    RoleCode.STOREKEEPER: {"orders.margin": "hidden"},
    RoleCode.SUPPORT: {"orders.margin": "hidden"},
    RoleCode.INTEGRATOR: {"orders.margin": "hidden"},
}

_SALES = dict.fromkeys((VIEW, ADD, CHANGE, TAKE_PAYMENT, SEND), Scope.OWN)
_BRANCH = dict.fromkeys(LABELS, Scope.BRANCH)

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: _BRANCH,
    RoleCode.SUPERVISOR: dict.fromkeys(
        (VIEW, ADD, CHANGE, ASSIGN, SHIP, RETURN, TAKE_PAYMENT, EXPORT, SEND), Scope.BRANCH
    ),
    RoleCode.SALES: _SALES,
    RoleCode.INSPECTOR: {VIEW: Scope.BRANCH},
    RoleCode.STOREKEEPER: dict.fromkeys((VIEW, SHIP, RETURN), Scope.BRANCH),
    RoleCode.ACCOUNTANT: dict.fromkeys((VIEW, TAKE_PAYMENT, REFUND, EXPORT, SEND), Scope.BRANCH),
    RoleCode.SUPPORT: dict.fromkeys((VIEW, SEND), Scope.BRANCH),
    RoleCode.AUDITOR: {VIEW: Scope.COMPANY},
    RoleCode.INTEGRATOR: dict.fromkeys((VIEW, ADD, CHANGE, TAKE_PAYMENT, SEND), Scope.BRANCH),
}
