"""Warehouses in which a person may act."""

from accounts.models import User
from inventory.errors import NotYourWarehouse
from inventory.models import Warehouse
from inventory.models.stock import OfWarehouseQuerySet


def require_place(actor: User, warehouse: Warehouse, permission: str) -> None:
    """Raise NotYourWarehouse unless the permission reaches this warehouse's branch."""
    places = OfWarehouseQuerySet.places_of(actor, permission)
    if not places.filter(pk=warehouse.pk).exists():
        raise NotYourWarehouse
