"""The fields of products that a column can go to, and what is wrong with a cell."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.resource import Field
from inventory.costs import sees_cost

FIELDS = (
    Field(
        code="sku",
        label=_("SKU"),
        is_required=True,
        synonyms=(
            *("Item code", "Product code", "Code", "Item number", "Item no", "Part number"),
            *("Internal reference", "Reference", "Model", "رمز المنتج", "كود المنتج", "كود الصنف"),
            *("رقم الصنف", "الكود", "الرمز", "رمز الصنف"),
        ),
    ),
    Field(
        code="barcode",
        label=_("Barcode"),
        synonyms=("EAN", "EAN13", "UPC", "GTIN", "الباركود", "باركود"),
    ),
    Field(
        code="name_ar",
        label=_("Arabic name"),
        synonyms=(
            *("Name", "Product", "Product name", "Item", "Item name", "Name (Arabic)", "Name ar"),
            *("الاسم", "اسم المنتج", "اسم الصنف", "الصنف", "المنتج", "الاسم العربي"),
        ),
    ),
    Field(
        code="name_en",
        label=_("English name"),
        synonyms=("Name (English)", "Name en", "الاسم الإنجليزي", "الاسم بالإنجليزية"),
    ),
    Field(
        code="category",
        label=_("Category"),
        synonyms=("Product category", "Group", "الفئة", "التصنيف", "المجموعة", "القسم"),
    ),
    Field(
        code="kind",
        label=_("Kind"),
        synonyms=("Product type", "Type", "Item type", "النوع", "نوع المنتج"),
    ),
    Field(
        code="tracking",
        label=_("Tracking"),
        synonyms=("Tracked by", "Lot tracking", "التتبع"),
    ),
    Field(
        code="unit",
        label=_("Unit"),
        synonyms=("Unit of measure", "UoM", "Uom", "الوحدة", "وحدة القياس"),
    ),
    Field(
        code="price",
        label=_("Price"),
        looks="number",
        synonyms=("Sale price", "Sales price", "Unit price", "List price", "السعر", "سعر البيع"),
    ),
    Field(
        code="cost",
        label=_("Standard cost"),
        looks="number",
        synonyms=("Cost", "Cost price", "Purchase price", "التكلفة", "سعر التكلفة", "سعر الشراء"),
    ),
    Field(
        code="tax_percent",
        label=_("Tax (%)"),
        looks="number",
        synonyms=("Tax", "VAT", "Tax rate", "Tax percent", "الضريبة", "نسبة الضريبة"),
    ),
    Field(code="currency", label=_("Currency"), synonyms=("العملة",)),
    Field(
        code="description_ar",
        label=_("Arabic description"),
        synonyms=("Description", "Details", "الوصف", "التفاصيل"),
    ),
    Field(
        code="description_en",
        label=_("English description"),
        synonyms=("Description (English)", "Description en", "الوصف بالإنجليزية"),
    ),
    Field(code="is_active", label=_("For sale"), synonyms=("Active", "Enabled", "نشط", "للبيع")),
    Field(
        code="allows_backorder",
        label=_("May be sold without stock"),
        synonyms=("Backorder", "Allow backorder", "البيع بلا مخزون"),
    ),
    Field(
        code="reorder_point",
        label=_("Reorder point"),
        looks="number",
        synonyms=("Minimum stock", "Min quantity", "Reorder level", "حد الطلب", "الحد الأدنى"),
    ),
    Field(
        code="opening",
        label=_("Opening stock"),
        looks="number",
        synonyms=(
            *("On hand", "Quantity", "Quantity on hand", "Qty", "Stock", "الكمية", "المخزون"),
            *("الرصيد", "الرصيد الافتتاحي"),
        ),
    ),
)
SENTENCES: dict[str, tuple[Any, Any]] = {
    "no_name": (_("No name"), _("A new product needs a name.")),
    "unknown_category": (
        _("Unknown category"),
        _("There is no such category. Let the import add missing ones, or choose another."),
    ),
    "unknown_category_meant": (
        _("Unknown category"),
        _("There is no such category. Do you mean %(meant)s?"),
    ),
    "unknown_choice": (_("Unknown word"), _("Write one of: %(known)s.")),
    "tax_not_percent": (_("Wrong tax"), _("The tax is a percentage from 0 to 100.")),
    "service_not_tracked": (_("Wrong tracking"), _("A service has no lots and no serial numbers.")),
    "barcode_taken": (
        _("Barcode taken"),
        _("Another product has this barcode: %(sku)s. Correct one of them."),
    ),
    "barcode_repeated": (
        _("Barcode taken"),
        _("An earlier row of the file has this barcode: row %(row)s."),
    ),
    "no_warehouse": (
        _("No warehouse"),
        _("Choose above in which warehouse the stock lies, or leave the column out."),
    ),
    "opening_not_stocked": (
        _("No opening stock"),
        _("Opening stock is for new stocked products without lots and serial numbers."),
    ),
    "wrong_currency": (
        _("Wrong currency"),
        _("Write the three letters of the currency, like SAR."),
    ),
}


def fields_for(actor: Any) -> Sequence[Field]:
    """Return the fields for this person: costs only for those who see them."""
    return [one for one in FIELDS if one.code != "cost" or sees_cost(actor)]
