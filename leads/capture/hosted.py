"""The hosted form: its fields, the trap for software, and the sign of when it was shown."""

import secrets
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm_project.kit.text import strip_controls
from leads.models import Lead

HONEYPOT = "contact_fax_2"  # people do not see it; no browser fills it in by itself
RENDERED = "shown"
OWN_FIELDS = (HONEYPOT, RENDERED)
_SALT = "leads.hosted_form"
_LONGEST_VISIT = 24 * 60 * 60  # seconds after which the sign says nothing any more


def sign_render(form_key: str) -> str:
    """Return a token that says when the form was shown; unique, so that two visits differ."""
    moment = {"f": form_key, "t": timezone.now().timestamp(), "n": secrets.token_urlsafe(6)}
    return signing.dumps(moment, salt=_SALT)


def rendered_at(token: str, form_key: str) -> datetime | None:
    """Return when the form was shown, or None for a token that is foreign, forged or old."""
    try:
        moment = signing.loads(token[:500], salt=_SALT, max_age=_LONGEST_VISIT)
    except (signing.BadSignature, ValueError):
        return None
    if moment.get("f") != form_key:
        return None
    return datetime.fromtimestamp(moment["t"], tz=UTC)


class EnquiryForm(forms.Form):
    """What a visitor is asked. One way to answer them is enough."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone or WhatsApp"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )  # fmt: skip
    city = forms.CharField(
        label=_("City"), max_length=80, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2", "dir": "auto"}),
    )  # fmt: skip
    product = forms.ChoiceField(label=_("What is it about?"), required=False)
    message = forms.CharField(
        label=_("Your message"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": _("Write in a few words what you need.")},
    )  # fmt: skip
    consent = forms.BooleanField(
        label=_("You may contact me about this enquiry and keep my data for it."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [(label, label) for label in Lead.Product.labels]
        self.fields["product"].choices = [("", _("Please choose")), *labels]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = {
            key: strip_controls(value) if isinstance(value, str) else value
            for key, value in (super().clean() or {}).items()
        }
        has_problem = {"phone", "email"} & self.errors.keys()
        if not has_problem and not (cleaned.get("phone") or cleaned.get("email")):
            self.add_error(
                "phone", _("Give a phone number or an e-mail address, so that we can answer.")
            )
        return cleaned
