"""Pages of leads."""

from django.urls import path

from .views import (
    actions,
    board,
    duplicates,
    entry,
    export,
    fields,
    inbox,
    panels,
    replay,
    replies,
    rules,
    tiles,
    web_forms,
)

app_name = "leads"
urlpatterns = [
    path("", inbox.InboxView.as_view(), name="inbox"),
    path("<int:pk>/", inbox.LeadView.as_view(), name="detail"),
    path("<int:pk>/pulse/", inbox.LeadPulseView.as_view(), name="pulse"),
    path("board/", board.BoardView.as_view(), name="board"),
    path("board/<slug:status>/", board.BoardColumnView.as_view(), name="board_column"),
    path("export/", export.LeadExportView.as_view(), name="export"),
    path("new/", entry.LeadNewView.as_view(), name="new"),
    # What a person does
    path("<int:pk>/accept/", actions.AcceptView.as_view(), name="accept"),
    path("<int:pk>/qualify/", actions.QualifyView.as_view(), name="qualify"),
    path("<int:pk>/assign/", actions.AssignView.as_view(), name="assign"),
    path("<int:pk>/snooze/", actions.SnoozeView.as_view(), name="snooze"),
    path("<int:pk>/reject/", actions.RejectView.as_view(), name="reject"),
    path("<int:pk>/reopen/", actions.ReopenView.as_view(), name="reopen"),
    path("<int:pk>/convert/", actions.ConvertView.as_view(), name="convert"),
    path("<int:pk>/move/", board.MoveView.as_view(), name="move"),
    path("<int:pk>/reply/", replies.ReplyView.as_view(), name="reply"),
    path("undo/<str:token>/", actions.UndoView.as_view(), name="undo"),
    # What was read
    path("<int:pk>/fields/", fields.FieldsView.as_view(), name="fields"),
    path(
        "<int:pk>/fields/accept/",
        fields.FieldsAcceptCertainView.as_view(),
        name="fields_accept_certain",
    ),
    path("fields/<int:pk>/accept/", fields.FieldAcceptView.as_view(), name="field_accept"),
    path("fields/<int:pk>/edit/", fields.FieldEditView.as_view(), name="field_edit"),
    path(
        "duplicates/<int:pk>/link/",
        duplicates.DuplicateView.as_view(),
        {"answer": "link"},
        name="duplicate_link",
    ),
    path(
        "duplicates/<int:pk>/dismiss/",
        duplicates.DuplicateView.as_view(),
        {"answer": "dismiss"},
        name="duplicate_dismiss",
    ),
    # Routing rules
    path("rules/", rules.RulesView.as_view(), name="rules"),
    path("rules/new/", rules.RuleEditView.as_view(), name="rule_new"),
    path("rules/condition/", rules.ConditionRowView.as_view(), name="rule_condition"),
    path("rules/dry-run/", rules.DryRunView.as_view(), name="rules_dry_run"),
    path("rules/restore/<str:token>/", rules.RuleRestoreView.as_view(), name="rule_restore"),
    path("rules/<int:pk>/", rules.RuleEditView.as_view(), name="rule"),
    path("rules/<int:pk>/move/", rules.RuleMoveView.as_view(), name="rule_move"),
    path("rules/<int:pk>/switch/", rules.RuleSwitchView.as_view(), name="rule_switch"),
    path("rules/<int:pk>/delete/", rules.RuleDeleteView.as_view(), name="rule_delete"),
    # Web forms
    path("forms/", web_forms.FormListView.as_view(), name="forms"),
    path("forms/new/", web_forms.FormEditView.as_view(), name="form_new"),
    path("forms/<int:pk>/", web_forms.FormEditView.as_view(), name="form"),
    # Parts of other pages
    path("customer/<int:pk>/", panels.CustomerPanelView.as_view(), name="customer_panel"),
    path(
        "customer/<int:pk>/whatsapp/",
        panels.CustomerWhatsAppView.as_view(),
        name="customer_whatsapp",
    ),
    path("home/intake/", tiles.IntakeTileView.as_view(), name="home_intake"),
    path("home/channels/", tiles.ChannelsTileView.as_view(), name="home_channels"),
    path("home/newest/", tiles.NewestTileView.as_view(), name="home_newest"),
    path("home/mine/", tiles.MineTileView.as_view(), name="home_mine"),
    # Raw signals
    path("signal/<int:pk>/", replay.SignalLeadsView.as_view(), name="signal_panel"),
    path("replay/<int:pk>/", replay.ReplayView.as_view(), name="replay"),
]
