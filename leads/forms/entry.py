"""The form of a lead entered by hand."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from crm_project.kit.money import parse_amount
from crm_project.kit.phones import parse_phone
from crm_project.kit.text import strip_controls
from leads.models import Lead
from leads.services.manual import NewLead

SOURCES = [
    ("phone", _("A call")),
    ("visit", _("A visit to the showroom")),
    ("whatsapp", _("WhatsApp")),
    ("email", _("E-mail")),
]
CHANNEL_OF = {  # the nearest of the kinds that channels have
    "phone": "web_form",
    "visit": "web_form",
    "whatsapp": "whatsapp",
    "email": "email",
}
_LTR = {"dir": "ltr", "autocomplete": "off"}


class NewLeadForm(forms.Form):
    """What a colleague knows of an enquiry; a phone or an e-mail is needed to answer it."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    company = forms.CharField(label=_("Company"), max_length=200, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", **_LTR}),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs=_LTR))
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    product = forms.ChoiceField(
        label=_("Product"),
        required=False,
        choices=[("", _("Not known yet")), *Lead.Product.choices],
    )
    budget = forms.CharField(
        label=_("Budget"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", **_LTR}),
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Lead.Urgency.choices, initial=Lead.Urgency.NORMAL
    )
    channel = forms.ChoiceField(label=_("How it came"), choices=SOURCES)
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none())
    text = forms.CharField(
        label=_("What they want"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    is_own = forms.BooleanField(label=_("I keep it myself, do not route it"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch: Any = self.fields["branch"]
        branch.queryset = Branch.objects.visible_to(user).active()
        self.fields["branch"].initial = user.branch_id
        if user.branch_id and not user.is_company_wide:
            self.fields["branch"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Bring texts into the form in which they are stored; ask for a way to answer."""
        data = super().clean() or {}
        for name in ("name", "company", "city", "text"):
            data[name] = strip_controls(data.get(name) or "").strip()
        if not self.errors and not (data.get("phone") or data.get("email")):
            raise ValidationError(_("Give a phone or an e-mail, so that somebody can answer."))
        return data

    def clean_budget(self) -> Decimal | None:
        """Read an amount as people write it."""
        text = self.cleaned_data["budget"].strip()
        if not text:
            return None
        try:
            amount = parse_amount(text)
        except ValueError as error:
            raise ValidationError(_("Write the budget as a number.")) from error
        if not 0 <= amount < Decimal("1e12"):
            raise ValidationError(_("Write the budget as a number."))
        return round(amount, 2)

    def clean_branch(self) -> Branch:
        """Parse the phone by the branch's region once the branch is known."""
        branch: Branch = self.cleaned_data["branch"]
        raw = self.cleaned_data.get("phone") or ""
        phone = parse_phone(raw, region=branch.phone_region) if raw else None
        if raw and phone is None:
            self.add_error("phone", _("This is no phone number. Write it with its country code."))
        if phone:
            self.cleaned_data["phone"] = phone.e164
        return branch

    def new_lead(self) -> NewLead:
        """Return what the service takes."""
        data = {name: self.cleaned_data[name] for name in (
            "name", "company", "phone", "city", "product", "budget", "urgency", "branch", "text",
            "is_own",
        )}  # fmt: skip
        email = (self.cleaned_data.get("email") or "").lower()
        came = self.cleaned_data["channel"]
        return NewLead(email=email, channel=CHANNEL_OF[came], source=f"entered:{came}", **data)
