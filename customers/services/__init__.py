"""What the business does with customers. Import from here."""

from .people import NewCustomer, create_customer
from .timeline import TimelineLine, add_to_timeline

__all__ = ["NewCustomer", "TimelineLine", "add_to_timeline", "create_customer"]
