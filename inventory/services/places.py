"""Warehouses in which a person may act."""

from accounts.models import User
from inventory.errors import NotYourWarehouse, WarehouseClosed
from inventory.models import Warehouse
from inventory.models.stock import OfWarehouseQuerySet


def require_place(actor: User, warehouse: Warehouse, permission: str) -> None:
    """Raise NotYourWarehouse unless the permission reaches this warehouse's branch."""
    places = OfWarehouseQuerySet.places_of(actor, permission)
    if not places.filter(pk=warehouse.pk).exists():
        raise NotYourWarehouse


def require_open(*warehouses: Warehouse) -> None:
    """Raise WarehouseClosed when one of them is out of use."""
    if any(not warehouse.is_active for warehouse in warehouses):
        raise WarehouseClosed
