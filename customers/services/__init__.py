"""What the business does with customers. Import from here."""

from .bulk import BulkChange, assign_customers, bulk_change, undo_bulk_change
from .change import archive_customer, update_customer
from .consents import Statement, current_consents, record_consent
from .duplicates import Candidate, Sought, find_duplicates
from .merging import FieldChoice, count_children, merge_customers, preview_merge, undo_merge
from .notes import add_note, delete_note, pin_note
from .pairs import dismiss_pair, look_for_pairs
from .people import NewCustomer, create_customer
from .points import NewPoint, add_point, make_primary, remove_point
from .timeline import TimelineLine, add_to_timeline

__all__ = [
    "BulkChange",
    "Candidate",
    "FieldChoice",
    "NewCustomer",
    "NewPoint",
    "Sought",
    "Statement",
    "TimelineLine",
    "add_note",
    "add_point",
    "add_to_timeline",
    "archive_customer",
    "assign_customers",
    "bulk_change",
    "count_children",
    "create_customer",
    "current_consents",
    "delete_note",
    "dismiss_pair",
    "find_duplicates",
    "look_for_pairs",
    "make_primary",
    "merge_customers",
    "pin_note",
    "preview_merge",
    "record_consent",
    "remove_point",
    "undo_bulk_change",
    "undo_merge",
    "update_customer",
]
