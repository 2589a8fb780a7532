"""Who may do what to a customer. Which customers: CustomerQuerySet.visible_to()."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW = "customers.view_customer"
ADD = "customers.add_customer"
CHANGE = "customers.change_customer"
ASSIGN = "customers.assign_customer"
EXPORT = "customers.export_customer"
MERGE = "customers.merge_customer"
SET_UP = "customers.change_customfield"  # fields, categories and tags are the whole company's

LABELS = {
    VIEW: _("See customers"),
    ADD: _("Add customers"),
    CHANGE: _("Change customers, notes and consents"),
    ASSIGN: _("Hand customers to a colleague"),
    EXPORT: _("Export customers"),
    MERGE: _("Merge duplicates"),
    SET_UP: _("Define customer fields, categories and tags"),
}
SENSITIVE_FIELDS = {
    "customers.phone": _("Phone numbers"),
    "customers.email": _("E-mail addresses"),
    "customers.identifiers": _("National id and tax number"),
}

_SALES = {VIEW: Scope.OWN, ADD: Scope.OWN, CHANGE: Scope.OWN}
_BRANCH = dict.fromkeys(LABELS.keys() - {SET_UP}, Scope.BRANCH)

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: _BRANCH,
    RoleCode.SUPERVISOR: _BRANCH,
    RoleCode.SALES: _SALES,
    RoleCode.SUPPORT: {VIEW: Scope.BRANCH, CHANGE: Scope.BRANCH},
    RoleCode.INSPECTOR: {VIEW: Scope.BRANCH},
    RoleCode.ACCOUNTANT: {VIEW: Scope.BRANCH},
    RoleCode.AUDITOR: {VIEW: Scope.COMPANY},
    RoleCode.INTEGRATOR: {VIEW: Scope.BRANCH, ADD: Scope.BRANCH, CHANGE: Scope.BRANCH},
}
