"""Who may do what to inspections. Which ones: InspectionQuerySet.visible_to()."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import RoleCode, Scope

VIEW = "inspections.view_inspection"
ADD = "inspections.add_inspection"
SCHEDULE = "inspections.schedule_inspection"  # give to an inspector, move, cancel
CARRY_OUT = "inspections.carry_out_inspection"
CHANGE_TEMPLATES = "inspections.change_templates"
EXPORT = "inspections.export_inspection"

LABELS = {
    VIEW: _("See inspections"),
    ADD: _("Request inspections"),
    SCHEDULE: _("Schedule, move and cancel inspections"),
    CARRY_OUT: _("Carry out inspections"),
    CHANGE_TEMPLATES: _("Change inspection types and checklists"),
    EXPORT: _("Export inspections"),
}

_BRANCH = dict.fromkeys((VIEW, ADD, SCHEDULE, CARRY_OUT, EXPORT), Scope.BRANCH)

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: _BRANCH,
    RoleCode.SUPERVISOR: _BRANCH,
    RoleCode.SALES: {VIEW: Scope.OWN, ADD: Scope.OWN, SCHEDULE: Scope.OWN},
    RoleCode.INSPECTOR: {VIEW: Scope.OWN, CARRY_OUT: Scope.OWN},
    RoleCode.SUPPORT: {VIEW: Scope.BRANCH, ADD: Scope.BRANCH},
    RoleCode.AUDITOR: {VIEW: Scope.COMPANY},
    RoleCode.INTEGRATOR: {VIEW: Scope.BRANCH, ADD: Scope.BRANCH},
}
