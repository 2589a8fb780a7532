"""Who may do what to people, settings and the log. Which rows: the models' visible_to()."""

from django.utils.translation import gettext_lazy as _

from .roles import RoleCode, Scope

VIEW_COMPANY = "accounts.view_company"  # company scope makes a person company-wide
VIEW_USER = "accounts.view_user"
CHANGE_USER = "accounts.change_user"
CHANGE_ROLE = "accounts.change_role"
CHANGE_SETTINGS = "accounts.change_settings"
CHANGE_TEAMS = "accounts.change_teams"
MANAGE_KEYS = "accounts.manage_keys"
VIEW_API_DOCS = "accounts.view_api_docs"  # what the API can do, for who connects programs
VIEW_ACTIVITY = "accounts.view_activity"
USE_ACCOUNT = "accounts.use_account"  # own profile, sessions, notifications, saved views

LABELS = {
    USE_ACCOUNT: _("Use the product: own profile and notifications"),
    VIEW_COMPANY: _("Belong to the whole company"),
    VIEW_USER: _("See colleagues"),
    CHANGE_USER: _("Invite and change users"),
    CHANGE_ROLE: _("Change the role matrix"),
    CHANGE_SETTINGS: _("Change company settings"),
    CHANGE_TEAMS: _("Change departments and teams"),
    MANAGE_KEYS: _("Manage integrator keys"),
    VIEW_API_DOCS: _("Read the description of the API"),
    VIEW_ACTIVITY: _("Read the activity log"),
}

_STAFF = {USE_ACCOUNT: Scope.OWN, VIEW_USER: Scope.BRANCH, VIEW_ACTIVITY: Scope.OWN}

GRANTS = {
    RoleCode.COMPANY_MANAGER: dict.fromkeys(LABELS, Scope.COMPANY),
    RoleCode.BRANCH_MANAGER: {
        USE_ACCOUNT: Scope.OWN,
        VIEW_USER: Scope.BRANCH,
        CHANGE_USER: Scope.BRANCH,
        CHANGE_TEAMS: Scope.BRANCH,
        VIEW_ACTIVITY: Scope.BRANCH,
    },
    RoleCode.SUPERVISOR: {**_STAFF, VIEW_ACTIVITY: Scope.BRANCH},
    RoleCode.SALES: _STAFF,
    RoleCode.INSPECTOR: _STAFF,
    RoleCode.STOREKEEPER: _STAFF,
    RoleCode.ACCOUNTANT: _STAFF,
    RoleCode.SUPPORT: _STAFF,
    RoleCode.AUDITOR: {
        USE_ACCOUNT: Scope.OWN,
        VIEW_COMPANY: Scope.COMPANY,
        VIEW_USER: Scope.COMPANY,
        VIEW_ACTIVITY: Scope.COMPANY,
    },
    RoleCode.INTEGRATOR: {VIEW_USER: Scope.BRANCH, VIEW_API_DOCS: Scope.BRANCH},
}
