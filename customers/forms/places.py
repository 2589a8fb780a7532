"""An address of a customer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from crm_project.kit.countries import COUNTRIES
from crm_project.kit.text import ascii_digits
from customers.models import Address
from customers.services import AddressDraft

from .fields import AUTO, LTR, TextField


class AddressForm(forms.Form):
    """Where a customer is; the map link opens in the person's own map."""

    line = TextField(
        label=_("Street and building"), max_length=300, widget=forms.TextInput(attrs=AUTO)
    )
    district = TextField(
        label=_("District"), max_length=80, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    city = TextField(
        label=_("City"), max_length=80, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    postal_code = TextField(
        label=_("Postal code"), max_length=12, required=False, widget=forms.TextInput(attrs=LTR)
    )
    country = forms.ChoiceField(label=_("Country"), choices=list(COUNTRIES.items()), initial="SA")
    label = TextField(
        label=_("Label"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=AUTO),
        help_text=_("For example: villa, office, warehouse."),
    )
    map_url = TextField(
        label=_("Map link"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={**LTR, "inputmode": "url"}),
    )
    is_primary = forms.BooleanField(label=_("Primary"), required=False)

    def __init__(self, data: Any = None, *, address: Address | None = None) -> None:
        self.address = address
        names = self.base_fields
        initial = {name: getattr(address, name) for name in names} if address else None
        super().__init__(data, initial=initial)
        if address and address.country not in COUNTRIES:
            choices = [*COUNTRIES.items(), (address.country, address.country)]
            self.fields["country"].choices = choices  # type: ignore[attr-defined]

    def clean_postal_code(self) -> str:
        return ascii_digits(self.cleaned_data["postal_code"])

    def clean_map_url(self) -> str:
        return checked_map_url(self.cleaned_data["map_url"])

    def draft(self) -> AddressDraft:
        """The address, ready for the service."""
        return AddressDraft(**self.cleaned_data)


def checked_map_url(written: str) -> str:
    """Return a web address or "". Raises ValidationError; only https and http lead anywhere."""
    if not written:
        return ""
    url = written if "://" in written else f"https://{written}"
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise ValidationError(_("This is no web address."), code="invalid") from error
    return url
