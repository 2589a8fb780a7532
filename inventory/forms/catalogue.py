"""Products, their categories, suppliers and warehouses as people write them."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from crm_project.kit.phones import parse_phone
from inventory.costs import sees_cost
from inventory.errors import BAD_CODE
from inventory.models import Product, ProductCategory, Supplier, Warehouse
from inventory.models.catalogue import company_currency
from inventory.services import branches_of

from .documents import CategoryField
from .fields import AUTO, LTR, CurrencyField, NumberField, TextField

VERSION = {"widget": forms.HiddenInput, "min_value": 1, "max_value": 2**31 - 1, "required": False}
CODE = forms.TextInput(attrs=LTR)
_PLAIN = (
    *("sku", "barcode", "name_ar", "name_en", "description_ar", "description_en", "kind"),
    *("tracking", "unit", "currency", "price", "cost", "tax_percent", "allows_backorder"),
    *("is_active", "version"),
)


class ProductForm(forms.Form):
    """A product; the hidden request id makes a double submit one product."""

    name_ar = TextField(
        label=_("Arabic name"), max_length=200, widget=forms.TextInput(attrs={"dir": "rtl"})
    )
    name_en = TextField(
        label=_("English name"), max_length=200, required=False, widget=forms.TextInput(attrs=LTR)
    )
    sku = TextField(label=_("SKU"), max_length=40, widget=CODE)
    barcode = TextField(label=_("Barcode"), max_length=48, required=False, widget=CODE)
    category = CategoryField(label=_("Category"), required=False, empty_label=_("None"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Product.Kind.choices)
    tracking = forms.ChoiceField(label=_("Tracking"), choices=Product.Tracking.choices)
    unit = forms.ChoiceField(label=_("Unit"), choices=Product.Unit.choices)
    price = NumberField(label=_("Price before tax"))
    currency = CurrencyField(label=_("Currency"), initial=company_currency)
    cost = NumberField(label=_("Standard cost"), required=False)
    tax_percent = NumberField(label=_("Tax (%)"), places=2, most=Decimal(100), initial="15")
    allows_backorder = forms.BooleanField(label=_("May be sold without stock"), required=False)
    is_active = forms.BooleanField(label=_("For sale"), required=False, initial=True)
    description_ar = TextField(
        label=_("Arabic description"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "rtl"}),
    )
    description_en = TextField(
        label=_("English description"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(**VERSION)  # type: ignore[arg-type]

    def __init__(
        self, *args: Any, editor: User, product: Product | None = None, **kwargs: Any
    ) -> None:
        if product:
            initial = {name: getattr(product, name) for name in _PLAIN}
            kwargs["initial"] = {**initial, "category": product.category_id}
        super().__init__(*args, **kwargs)
        self.fields["category"].offer_tree()  # type: ignore[attr-defined]
        if not sees_cost(editor):
            del self.fields["cost"]

    def clean(self) -> None:
        """A service lies nowhere, so it has no lots."""
        data = self.cleaned_data
        is_service = data.get("kind") == Product.Kind.SERVICE
        if is_service and data.get("tracking") != Product.Tracking.NONE:
            self.add_error("tracking", _("A service has no lots or serial numbers."))

    def values(self) -> dict[str, Any]:
        """What was written, ready for the service."""
        data = dict(self.cleaned_data)
        data.pop("request_id")
        data.pop("version")
        data["barcode"] = data["barcode"] or None
        if "cost" in data:
            data["cost"] = data["cost"] or Decimal(0)
        return data


class CategoryForm(forms.Form):
    """A category of products."""

    name_ar = TextField(
        label=_("Arabic name"), max_length=120, widget=forms.TextInput(attrs={"dir": "rtl"})
    )
    name_en = TextField(label=_("English name"), max_length=120, widget=CODE)
    code = forms.SlugField(
        label=_("Code"), max_length=40, widget=CODE, error_messages={"invalid": BAD_CODE}
    )
    parent = CategoryField(label=_("Belongs under"), required=False, empty_label=_("None"))
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=32_000, initial=0)

    def __init__(self, *args: Any, category: ProductCategory | None = None, **kwargs: Any) -> None:
        if category:
            names = ("name_ar", "name_en", "code", "position")
            kwargs["initial"] = {
                **{name: getattr(category, name) for name in names},
                "parent": category.parent_id,
            }
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer_tree()  # type: ignore[attr-defined]


class SupplierForm(forms.Form):
    """A supplier; `version` is the one that the editor saw."""

    name = TextField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=AUTO))
    contact_name = TextField(
        label=_("Contact person"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=AUTO),
    )
    phone = TextField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**LTR, "inputmode": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs=LTR))
    currency = CurrencyField(label=_("Currency"), initial=company_currency)
    lead_days = forms.IntegerField(
        label=_("Delivers within (days)"), min_value=0, max_value=730, initial=7
    )
    tax_id = TextField(label=_("Tax number"), max_length=40, required=False, widget=CODE)
    bank_account = TextField(label=_("Bank account"), max_length=60, required=False, widget=CODE)
    note = TextField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)
    version = forms.IntegerField(**VERSION)  # type: ignore[arg-type]
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def __init__(
        self, *args: Any, editor: User, supplier: Supplier | None = None, **kwargs: Any
    ) -> None:
        if supplier:
            names = self.base_fields.keys() - {"tax_id", "bank_account", "request_id"}
            kwargs["initial"] = {name: getattr(supplier, name) for name in names}
        super().__init__(*args, **kwargs)
        self.region = editor.branch.phone_region if editor.branch else "SA"
        for name in ("tax_id", "bank_account"):
            if supplier and getattr(supplier, name):
                self.fields[name].help_text = _("Empty keeps what is there, - removes it.")

    def clean_phone(self) -> str:
        raw: str = self.cleaned_data["phone"]
        if not raw:
            return ""
        phone = parse_phone(raw, region=self.region)
        if phone is None:
            raise forms.ValidationError(
                _("This is not a phone number. Write it with its country code."), code="invalid"
            )
        return phone.e164

    def values(self) -> dict[str, Any]:
        """What was written, ready for the service; empty secrets stay as they are."""
        data = dict(self.cleaned_data)
        del data["version"], data["request_id"]
        for name in ("tax_id", "bank_account"):
            if not data[name]:
                del data[name]
            elif data[name] == "-":
                data[name] = None
        return data


class OfferForm(forms.Form):
    """At what a supplier sells a product."""

    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Supplier.objects.none(), empty_label=_("Please choose")
    )
    sku = TextField(label=_("Supplier's SKU"), max_length=60, required=False, widget=CODE)
    price = NumberField(label=_("Price"))
    minimum = NumberField(label=_("Orders at least"), least=Decimal("0.001"), initial="1")
    lead_days = forms.IntegerField(
        label=_("Delivers within (days)"), min_value=0, max_value=730, required=False
    )
    is_preferred = forms.BooleanField(label=_("Preferred"), required=False)

    def __init__(self, *args: Any, editor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Supplier.objects.visible_to(editor).filter(is_active=True)
        self.fields["supplier"].queryset = rows  # type: ignore[attr-defined]


class WarehouseForm(forms.Form):
    """A warehouse of a branch."""

    name_ar = TextField(
        label=_("Arabic name"), max_length=120, widget=forms.TextInput(attrs={"dir": "rtl"})
    )
    name_en = TextField(label=_("English name"), max_length=120, widget=CODE)
    code = forms.SlugField(
        label=_("Code"), max_length=12, widget=CODE, error_messages={"invalid": BAD_CODE}
    )
    branch = forms.ModelChoiceField(
        label=_("Branch"), queryset=Branch.objects.none(), empty_label=_("Please choose")
    )
    address = TextField(
        label=_("Address"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(
        self, *args: Any, editor: User, warehouse: Warehouse | None = None, **kwargs: Any
    ) -> None:
        if warehouse:
            names = ("name_ar", "name_en", "code", "address", "is_active")
            kwargs["initial"] = {
                **{name: getattr(warehouse, name) for name in names},
                "branch": warehouse.branch_id,
            }
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches_of(editor)  # type: ignore[attr-defined]


class ReorderForm(forms.Form):
    """When and how much of a product is ordered again in one warehouse."""

    point = NumberField(
        label=_("Reorder point"), required=False, help_text=_("Empty: no alert, nothing suggested.")
    )
    quantity = NumberField(
        label=_("Quantity to reorder"),
        required=False,
        least=Decimal("0.001"),
        help_text=_("Empty: up to the reorder point and the demand until it arrives."),
    )
    bin = TextField(
        label=_("Shelf"), max_length=40, required=False, widget=forms.TextInput(attrs=AUTO)
    )


class PictureForm(forms.Form):
    """A picture of a product."""

    image = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
