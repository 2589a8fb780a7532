"""Addresses of accounts."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views import (
    activity,
    confirm,
    keys,
    mfa,
    notifications,
    organisation,
    password_reset,
    preferences,
    profile,
    roles,
    saved_views,
    search,
    sessions,
    settings,
    sign_in,
    users,
)

app_name = "accounts"


class ActionConverter(StringConverter):
    """What a button on a person's page does."""

    regex = "deactivate|activate|sign-out|invite"


register_converter(ActionConverter, "person_action")

urlpatterns = [
    path("sign-in/", sign_in.SignInView.as_view(), name="sign_in"),
    path("sign-in/code/", sign_in.SignInCodeView.as_view(), name="sign_in_totp"),
    path("sign-out/", sign_in.SignOutView.as_view(), name="sign_out"),
    path("password/reset/", password_reset.PasswordResetView.as_view(), name="password_reset"),
    path(
        "password/new/<slug:uid>/<slug:token>/",
        password_reset.PasswordNewView.as_view(),
        name="password_new",
    ),
    path("language/", preferences.SetLanguageView.as_view(), name="set_language"),
    path("preferences/", preferences.SetPreferenceView.as_view(), name="set_preference"),
    path("logo/", settings.LogoView.as_view(), name="logo"),
    path("badges/", notifications.BadgesView.as_view(), name="badges"),
    path("search/", search.SearchView.as_view(), name="search"),
    # The own account
    path("account/", profile.ProfileView.as_view(), name="profile"),
    path("account/password/", confirm.PasswordChangeView.as_view(), name="password_change"),
    path("account/codes/set-up/", mfa.MfaSetupView.as_view(), name="mfa_setup"),
    path("account/codes/off/", confirm.MfaOffView.as_view(), name="mfa_off"),
    path("account/codes/recovery/", confirm.RecoveryCodesView.as_view(), name="recovery_codes"),
    path("account/sessions/", sessions.SessionsView.as_view(), name="sessions"),
    path("account/sessions/end/", sessions.SessionsEndView.as_view(), name="sessions_end"),
    path("account/sessions/<int:pk>/end/", sessions.SessionEndView.as_view(), name="session_end"),
    path(
        "account/notifications/",
        notifications.NotificationPreferencesView.as_view(),
        name="notification_preferences",
    ),
    # Notifications
    path(
        "notifications/",
        notifications.NotificationDrawerView.as_view(),
        name="notification_drawer",
    ),
    path(
        "notifications/<int:pk>/open/",
        notifications.NotificationOpenView.as_view(),
        name="notification_open",
    ),
    path(
        "notifications/read/",
        notifications.NotificationsReadAllView.as_view(),
        name="notifications_read_all",
    ),
    # Colleagues, roles, settings
    path("users/", users.UserListView.as_view(), name="users"),
    path("users/new/", users.UserNewView.as_view(), name="user_new"),
    path("users/<int:pk>/", users.UserView.as_view(), name="user"),
    path("users/<int:pk>/edit/", users.UserEditView.as_view(), name="user_edit"),
    path(
        "users/<int:pk>/<person_action:action>/",
        users.UserActionView.as_view(),
        name="user_action",
    ),
    path(
        "users/<int:pk>/codes/off/",
        confirm.ColleagueCodesOffView.as_view(),
        name="user_codes_off",
    ),
    path("roles/", roles.RolesView.as_view(), name="roles"),
    path("roles/new/", roles.RoleNewView.as_view(), name="role_new"),
    path("roles/<int:pk>/", roles.RoleEditView.as_view(), name="role_edit"),
    path("settings/", settings.SettingsView.as_view(), name="settings"),
    path("settings/organisation/", organisation.OrganisationView.as_view(), name="organisation"),
    path(
        "settings/organisation/branches/new/",
        organisation.BranchNewView.as_view(),
        name="branch_new",
    ),
    path(
        "settings/organisation/branches/<int:pk>/",
        organisation.BranchEditView.as_view(),
        name="branch_edit",
    ),
    path(
        "settings/organisation/branches/<int:pk>/departments/new/",
        organisation.DepartmentNewView.as_view(),
        name="branch_add_department",
    ),
    path(
        "settings/organisation/branches/<int:pk>/teams/new/",
        organisation.TeamNewView.as_view(),
        name="branch_add_team",
    ),
    path(
        "settings/organisation/departments/<int:pk>/",
        organisation.DepartmentEditView.as_view(),
        name="department_edit",
    ),
    path(
        "settings/organisation/departments/<int:pk>/remove/",
        organisation.DepartmentRemoveView.as_view(),
        name="department_remove",
    ),
    path(
        "settings/organisation/teams/<int:pk>/",
        organisation.TeamEditView.as_view(),
        name="team_edit",
    ),
    path(
        "settings/organisation/teams/<int:pk>/remove/",
        organisation.TeamRemoveView.as_view(),
        name="team_remove",
    ),
    path("settings/keys/", keys.KeysView.as_view(), name="keys"),
    path("settings/keys/new/", keys.KeyNewView.as_view(), name="key_new"),
    path("settings/keys/<int:pk>/revoke/", keys.KeyRevokeView.as_view(), name="key_revoke"),
    path("activity/", activity.ActivityListView.as_view(), name="activity"),
    path("views/new/", saved_views.SavedViewNewView.as_view(), name="saved_view_new"),
    path(
        "views/<int:pk>/delete/",
        saved_views.SavedViewDeleteView.as_view(),
        name="saved_view_delete",
    ),
]
