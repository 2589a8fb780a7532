"""What a branch trades: one record of every kind, with the branch's canary in every text."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from customers.models import Address, Attachment, Customer, CustomField, DuplicatePair, Merge
from exchange.registry import resources
from exchange.services import upload_file
from inspections.models import (
    Absence,
    ChecklistItem,
    Inspection,
    InspectionPhoto,
    InspectionType,
)
from inventory.models import (
    Lot,
    Product,
    ProductCategory,
    ProductImage,
    PurchaseOrder,
    StockCount,
    StockMovement,
    Supplier,
    SupplierProduct,
    Transfer,
    Warehouse,
)
from inventory.services import Move, move_stock
from orders.models import ExchangeRate
from orders.services import (
    LineInput,
    NewPayment,
    NewShipment,
    OrderInput,
    confirm_order,
    record_payment,
    ship_order,
    write_quote,
)
from tests import factories


def a_picture() -> ContentFile:
    """A small real picture."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "#0e6681").save(out, "PNG")
    return ContentFile(out.getvalue(), "p.png")


def trade_of(
    branch: Any, owner: User, inspector: User, customer: Customer, canary: str
) -> dict[str, Any]:
    """Return the records of a branch's trade by the name that doors call them."""
    return {
        **_stock(branch, owner, canary),
        **_orders(branch, owner, customer, canary),
        **_visits(branch, owner, inspector, customer, canary),
        **_customers(branch, owner, customer, canary),
        "batch": upload_file(
            SimpleUploadedFile(f"{canary}.csv", f"Name,Phone\n{canary},0551234567\n".encode()),
            resource=resources()["customers"],
            branch=branch,
            actor=owner,
        ),
    }


def _stock(branch: Any, owner: User, canary: str) -> dict[str, Any]:
    code = branch.code
    category = ProductCategory.objects.get_or_create(
        code="cooling", defaults={"name_ar": "تبريد", "name_en": "Cooling"}
    )[0]
    product = Product.objects.get_or_create(
        sku="WALK-1", defaults={"name_ar": "مكيف", "name_en": "Unit", "price": 100}
    )[0]
    place = Warehouse.objects.create(
        branch=branch, code=f"w-{code}"[:12], name_ar="مستودع", name_en="Store"
    )
    other = Warehouse.objects.create(
        branch=branch, code=f"x-{code}"[:12], name_ar="مستودع", name_en="Store 2"
    )
    move = Move(
        kind=StockMovement.Kind.RECEIPT, product_id=product.pk, warehouse_id=place.pk,
        quantity=Decimal(50), unit_cost=Decimal(60), source=f"walk:{code}", reference=canary,
        note=canary,
    )  # fmt: skip
    movement = move_stock([move], actor=owner)[0]
    supplier = Supplier.objects.get_or_create(name="مورّد")[0]
    offer = SupplierProduct.objects.get_or_create(supplier=supplier, product=product)[0]
    purchase = PurchaseOrder.objects.create(
        number=f"PO-{canary}"[:24], supplier=supplier, warehouse=place, note=canary,
        created_by=owner,
    )  # fmt: skip
    transfer = Transfer.objects.create(
        number=f"T-{canary}"[:20], origin=place, destination=other, note=canary, created_by=owner
    )
    count = StockCount.objects.create(
        number=f"N-{canary}"[:20], warehouse=place, note=canary, created_by=owner
    )
    lot = Lot.objects.create(product=product, number=f"L-{code}")
    image = ProductImage.objects.create(product=product, image=a_picture(), thumbnail=a_picture())
    return {
        "product": product, "product_category": category, "warehouse": place,
        "inventory": movement.inventory, "movement": movement, "supplier": supplier,
        "offer": offer, "purchase": purchase, "transfer": transfer, "count": count, "lot": lot,
        "count_line": count.lines.create(product=product), "picture": image,
    }  # fmt: skip


def _orders(branch: Any, owner: User, customer: Customer, canary: str) -> dict[str, Any]:
    product = Product.objects.get(sku="WALK-1")
    wanted = OrderInput(
        customer=customer, lines=(LineInput(product_id=product.pk, quantity=Decimal(2)),),
        branch=branch, owner=owner, note=canary, terms=canary, delivery_address=canary,
    )  # fmt: skip
    order = write_quote(wanted, actor=owner, request_id=uuid4())
    order = confirm_order(order, actor=owner)
    payment = record_payment(
        order, NewPayment(amount=Decimal(10), note=canary), actor=owner, request_id=uuid4()
    )
    shipment = ship_order(order, NewShipment(tracking=canary), actor=None, request_id=uuid4())
    rate = ExchangeRate.objects.get_or_create(
        currency="USD", on=timezone.localdate(), defaults={"rate": Decimal("3.75")}
    )[0]
    return {"order": order, "payment": payment, "shipment": shipment, "rate": rate}


def _visits(
    branch: Any, owner: User, inspector: User, customer: Customer, canary: str
) -> dict[str, Any]:
    kind = InspectionType.objects.get_or_create(
        code="survey", defaults={"name_ar": "معاينة", "name_en": "Survey"}
    )[0]
    item = ChecklistItem.objects.get_or_create(
        type=kind, label_en="Height", defaults={"label_ar": "الارتفاع", "kind": "number"}
    )[0]
    start = timezone.now() + timedelta(days=2)
    visit = Inspection.objects.create(
        number=f"I-{canary}"[:20], type=kind, branch=branch, customer=customer, owner=owner,
        inspector=inspector, status="scheduled", starts_at=start,
        ends_at=start + timedelta(hours=1), is_outside_hours_allowed=True, address=canary,
        note=canary, wishes=canary, search_text=canary,
    )  # fmt: skip
    photo = InspectionPhoto.objects.create(
        inspection=visit, client_id=uuid4(), image=a_picture(), thumbnail=a_picture(),
        caption=canary,
    )  # fmt: skip
    absence = Absence.objects.create(
        inspector=inspector, starts_at=start + timedelta(days=5),
        ends_at=start + timedelta(days=6), reason=canary,
    )  # fmt: skip
    return {
        "inspection": visit, "inspection_type": kind, "checklist_item": item, "photo": photo,
        "absence": absence,
    }  # fmt: skip


def _customers(branch: Any, owner: User, customer: Customer, canary: str) -> dict[str, Any]:
    twin = factories.make_customer(branch, owner, name=f"{canary} توأم")
    merged = factories.make_customer(branch, owner, name=f"{canary} مدموج")
    Customer.objects.filter(pk=merged.pk).update(archived_at=timezone.now(), merged_into=customer)
    pair = DuplicatePair.objects.create(
        first=customer, second=twin, score=0.9, reasons=["Same phone"]
    )
    return {
        "address": Address.objects.create(customer=customer, line=canary, is_primary=False),
        "attachment": Attachment.objects.create(
            customer=customer, file=ContentFile(b"%PDF-1.4", "a.pdf"), name=f"{canary}.pdf",
            content_type="application/pdf", size=8, sha256="0" * 64, uploaded_by=owner,
        ),
        "pair": pair,
        "merge": Merge.objects.create(
            kept=customer, merged=merged, actor=owner,
            before={"fields": {}, "archived_at": None, "tags": [], "primary": {"points": []},
                    "consents": {}},
        ),
        "custom_field": CustomField.objects.get_or_create(
            code="floor", defaults={"kind": "text", "name_ar": "الدور", "name_en": "Floor"}
        )[0],
    }  # fmt: skip
