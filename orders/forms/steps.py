"""The short forms of an order's steps: ship, deliver, return, cancel, assign, promise."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.forms.pickers import PersonField
from accounts.models import User
from orders.models import Order

from .fields import DayField, HiddenUUID, TextField

LTR = {"dir": "ltr", "autocomplete": "off"}


class _OnceForm(forms.Form):
    """A form that does its work once, however often it is sent."""

    request_id = HiddenUUID()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"request_id": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class _VersionForm(forms.Form):
    """A form about the order as it was when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": order.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class ShipForm(_OnceForm):
    """How goods leave; which ones stands beside it: parcels.py."""

    carrier = TextField(label=_("Carrier"), max_length=80, required=False)
    tracking = TextField(
        label=_("Tracking number"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs=LTR),
    )
    tracking_url = forms.URLField(
        label=_("Tracking link"),
        max_length=200,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs=LTR),
    )
    address = TextField(label=_("Delivery address"), max_length=300, required=False)


class DeliverForm(forms.Form):
    """Where a shipment is now."""

    to = forms.ChoiceField(
        choices=[("out", ""), ("failed", ""), ("delivered", "")], widget=forms.HiddenInput
    )
    received_by = TextField(label=_("Received by"), max_length=120, required=False)


class ReturnForm(_OnceForm):
    """Why goods come back; which ones stands beside it: parcels.py."""

    reason = TextField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say why.")},
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class CancelForm(_VersionForm):
    """Why an order ends."""

    reason = TextField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say why.")},
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "autofocus": True}),
    )


class PromiseForm(_VersionForm):
    """Another promised date, or none."""

    promised_on = DayField(label=_("Promised date"), required=False)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        kwargs["initial"] = {"promised_on": order.promised_on}
        super().__init__(*args, order=order, **kwargs)


class AssignForm(forms.Form):
    """Who is responsible from now on."""

    owner = PersonField(label=_("Responsible"), queryset=User.objects.none(), empty_label=None)

    def __init__(
        self, *args: Any, editor: User, branch_id: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people: Any = User.objects.visible_to(editor).staff()
        if branch_id:
            people = people.filter(Q(branch_id=branch_id) | Q(branch=None))
        field: Any = self.fields["owner"]
        field.queryset = people
