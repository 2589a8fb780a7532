"""Customers and what is known of them."""

from .customers import Category, Customer, Tag
from .dealings import Consent, Note, TimelineEntry
from .fields import CustomField
from .merging import DuplicatePair, Merge
from .places import Address, Attachment
from .points import ContactPoint

__all__ = [
    "Address",
    "Attachment",
    "Category",
    "Consent",
    "ContactPoint",
    "CustomField",
    "Customer",
    "DuplicatePair",
    "Merge",
    "Note",
    "Tag",
    "TimelineEntry",
]
