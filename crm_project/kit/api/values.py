"""What stands in the examples of the API: one small firm's customer, order, stock and visit.

Keys are names of fields, or "Component.field" where a name means something else there. Decimals are
padded to the places of their field. Days ahead move with the calendar, so that what an example
books can be booked.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

# Optional fields that the example of a new record shows, and of a change
USUAL = frozenset({
    "accuracy", "address", "branch", "carrier", "choices", "city", "email", "evidence",
    "expected_on", "is_primary", "is_shared", "label", "leader", "lines", "manager", "members",
    "note", "phone", "phones", "promised_on", "quantity", "query", "reason", "reference",
    "result_note", "signature", "signed_by", "text", "tracking", "unit", "working_hours",
})  # fmt: skip
CHANGED = frozenset({
    "city", "description_ar", "is_available", "is_pinned", "label", "lead_days", "name_en", "note",
    "promised_on", "quote_days", "tax_percent", "text", "wishes", "reorder_point",
})  # fmt: skip
_NUMBERS: Mapping[str, int] = {
    "id": 1, "branch": 1, "supplier": 1, "category": 1, "type": 1, "payment": 1, "shipment": 1,
    "customer": 12, "kept": 12, "first": 12, "merged": 14, "second": 14, "conversation": 14,
    "owner": 7, "actor": 7, "author": 7, "manager": 7, "leader": 7, "person": 7, "to": 7,
    "user": 7, "created_by": 7, "recorded_by": 7, "uploaded_by": 7, "counted_by": 7,
    "inspector": 8, "members": 8, "mentions": 8, "decided_by": 8, "product": 3, "team": 3,
    "department": 3, "item": 3, "line": 3, "lot": 3, "point": 3, "warehouse": 2, "origin": 2,
    "object_id": 2, "order": 2, "message": 2, "signal": 2, "destination": 5, "before": 5,
    "position": 5, "draft_order": 5, "parent": 5, "version": 1, "rows_done": 1, "row": 1,
    "marked": 1, "moves": 1, "minutes": 60, "lead_days": 10, "quote_days": 14,
    "first_reply_minutes": 15, "rank": 30, "lead_capacity": 30, "size": 48213,
    "file_bytes": 48213, "row_count": 120, "score": 72, "percent": 100, "attempts": 0,
    "failed_count": 0, "repeated_count": 0, "kept_count": 0,
}  # fmt: skip
_DECIMALS: Mapping[str, str] = {
    "price": "2400", "unit_price": "2400", "subtotal": "2400", "net": "2400", "revenue": "2400",
    "cost": "1650", "unit_cost": "1650", "average_cost": "1650", "total": "2760",
    "balance": "2760", "quantity": "2", "counted": "2", "expected": "2", "reorder_quantity": "2",
    "included": "2", "on_hand": "14", "on_hand_after": "14", "available": "14", "discount": "0",
    "discount_percent": "0", "discount_share": "0", "credited": "0", "credit": "0",
    "reserved": "0", "reserved_change": "0", "returned": "0", "shipped": "0", "received": "0",
    "amount": "500", "paid": "500", "tax": "360", "tax_percent": "15", "rate": "3.75",
    "exchange_rate": "1", "reorder_point": "4", "per_unit": "95", "budget": "20000",
    "latitude": "24.713600", "longitude": "46.675300", "value": "23100", "number": "24.5",
    "lowest": "0", "highest": "100", "OrderMargin.percent": "31.3", "OrderMargin.amount": "750",
}  # fmt: skip
_OTHERS: Mapping[str, Any] = {
    "name": "نورة العتيبي", "name_ar": "الرياض", "name_en": "Riyadh", "company": "دار الضيافة",
    "actor_name": "سلمان الحربي", "owner_name": "سلمان الحربي", "customer_name": "نورة العتيبي",
    "User.name": "سلمان الحربي", "WriteUser.name": "سلمان الحربي", "Me.name": "سلمان الحربي",
    "User.name_en": "Salman Alharbi", "WriteUser.name_en": "Salman Alharbi",
    "User.email": "salman@example.com", "WriteUser.email": "salman@example.com",
    "SignIn.email": "salman@example.com", "password": "correct horse battery", "role": "sales",
    "access": "eyJhbGciOiJIUzI1NiJ9.e30.access", "refresh": "eyJhbGciOiJIUzI1NiJ9.e30.refresh",
    "Role.code": "sales", "Role.name_ar": "مبيعات", "Role.name_en": "Sales",
    "Role.grants": {"customers.view_customer": "branch"}, "hidden_fields": {},
    "permissions": {"customers.view_customer": "branch"}, "branch_code": "riy", "code": "riy",
    "Customer.code": "C-00012", "CustomerDetail.code": "C-00012", "BranchInput.code": "dmm",
    "BranchInput.name_ar": "الدمام", "BranchInput.name_en": "Dammam", "time_zone": "Asia/Riyadh",
    "phone_region": "SA", "country": "SA", "currency": "SAR",
    "working_hours": {"7": [["09:00", "13:00"], ["16:00", "22:00"]], "1": [["09:00", "18:00"]]},
    "phone": "+966551234567", "phones": "0551234567", "email": "noura@example.com",
    "emails": "noura@example.com", "contact_name": "هاني", "city": "الرياض", "district": "النرجس",
    "line": "شارع عثمان بن عفان 12", "address": "شارع عثمان بن عفان 12", "label": "المنزل",
    "delivery_address": "شارع عثمان بن عفان 12", "address_ar": "طريق الملك فهد",
    "postal_code": "13321", "address_en": "King Fahd Road",
    "map_url": "https://maps.example.com/?q=24.7136,46.6753", "national_id": "••••41",
    "tax_id": "", "custom": {"loyalty_card": "A-1204"}, "tags": 1,
    "tax_number": "300000000000003", "register_number": "1010000000", "bank_details": "SA00 …",
    "customer_prefix": "C-", "lead_prefix": "L-", "quote_terms": "الدفع 50% مقدماً",
    "text": "تفضّل الاتصال بعد العصر", "note": "التسليم بعد العصر", "wishes": "بعد العصر",
    "result_note": "الجدار جاهز", "terms": "الدفع 50% مقدماً", "specs": "2 طن، إنفرتر",
    "reason": "طلب العميل", "cancel_reason": "طلب العميل", "evidence": "قالها في مكالمة",
    "NewConsent.source": "call", "Consent.source": "call", "caption": "الواجهة",
    "value": "+966551234568", "NewAnswer.value": "24.5", "Answer.number": "24.5",
    "Answer.text": "", "unit": "piece", "carrier": "سمسا", "tracking": "SM123456789",
    "received_by": "نورة", "reference": "TR-20261122",
    "tracking_url": "https://track.example.com/SM123456789", "purpose": "marketing",
    "Order.number": "RIY-2026-00042", "OrderDetail.number": "RIY-2026-00042",
    "Payment.number": "RC-2026-00017", "Shipment.number": "DN-2026-00009", "door": "confirm",
    "Inspection.number": "V-00031", "InspectionDetail.number": "V-00031", "kind": "phone",
    "sku": "AC-SPL-24", "barcode": "6281000000017", "bin": "A-3", "lot_number": "",
    "file_name": "customers.csv", "description_ar": "تبريد وتدفئة، إنفرتر", "Product.name_ar": "مكيف سبليت 24",
    "Product.name_en": "Split AC 24", "parent": None, "NewProduct.name_ar": "مكيف سبليت 24",
    "NewProduct.name_en": "Split AC 24", "ChangeProduct.name_en": "Split AC 24,000 BTU",
    "ChangeCompany.name_en": "Nasma Air", "Warehouse.name_ar": "المستودع الرئيسي",
    "Warehouse.name_en": "Main store", "Warehouse.code": "main", "Supplier.name": "مصنع الخليج",
    "NewSupplier.name": "مصنع الخليج", "Team.name_ar": "فريق المنازل", "Team.name_en": "Homes",
    "NewTeam.name_ar": "فريق المنازل", "NewTeam.name_en": "Homes",
    "Department.name_ar": "المبيعات", "Department.name_en": "Sales",
    "NewDepartment.name_ar": "المبيعات", "NewDepartment.name_en": "Sales",
    "page": "customers:list", "query": "city=jeddah", "SavedView.name": "جدة",
    "NewSavedView.name": "جدة", "verb": "lead.assigned", "sentence": "أسند العميل المحتمل",
    "object_type": "leads.lead", "object_label": "L-01042",
    "changes": {"owner": ["سلمان", "هند"]}, "ip": "203.0.113.7", "ActivityLine.reason": {},
    "request_id": "3f0c9a", "columns": [], "resource": "customers",
    "choices": {"phone": "merged"}, "mapping": {"0": "name", "1": "phones"}, "options": {},
    "content_type": "application/pdf", "sha256": "9f86d081884c7d659a2feaa0c55ad015",
    "colour": "warn", "language": "ar", "method": "transfer", "status": "active",
    "AdvanceOrder.to": "in_progress", "outcome": "fits", "excerpt": "أحتاج تكييف لخمس غرف",
    "next": None, "file": "customers.csv", "WebForm.name": "الموقع", "key": "k3v9",
    "origins": "https://shop.example.com", "subject": "", "detail": "", "url": "", "fault": "",
    "error": "", "remember_as": "",
    "CustomerCategory.name_ar": "ذهبي", "CustomerCategory.name_en": "Gold",
    "CategoryInput.name_ar": "بلاتيني", "CategoryInput.name_en": "Platinum", "CategoryInput.colour": "gold",
    "CustomerTag.name": "كبار العملاء", "TagInput.name": "كبار العملاء",
    "ProductCategory.name_ar": "تبريد", "ProductCategory.name_en": "Cooling",
    "ProductCategory.code": "cooling", "ProductCategoryInput.code": "split",
    "ProductCategoryInput.name_ar": "سبليت", "ProductCategoryInput.name_en": "Split units",
    "NewWarehouse.code": "main", "NewWarehouse.name_ar": "المستودع الرئيسي",
    "NewWarehouse.name_en": "Main store", "ChangeWarehouse.name_en": "Main store",
    "ChangeDepartment.name_en": "Field sales", "ChangeTeam.name_en": "Homes and villas",
    "NewRate.currency": "USD", "ExchangeRate.currency": "USD", "Correct.text": "الرياض",
    "Reply.text": "أهلاً بك، نعم متوفر. متى يناسبك الموعد؟", "CustomerMergeInput.choices": {"city": "merged"},
    "CustomerMerge.choices": {"city": "merged"}, "Reject.reason": "no_answer",
    "Channel.name": "واتساب الرياض", "Conversation.name": "نورة العتيبي", "external_id": "100001",
    "NewAbsence.reason": "إجازة", "Absence.reason": "إجازة", "Lot.number": "L-2026-07",
    "LotDetail.number": "L-2026-07", "IssueStock.reason": "عينة للمعرض",
    "AdjustStock.reason": "تلف", "CustomerField.code": "loyalty_card", "CustomerField.choices": [],
    "CustomerField.name_ar": "بطاقة الولاء", "CustomerField.name_en": "Loyalty card",
    "StockCount.number": "C-00007", "Count.number": "C-00007", "CountDetail.number": "C-00007",
    "Purchase.number": "PO-RIY-2026-00003", "Transfer.number": "T-00004",
    "InspectionType.name_ar": "معاينة تركيب", "InspectionType.name_en": "Installation survey",
    "InspectionType.code": "survey", "ChecklistItem.label_ar": "ارتفاع الجدار",
    "ChecklistItem.label_en": "Height of the wall", "ChecklistItem.unit": "m",
    "OrderLine.name": "مكيف سبليت 24", "OrderReturn.number": "RT-2026-00002",
    "RoleMatrix.grants": {"customers.view_customer": "branch"}, "like": "sales",
    "NewRole.name_ar": "مبيعات أولى", "NewRole.name_en": "Senior sales", "prefix": "mdr_k3v9Qx",
    "IntegratorKey.name": "المتجر", "MadeKey.name": "المتجر", "NewIntegratorKey.name": "المتجر",
    "integration_name": "المتجر", "scopes": ["customers.view_customer"],
    "MadeKey.secret": "mdr_k3v9Qx…", "Profile.name_en": "Salman Alharbi",
    "NewCustomerField.kind": "choice", "NewCustomerField.code": "building",
    "NewCustomerField.name_ar": "المبنى", "NewCustomerField.name_en": "Building",
    "NewCustomerField.choices": [{"ar": "فيلا", "en": "Villa"}, {"ar": "شقة", "en": "Flat"}],
    "ChangeCustomerField.name_en": "Building", "step": "up", "image": "photo.jpg",
    "NewInspectionType.code": "villa-survey", "NewInspectionType.name_ar": "معاينة فيلا",
    "NewInspectionType.name_en": "Villa survey", "ChangeInspectionType.name_en": "Villa survey",
    "NewChecklistItem.kind": "number", "NewChecklistItem.label_ar": "ارتفاع الجدار",
    "NewChecklistItem.label_en": "Height of the wall", "NewChecklistItem.unit": "m",
    "NewChecklistItem.choices": [], "ChangeChecklistItem.unit": "m", "label_ar": "ارتفاع الجدار",
    "label_en": "Height of the wall", "signed_by": "نورة العتيبي", "signature": "signature.png",
    "missing_reason": "لم يكن أحد في الموقع", "NewWebForm.name": "الموقع",
    "NewWebForm.title_ar": "اطلب عرضاً", "NewWebForm.title_en": "Ask for an offer",
    "ChangeWebForm.title_en": "Ask for an offer", "NewChannel.name": "واتساب الدمام",
    "NewChannel.external_id": "100777", "ChangeChannel.name": "واتساب الرياض",
}  # fmt: skip


def values() -> dict[str, Any]:
    """Return the values by name, with days ahead of today."""
    sunday = _next_sunday()
    days = ("promised_on", "valid_until", "expected_on")
    return {
        **_NUMBERS,
        **_DECIMALS,
        **_OTHERS,
        **dict.fromkeys(days, f"{sunday:%Y-%m-%d}"),
        **dict.fromkeys(("starts_at", "until"), f"{sunday:%Y-%m-%dT09:00:00Z}"),
        "ends_at": f"{sunday:%Y-%m-%dT10:00:00Z}",
    }


def _next_sunday() -> datetime:
    """The first day of the next week that is worked."""
    today = datetime.now(UTC)
    return today + timedelta(days=7 - today.isoweekday() % 7)
