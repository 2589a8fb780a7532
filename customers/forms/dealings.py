"""Contact points, consents and notes of a customer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Consent, ContactPoint, Customer
from customers.services import NewPoint, Statement

from .fields import AUTO, LTR, EmailsField, PhonesField, TextField


class PointForm(forms.Form):
    """A phone in any writing, or an e-mail: which of both is read from the text."""

    value = TextField(label=_("Phone or e-mail"), max_length=254, widget=forms.TextInput(attrs=LTR))
    label = TextField(
        label=_("Label"), max_length=40, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    is_primary = forms.BooleanField(label=_("Primary"), required=False)
    has_whatsapp = forms.BooleanField(label=_("On WhatsApp"), required=False)

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def clean_value(self) -> str:
        raw: str = self.cleaned_data["value"]
        field = EmailsField() if "@" in raw else PhonesField()
        field.region = self.region  # type: ignore[union-attr]
        values = field.clean(raw)
        if len(values) != 1:
            raise ValidationError(_("One at a time, please."), code="invalid")
        self.raw = raw
        return str(values[0])

    def new_point(self) -> NewPoint:
        """What was written, ready for the service."""
        data = self.cleaned_data
        is_email = "@" in data["value"]
        kind = ContactPoint.Kind.EMAIL if is_email else ContactPoint.Kind.PHONE
        return NewPoint(
            kind=kind,
            value=data["value"],
            raw=self.raw,
            label=data["label"],
            is_primary=data["is_primary"],
            has_whatsapp=data["has_whatsapp"] and not is_email,
        )


class ConsentForm(forms.Form):
    """One entry of the ledger: which contact, what for, yes or no, and how it is known."""

    point = forms.ModelChoiceField(
        label=_("Contact"), queryset=ContactPoint.objects.none(), empty_label=None
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=Consent.Purpose.choices, initial=Consent.Purpose.MARKETING
    )
    is_granted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", _("Agreed")), ("no", _("Withdrew or refused"))],
        coerce=lambda answer: answer == "yes",
    )
    source = TextField(
        label=_("Where was it said"),
        max_length=60,
        widget=forms.TextInput(attrs=AUTO),
        help_text=_("For example: phone call, showroom, contract."),
    )
    evidence = TextField(
        label=_("Evidence"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )

    def __init__(self, *args: Any, customer: Customer, shown: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = customer.points.in_use()  # type: ignore[attr-defined]
        self.fields["point"].label_from_instance = shown  # type: ignore[attr-defined]

    def statement(self) -> Statement:
        """What was said, ready for the service."""
        data = self.cleaned_data
        return Statement(
            purpose=data["purpose"],
            is_granted=data["is_granted"],
            source=data["source"],
            evidence=data["evidence"],
        )


class NoteForm(forms.Form):
    """A note; @name tells a colleague."""

    text = TextField(
        label=_("Note"),
        max_length=5000,
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "dir": "auto",
                "data-mentions": "",
                "placeholder": _("Write a note; @name tells a colleague…"),
            }
        ),
    )
