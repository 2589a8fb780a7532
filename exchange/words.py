"""Words for the log's entries about imports and exports, and for their notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {
    "import.uploaded": _("uploaded a file to import"),
    "import.started": _("started an import"),
    "import.finished": _("imported a file"),
    "import.cancelled": _("cancelled an import"),
    "import.undo_started": _("started to take an import back"),
    "import.undone": _("took an import back"),
    "import.failed_rows_taken": _("took the failed rows of an import as a file"),
    "import.file_forgotten": _("deleted the old file of an import"),
    "customer.imported": _("added or changed customers by an import"),
    "product.imported": _("added or changed products by an import"),
}
NOTICES: Mapping[str, Any] = {"import.finished": _("Your import is done")}
