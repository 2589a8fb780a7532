"""Warehouses in which a person may act."""

from django.db import connection

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
    """Raise WarehouseClosed when one of them is out of use; they stay open until the transaction
    ends. Whoever closes one at this moment is waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [[warehouse.pk for warehouse in warehouses]])
        if not all(is_active for (is_active,) in cursor.fetchall()):
            raise WarehouseClosed


OPEN = "SELECT is_active FROM inventory_warehouse WHERE id = ANY(%s) ORDER BY id FOR SHARE"
