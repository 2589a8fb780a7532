"""Suppliers, and what each asks for a product."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.services import record
from inventory.errors import SupplierChangedMeanwhile
from inventory.models import Product, Supplier, SupplierProduct

from .once import earlier

FIELDS = frozenset(
    {
        *("name", "contact_name", "phone", "email", "currency", "lead_days"),
        *("tax_id", "bank_account", "note", "is_active"),
    }
)
_SECRET = frozenset({"tax_id", "bank_account"})


@transaction.atomic
def save_supplier(
    supplier: Supplier | None,
    values: Mapping[str, Any],
    *,
    actor: User,
    version: int | None = None,
    request_id: UUID | None = None,
) -> Supplier:
    """Add a supplier, once for each `request_id`, or change one. Errors: SupplierChangedMeanwhile."""
    if supplier is None:
        if request_id and (known := earlier(Supplier, request_id)):
            return known  # type: ignore[no-any-return]
        given = {name: value for name, value in values.items() if name in FIELDS}
        made = Supplier.objects.create(**given, request_id=request_id)
        record(actor, "supplier.created", made)
        return made
    locked = Supplier.objects.select_for_update().get(pk=supplier.pk)
    if version is not None and version != locked.version:
        raise SupplierChangedMeanwhile
    changes = {
        name: (getattr(locked, name), value)
        for name, value in values.items()
        if name in FIELDS and getattr(locked, name) != value
    }
    if not changes:
        return locked
    for name, (_before, after) in changes.items():
        setattr(locked, name, after)
    locked.version += 1
    locked.save(update_fields=[*changes, "version"])
    words = {name: _words(name, *pair) for name, pair in changes.items()}
    record(actor, "supplier.changed", locked, changes=words)
    return locked


def _words(name: str, before: Any, after: Any) -> list[Any]:
    if name in _SECRET:
        return ["•••" if value else "" for value in (before, after)]
    return [before, after]


@transaction.atomic
def offer_product(
    supplier: Supplier, product: Product, values: Mapping[str, Any], *, actor: User
) -> SupplierProduct:
    """Write down at what a supplier sells a product; a preferred one takes the others' place.

    `values`: sku, price, minimum, lead_days, is_preferred.
    """
    Product.objects.select_for_update(no_key=True).get(
        pk=product.pk
    )  # rivals for "preferred" queue here
    if values.get("is_preferred"):
        others = SupplierProduct.objects.filter(product=product, is_preferred=True)
        others.exclude(supplier=supplier).update(is_preferred=False)
    offer, _is_new = SupplierProduct.objects.update_or_create(
        supplier=supplier, product=product, defaults=dict(values)
    )
    record(actor, "supplier.offer_changed", supplier, changes={"product": product.sku})
    return offer


@transaction.atomic
def withdraw_offer(offer: SupplierProduct, *, actor: User) -> None:
    """Forget that a supplier sells a product."""
    record(actor, "supplier.offer_removed", offer.supplier, changes={"product": offer.product.sku})
    offer.delete()
