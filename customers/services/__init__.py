"""What the business does with customers. Import from here."""

from .addresses import (
    AddressDraft,
    add_address,
    change_address,
    make_primary_address,
    remove_address,
)
from .attachments import add_attachment, remove_attachment, restore_attachment
from .bulk import BulkChange, assign_customers, bulk_change, undo_bulk_change
from .change import archive_customer, update_customer
from .consents import Statement, current_consents, record_consent
from .custom_fields import (
    FieldDraft,
    active_fields,
    change_field,
    define_field,
    fields_of,
    move_field,
    retire_field,
)
from .duplicates import Candidate, Sought, find_duplicates
from .labels import (
    CategoryDraft,
    add_tag,
    category_named,
    merge_tags,
    remove_category,
    remove_tag,
    rename_tag,
    save_category,
    tag_named,
)
from .merging import FieldChoice, count_children, merge_customers, preview_merge, undo_merge
from .notes import add_note, delete_note, edit_note, pin_note
from .pairs import dismiss_pair, look_for_pairs, refresh_name_keys
from .people import NewCustomer, create_customer
from .points import NewPoint, add_point, make_primary, remove_point
from .retention import forget_removed_files
from .timeline import TimelineLine, add_to_timeline

__all__ = [
    "AddressDraft",
    "BulkChange",
    "Candidate",
    "CategoryDraft",
    "FieldChoice",
    "FieldDraft",
    "NewCustomer",
    "NewPoint",
    "Sought",
    "Statement",
    "TimelineLine",
    "active_fields",
    "add_address",
    "add_attachment",
    "add_note",
    "add_point",
    "add_tag",
    "add_to_timeline",
    "archive_customer",
    "assign_customers",
    "bulk_change",
    "category_named",
    "change_address",
    "change_field",
    "count_children",
    "create_customer",
    "current_consents",
    "define_field",
    "delete_note",
    "dismiss_pair",
    "edit_note",
    "fields_of",
    "find_duplicates",
    "forget_removed_files",
    "look_for_pairs",
    "make_primary",
    "make_primary_address",
    "merge_customers",
    "merge_tags",
    "move_field",
    "pin_note",
    "preview_merge",
    "record_consent",
    "refresh_name_keys",
    "remove_address",
    "remove_attachment",
    "remove_category",
    "remove_point",
    "remove_tag",
    "rename_tag",
    "restore_attachment",
    "retire_field",
    "save_category",
    "tag_named",
    "undo_bulk_change",
    "undo_merge",
    "update_customer",
]
