"""Who may do what to a lead. Which leads they may do it to: LeadQuerySet.visible_to()."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW = "leads.view_lead"
CHANGE = "leads.change_lead"
ASSIGN = "leads.assign_lead"  # hand a lead to a colleague
CONVERT = "leads.convert_lead"  # turn a lead into a customer
ADD = "leads.add_lead"
EXPORT = "leads.export_lead"
VIEW_RULES = "leads.view_routingrule"
CHANGE_RULES = "leads.change_routingrule"
CHANGE_FORMS = "leads.change_webform"

LABELS = {
    VIEW: _("See leads"),
    ADD: _("Enter leads"),
    CHANGE: _("Accept, correct, snooze and reject leads"),
    ASSIGN: _("Hand leads to a colleague"),
    CONVERT: _("Turn leads into customers"),
    EXPORT: _("Export leads"),
    VIEW_RULES: _("See routing rules"),
    CHANGE_RULES: _("Change routing rules"),
    CHANGE_FORMS: _("Change web forms"),
}

_SALES = {
    VIEW: Scope.OWN,
    ADD: Scope.OWN,
    CHANGE: Scope.OWN,
    CONVERT: Scope.OWN,
    VIEW_RULES: Scope.BRANCH,
}

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: dict.fromkeys(LABELS, Scope.BRANCH),
    RoleCode.SUPERVISOR: dict.fromkeys(LABELS, Scope.BRANCH),
    RoleCode.SALES: _SALES,
    RoleCode.SUPPORT: {VIEW: Scope.BRANCH},
    RoleCode.AUDITOR: {VIEW: Scope.COMPANY, VIEW_RULES: Scope.COMPANY},
    RoleCode.INTEGRATOR: {VIEW: Scope.BRANCH, ADD: Scope.BRANCH, CHANGE: Scope.BRANCH},
}
