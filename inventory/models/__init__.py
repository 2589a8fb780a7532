"""Products, where they lie, how they move, and how they are bought."""

from .alerts import StockAlert
from .catalogue import Product, ProductCategory, ProductImage
from .documents import StockCount, StockCountLine, Transfer, TransferLine
from .purchasing import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, Supplier, SupplierProduct
from .stock import Inventory, Lot, LotStock, Reservation, StockMovement, Warehouse

__all__ = [
    "Inventory",
    "Lot",
    "LotStock",
    "Product",
    "ProductCategory",
    "ProductImage",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseReceipt",
    "Reservation",
    "StockAlert",
    "StockCount",
    "StockCountLine",
    "StockMovement",
    "Supplier",
    "SupplierProduct",
    "Transfer",
    "TransferLine",
    "Warehouse",
]
