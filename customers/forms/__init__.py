"""What people write about customers, parsed and cleaned."""

from .bulk import BulkForm
from .customer import CustomerEditForm, CustomerNewForm
from .dealings import ConsentForm, NoteForm, PointForm

__all__ = [
    "BulkForm",
    "ConsentForm",
    "CustomerEditForm",
    "CustomerNewForm",
    "NoteForm",
    "PointForm",
]
