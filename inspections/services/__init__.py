"""What the business does with inspections. Import from here."""

from .absences import add_absence, remove_absence
from .answers import NewAnswer, Outcome, save_answers
from .checklists import add_item, add_type, change_item, change_type, is_answered, move_item
from .completeness import missing_of
from .draft import make_draft_order, measured_lines
from .feed import feed_of, link_by_token, make_link, revoke_link
from .people import carriers, inspectors
from .photos import NewPhoto, NewSignature, add_photo, remove_photo, sign_inspection
from .reminders import hand_over_due_reminders, has_due_reminders
from .requests import NewInspection, change_inspection, follow_customer, request_inspection
from .retention import forget_orphans
from .schedule import (
    Slot,
    check_move,
    place_of,
    read_undo,
    schedule_inspection,
    undo_move,
    undo_token,
)
from .slots import Diary, Suggestion, diary_of
from .statistics import Figures, inspector_figures
from .steps import (
    cancel_inspection,
    complete_inspection,
    mark_no_show,
    set_out,
    start_inspection,
)
from .workload import Load, workload

__all__ = [
    "Diary",
    "Figures",
    "Load",
    "NewAnswer",
    "NewInspection",
    "NewPhoto",
    "NewSignature",
    "Outcome",
    "Slot",
    "Suggestion",
    "add_absence",
    "add_item",
    "add_photo",
    "add_type",
    "cancel_inspection",
    "carriers",
    "change_inspection",
    "change_item",
    "change_type",
    "check_move",
    "complete_inspection",
    "diary_of",
    "feed_of",
    "follow_customer",
    "forget_orphans",
    "hand_over_due_reminders",
    "has_due_reminders",
    "inspector_figures",
    "inspectors",
    "is_answered",
    "link_by_token",
    "make_draft_order",
    "make_link",
    "mark_no_show",
    "measured_lines",
    "missing_of",
    "move_item",
    "place_of",
    "read_undo",
    "remove_absence",
    "remove_photo",
    "request_inspection",
    "revoke_link",
    "save_answers",
    "schedule_inspection",
    "set_out",
    "sign_inspection",
    "start_inspection",
    "undo_move",
    "undo_token",
    "workload",
]
