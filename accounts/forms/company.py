"""Company settings."""

import re
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import CompanySettings

CURRENCIES = ("SAR", "AED", "EGP", "KWD", "QAR", "BHD", "OMR", "JOD", "USD", "EUR")
PRINTED_PHONE = re.compile(r"(?=.*\d.*\d.*\d)[\d\s+()/,.\-\u2010-\u2015]+")
LIMITS = (  # field, least, most
    ("tax_percent", 0, 100),
    ("first_reply_minutes", 1, 10_080),  # a week
    ("quote_days", 1, 730),
)


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Names, logo, money, numbers and promises. Saved by the service, not by the form."""

    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = CompanySettings
        fields = (
            "name_ar",
            "name_en",
            "currency",
            "tax_percent",
            "customer_prefix",
            "lead_prefix",
            "first_reply_minutes",
            "tax_number",
            "register_number",
            "address_ar",
            "address_en",
            "phone",
            "email",
            "bank_details",
            "quote_days",
            "quote_terms",
            "is_auto_reply_on",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latin = ("tax_number", "register_number", "address_en", "phone", "email")
        for name in ("name_en", "customer_prefix", "lead_prefix", *latin):
            self.fields[name].widget.attrs["dir"] = "ltr"
        self._set_limits()
        known = self.instance.currency
        if known not in CURRENCIES:
            self.fields["currency"].choices = [(known, known), *self.fields["currency"].choices]  # type: ignore[attr-defined]

    def _set_limits(self) -> None:
        """Refuse what makes no sense beside its field, in words; the database only says no."""
        for name, least, most in LIMITS:
            limits = [MinValueValidator(least), MaxValueValidator(most)]
            self.fields[name].validators = [*self.fields[name].validators, *limits]
            self.fields[name].widget.attrs |= {"min": least, "max": most}

    def clean_phone(self) -> str:
        """Take any writing of a number, short ones such as 19123 too: it is printed as it stands."""
        phone: str = self.cleaned_data["phone"]
        if phone and not PRINTED_PHONE.fullmatch(phone):
            raise forms.ValidationError(_("This is not a phone number."), code="invalid")
        return phone

    def settings(self) -> dict[str, Any]:
        """Return the cleaned settings without the logo."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def logo(self) -> Any:
        """Return the new logo, False to remove it, None to leave it."""
        if self.cleaned_data["remove_logo"]:
            return False
        return self.cleaned_data["logo_file"] or None
