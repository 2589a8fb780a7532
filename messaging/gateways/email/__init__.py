"""E-mail from outside: reading it into plain values, and fetching it by IMAP."""

from .headers import safe_header
from .mail import Address, Attachment, Bounce, Failure, ParsedEmail
from .marketplace import marketplace_fields
from .parse import parse_email
from .threading import thread_parent_ids

__all__ = [
    "Address",
    "Attachment",
    "Bounce",
    "Failure",
    "ParsedEmail",
    "marketplace_fields",
    "parse_email",
    "safe_header",
    "thread_parent_ids",
]
