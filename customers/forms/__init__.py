"""What people write about customers, parsed and cleaned."""

from .bulk import BulkFieldForm, BulkForm
from .customer import CustomerEditForm, CustomerNewForm
from .dealings import ConsentForm, NoteForm, PointForm
from .places import AddressForm

__all__ = [
    "AddressForm",
    "BulkFieldForm",
    "BulkForm",
    "ConsentForm",
    "CustomerEditForm",
    "CustomerNewForm",
    "NoteForm",
    "PointForm",
]
