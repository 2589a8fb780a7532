"""The heads of stock documents: where, from whom, why. Choices are what the editor may reach."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory import permissions
from inventory.models import ProductCategory, PurchaseOrder, Supplier, Warehouse
from inventory.models.stock import OfWarehouseQuerySet
from inventory.services.categories import tree

from .fields import AUTO, CurrencyField, NumberField, TextField

RATE = Decimal("9999999999.99999999")


class PlaceField(forms.ModelChoiceField):
    """A warehouse."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Warehouse.objects.none(), **kwargs)


class CategoryField(forms.ModelChoiceField):
    """A category, drawn as deep as it lies in the tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=ProductCategory.objects.all(), **kwargs)

    def offer_tree(self) -> None:
        """Read the tree once and draw it into the choices."""
        empty = [] if self.empty_label is None else [("", self.empty_label)]
        self.choices = empty + [
            (branch.category.pk, f"{'— ' * branch.depth}{branch.category.name}")
            for branch in tree()
        ]


class _DocumentForm(forms.Form):
    """A head with a request id, so that a double submit is one document."""

    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, editor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editor = editor

    def offer_places(self, name: str, permission: str) -> None:
        """Offer the open warehouses in which the editor holds the permission; one alone is chosen."""
        rows = OfWarehouseQuerySet.places_of(self.editor, permission).filter(is_active=True)
        field: Any = self.fields[name]
        field.queryset = rows
        if self.is_bound:
            return
        first = list(rows[:2])
        if len(first) == 1:
            field.initial = first[0].pk


class EntryForm(_DocumentForm):
    """Receiving, issuing and adjusting without a document."""

    warehouse = PlaceField(label=_("Warehouse"), empty_label=_("Please choose"))
    reason = TextField(label=_("Reason"), max_length=200, widget=forms.TextInput(attrs=AUTO))
    reference = TextField(
        label=_("Document number"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={**AUTO, "dir": "ltr"}),
    )

    def __init__(self, *args: Any, permission: str, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason
        self.offer_places("warehouse", permission)


class TransferForm(_DocumentForm):
    """A transfer from one of the editor's warehouses to any other."""

    origin = PlaceField(label=_("From"), empty_label=_("Please choose"))
    destination = PlaceField(label=_("To"), empty_label=_("Please choose"))
    note = TextField(
        label=_("Note"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_places("origin", permissions.MOVE_STOCK)
        everywhere = Warehouse.objects.visible_to(self.editor).filter(is_active=True)
        self.fields["destination"].queryset = everywhere  # type: ignore[attr-defined]

    def clean(self) -> None:
        """A transfer has two ends."""
        data = self.cleaned_data
        if data.get("origin") and data.get("origin") == data.get("destination"):
            self.add_error("destination", _("Choose another warehouse than the first."))


class CountForm(_DocumentForm):
    """A count of a warehouse, or of one category in it."""

    warehouse = PlaceField(label=_("Warehouse"), empty_label=_("Please choose"))
    category = CategoryField(
        label=_("Only this category"), required=False, empty_label=_("The whole warehouse")
    )
    note = TextField(
        label=_("Note"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_places("warehouse", permissions.COUNT_STOCK)
        self.fields["category"].offer_tree()  # type: ignore[attr-defined]


class PurchaseForm(_DocumentForm):
    """A purchase order; `version` is the one that the editor saw."""

    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Supplier.objects.none(), empty_label=_("Please choose")
    )
    warehouse = PlaceField(label=_("To warehouse"), empty_label=_("Please choose"))
    currency = CurrencyField(
        label=_("Currency"), required=False, help_text=_("Left empty: the supplier's.")
    )
    exchange_rate = NumberField(
        label=_("Exchange rate"),
        places=8,
        most=RATE,
        least=Decimal("0.00000001"),
        required=False,
        help_text=_(
            "One unit of this currency in the currency of the branch. "
            "Left empty: the company's rate of today."
        ),
    )
    expected_on = forms.DateField(
        label=_("Expected"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = TextField(
        label=_("Note"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False
    )

    def __init__(self, *args: Any, order: PurchaseOrder | None = None, **kwargs: Any) -> None:
        if order:
            kwargs["initial"] = _purchase_initial(order)
        super().__init__(*args, **kwargs)
        suppliers = Supplier.objects.visible_to(self.editor).filter(is_active=True)
        if order:
            suppliers |= Supplier.objects.filter(pk=order.supplier_id)
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]
        self.offer_places("warehouse", permissions.CHANGE_PURCHASE)

    def clean(self) -> None:
        """A supplier is paid in its own currency where nobody says otherwise."""
        data = self.cleaned_data
        if "currency" in data and not data["currency"] and data.get("supplier"):
            data["currency"] = data["supplier"].currency


def _purchase_initial(order: PurchaseOrder) -> dict[str, Any]:
    names = ("currency", "exchange_rate", "expected_on", "note", "version")
    return {
        **{name: getattr(order, name) for name in names},
        "supplier": order.supplier_id,
        "warehouse": order.warehouse_id,
    }
