"""Customers and what is known of them."""

from .customers import Category, Customer, Tag
from .dealings import Consent, Note, TimelineEntry
from .points import ContactPoint

__all__ = ["Category", "Consent", "ContactPoint", "Customer", "Note", "Tag", "TimelineEntry"]
