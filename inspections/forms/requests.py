"""Asking for an inspection."""

import uuid
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from customers.models import Customer
from inspections.models import Inspection, InspectionType
from inspections.services import NewInspection, change_inspection, request_inspection
from orders.models import Order

from .fields import AUTO, LTR, TextField

_text: dict[str, Any] = {"required": False, "widget": forms.TextInput(attrs=AUTO)}


class _RequestForm(forms.Form):
    """What making and changing share."""

    type = forms.ModelChoiceField(label=_("Type"), queryset=InspectionType.objects.none())
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)
    wishes = TextField(label=_("The customer's wishes"), max_length=300, **_text)
    address = TextField(label=_("Address"), max_length=300, **_text)
    district = TextField(label=_("District"), max_length=80, **_text)
    map_url = TextField(
        label=_("Map link"),
        max_length=500,
        required=False,
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.TextInput(attrs={**LTR, "inputmode": "url"}),
    )
    note = TextField(
        label=_("Note"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, editor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editor = editor
        types = InspectionType.objects.visible_to(editor).active()
        self.fields["type"].queryset = types  # type: ignore[attr-defined]


class RequestForm(_RequestForm):
    """A new request; the hidden request id makes a double submit one inspection."""

    customer = forms.ModelChoiceField(
        label=_("Customer"), queryset=Customer.objects.none(), widget=forms.HiddenInput
    )
    order = forms.ModelChoiceField(
        queryset=Order.objects.none(), required=False, widget=forms.HiddenInput
    )
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none())
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, editor: User, **kwargs: Any) -> None:
        super().__init__(*args, editor=editor, **kwargs)
        fields: Any = self.fields
        fields["customer"].queryset = Customer.objects.visible_to(editor).open()
        fields["order"].queryset = Order.objects.visible_to(editor)
        if editor.is_company_wide:
            fields["branch"].queryset = Branch.objects.visible_to(editor).active()
            fields["branch"].required = False
            fields["branch"].empty_label = _("The customer's")
        else:
            del fields["branch"]
        self.order_fields(["customer", "type", "branch"])

    def clean(self) -> None:
        """An order's inspection is its customer's."""
        data = self.cleaned_data
        order, customer = data.get("order"), data.get("customer")
        if order and customer and order.customer_id != customer.pk:
            raise forms.ValidationError(_("The order belongs to another customer."))

    def save(self) -> Inspection:
        """Ask for it; it belongs to the editor, and to the customer's branch for everybody's."""
        data = dict(self.cleaned_data)
        branch = data.pop("branch", None) or self.editor.branch or data["customer"].branch
        new = NewInspection(**data, branch=branch, owner=self.editor)
        return request_inspection(new, actor=self.editor)


class RequestEditForm(_RequestForm):
    """Changes what was asked; `version` is the one that the editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        names = ("is_urgent", "wishes", "address", "district", "map_url", "note", "version")
        initial = {name: getattr(inspection, name) for name in names}
        super().__init__(*args, initial={**initial, "type": inspection.type_id}, **kwargs)
        self.inspection = inspection
        fields: Any = self.fields
        fields["type"].queryset |= InspectionType.objects.filter(pk=inspection.type_id)

    def save(self) -> Inspection:
        """Save what differs. Errors: InspectionChangedMeanwhile, WrongState."""
        data = dict(self.cleaned_data)
        version = data.pop("version")
        return change_inspection(self.inspection, data, actor=self.editor, version=version)
