"""Payments, refunds and exchange rates."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models import Payment
from orders.services import NewPayment

from .fields import DayField, FigureField, HiddenUUID, TextField, bare


class PaymentForm(forms.Form):
    """Money that comes in or goes back: suggests `most`, in the order's currency."""

    amount = FigureField(label=_("Amount"))
    method = forms.ChoiceField(
        label=_("Method"), choices=Payment.Method.choices, widget=forms.RadioSelect
    )
    reference = TextField(
        label=_("Reference"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    note = TextField(label=_("Note"), max_length=300, required=False)
    request_id = HiddenUUID()

    def __init__(self, *args: Any, most: Decimal, **kwargs: Any) -> None:
        first = {"amount": bare(most), "method": Payment.Method.CASH, "request_id": uuid4()}
        kwargs["initial"] = {**first, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def new_payment(self) -> NewPayment:
        """What to record."""
        names = ("amount", "method", "reference", "note")
        return NewPayment(**{name: self.cleaned_data[name] for name in names})


class RateForm(forms.Form):
    """What a currency is worth from a day on, in the company's currency."""

    currency = TextField(
        label=_("Currency"),
        min_length=3,
        max_length=3,
        help_text=_("Three letters, as USD."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters"}),
    )
    on = DayField(label=_("From"), initial=timezone.localdate)
    rate = FigureField(label=_("Rate"))

    def __init__(self, *args: Any, company_currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company_currency = company_currency
        words = _("What one unit is worth in %(currency)s.") % {"currency": company_currency}
        self.fields["rate"].help_text = words

    def clean_currency(self) -> str:
        """Three Latin letters that are not the company's own currency."""
        code = str(self.cleaned_data["currency"]).upper()
        if not (code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Three letters, as USD."))
        if code == self.company_currency:
            raise forms.ValidationError(_("This is the company's own currency: it is always 1."))
        return code
