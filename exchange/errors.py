"""Refusals about imports and exports, each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class UnreadableFile(BusinessError):
    """The file is no table, or a broken one."""

    code = "unreadable_file"
    message = _("This file can't be read as a table. Use CSV, XLSX or vCard.")
    http_status = 422


class FileForgotten(BusinessError):
    """The file is no longer kept."""

    code = "file_forgotten"
    message = _("The file of this import is no longer kept. Upload it again.")
    http_status = 410


class WrongState(BusinessError):
    """The step does not follow from the batch's state."""

    code = "wrong_state"
    message = _("This import has moved on meanwhile. Reload the page to see its state.")


class MappingIncomplete(BusinessError):
    """A required field has no column, or two columns go to one field."""

    code = "mapping_incomplete"
    message = _("Some required fields have no column yet.")
    http_status = 422


class CannotUndo(BusinessError):
    """The import was undone already, or what it made is in use."""

    code = "cannot_undo"
    message = _("This import can't be taken back any more.")
