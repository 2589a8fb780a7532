"""Refusals about products and stock, each with a sentence for people."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError

BAD_CODE = _("Use Latin letters, digits and hyphens only.")  # of a warehouse or a category


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


class SerialInTransit(BusinessError):
    """A piece that was sent from one warehouse to another comes in there, and nowhere else."""

    code = "serial_in_transit"
    message = _("This serial number is on its way between two warehouses.")


class SerialIsOnePiece(BusinessError):
    """A part of a piece with a serial number can't leave."""

    code = "serial_is_one_piece"
    message = _("A serial number is one whole piece.")


class NotStocked(BusinessError):
    """Services have no stock."""

    code = "not_stocked"
    message = _("This is a service: it has no stock.")


class UnknownLot(BusinessError):
    """Nothing with this lot or serial number lies there."""

    code = "unknown_lot"
    message = _("No lot or serial number like this lies in this warehouse.")


class NotYourWarehouse(BusinessError):
    """The warehouse belongs to a branch that the person may not act for."""

    code = "not_your_warehouse"
    message = _("You may not do this for this warehouse.")
    http_status = 403


class SkuTaken(BusinessError):
    """A SKU names one product."""

    code = "sku_taken"
    message = _("Another product has this SKU.")


class BarcodeTaken(BusinessError):
    """A barcode names one product."""

    code = "barcode_taken"
    message = _("Another product has this barcode.")


class CodeTaken(BusinessError):
    """A code names one category or one warehouse."""

    code = "code_taken"
    message = _("This code is in use already.")


class NameTaken(BusinessError):
    """Two categories of one name in the same place would be one thing."""

    code = "name_taken"
    message = _("There is one with this name here already.")


class CategoryTooDeep(BusinessError):
    """The tree of categories is at most five deep, and nobody is his own ancestor."""

    code = "category_too_deep"
    message = _("A category can't lie under itself, and the tree is at most five deep.")


class UnreadablePicture(BusinessError):
    """The file is no PNG, JPEG or WebP picture, or is too large."""

    code = "unreadable_picture"
    message = _("Choose a PNG, JPEG or WebP picture of at most 8 MB.")
    http_status = 422


class TooManyPictures(BusinessError):
    """A product's pictures stay few."""

    code = "too_many_pictures"
    message = _("A product has at most twelve pictures. Remove one first.")


class NothingGiven(BusinessError):
    """A document without lines, or a step that would move nothing."""

    code = "nothing_given"
    message = _("Add at least one product with a quantity.")
    http_status = 422


class MoreThanExpected(BusinessError):
    """More would arrive than was ordered or sent."""

    code = "more_than_expected"
    message = _("More than what is still expected can't be received.")


class SupplierChangedMeanwhile(BusinessError):
    """Somebody else saved the supplier first."""

    code = "edit_conflict"
    message = _("Somebody changed this supplier while you were editing. Check it and save again.")


class WarehouseInUse(BusinessError):
    """A warehouse with stock, promises, or goods on their way to it, stays in use."""

    code = "warehouse_in_use"
    message = _("This warehouse still holds stock. Move it elsewhere first.")


class StockBelowZero(BusinessError):
    """Back-orders can't be switched off while some are open."""

    code = "stock_below_zero"
    message = _("This product is sold below zero somewhere. Receive the missing stock first.")


class FigureTooLarge(BusinessError):
    """A quantity, a cost or what they come to is beyond what is kept."""

    code = "figure_too_large"
    message = _("This number is too large.")
    http_status = 400


class RateUnknown(BusinessError):
    """A cost in one currency is needed in another, and no exchange rate says how much it is."""

    code = "exchange_rate_unknown"
    message = _("There is no exchange rate for this currency. Add one first.")


class RateNotNeeded(BusinessError):
    """An order in the currency of its branch has no exchange rate but 1."""

    code = "exchange_rate_not_needed"
    message = _("This order is in the currency of the branch: its exchange rate is 1.")
    http_status = 422


class WarehouseClosed(BusinessError):
    """Nothing is promised from, sent to or received in a warehouse that is out of use."""

    code = "warehouse_closed"
    message = _("This warehouse is closed. Choose another one, or open it again.")
