"""Forms of every make into one shape. Pure: no models, no database.

`parse_form_body` turns bytes into pairs or JSON, `read_submission` turns those into submissions.
"""

from .body import parse_form_body
from .recognise import read_submission
from .signatures import is_google_key, is_signed_by_tally, is_signed_by_typeform
from .spam import looks_automated
from .submission import FormSubmission, UnreadableForm

__all__ = [
    "FormSubmission",
    "UnreadableForm",
    "is_google_key",
    "is_signed_by_tally",
    "is_signed_by_typeform",
    "looks_automated",
    "parse_form_body",
    "read_submission",
]
