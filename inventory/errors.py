"""Refusals about products and stock, each with a sentence for people."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class InsufficientStock(BusinessError):
    """A reservation or an issue wants more than is available. `product_id` and `missing` name it."""

    code = "insufficient_stock"
    message = _("There is not enough stock.")

    def __init__(self, message: Any = None, *, product_id: int = 0, missing: Any = None) -> None:
        super().__init__(message)
        self.product_id = product_id
        self.missing = missing


class ProductChangedMeanwhile(BusinessError):
    """Somebody else saved the product first."""

    code = "edit_conflict"
    message = _("Somebody changed this product while you were editing. Check it and save again.")


class DocumentChangedMeanwhile(BusinessError):
    """A transfer, count or purchase order is not in the state any more that the step needs."""

    code = "wrong_state"
    message = _("This document has moved on meanwhile. Reload it to see its state.")


class TrackingIsFixed(BusinessError):
    """Lots and serials can't be switched on or off for a product that has moved."""

    code = "tracking_is_fixed"
    message = _("This product has stock movements, so how it is tracked can't change any more.")


class LotNeeded(BusinessError):
    """The product is tracked; the movement names no lot or serial."""

    code = "lot_needed"
    message = _("Enter the lot or serial number of this product.")


class SerialTaken(BusinessError):
    """One serial number is one piece, in one place."""

    code = "serial_taken"
    message = _("This serial number is in stock already.")


class NotStocked(BusinessError):
    """Services have no stock."""

    code = "not_stocked"
    message = _("This is a service: it has no stock.")
