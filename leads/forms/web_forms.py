"""The form of a web form: its words in both languages, who may post to it, field names."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from crm_project.kit.text import strip_controls
from leads.models import WebForm

MOST_ORIGINS = 20
MOST_FIELDS = 40
TARGETS = ("name", "company", "email", "phone", "city", "country", "product", "message")


class WebFormForm(forms.ModelForm):
    """One web form; origins and mapping are written one per line."""

    origins_text = forms.CharField(
        label=_("Allowed web sites"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_("One address per line, such as https://www.example.com. Empty: any site."),
    )  # fmt: skip
    mapping_text = forms.CharField(
        label=_("Names of your fields"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
        help_text=_("Only where a field is not recognised: your name = ours, one per line."),
    )  # fmt: skip

    class Meta:
        model = WebForm
        fields = [
            "name", "branch", "title_ar", "title_en", "intro_ar", "intro_en", "secret", "is_active",
        ]  # fmt: skip
        labels = {"branch": _("Branch")}
        widgets = {
            "title_ar": forms.TextInput(attrs={"dir": "rtl", "lang": "ar"}),
            "intro_ar": forms.TextInput(attrs={"dir": "rtl", "lang": "ar"}),
            "title_en": forms.TextInput(attrs={"dir": "ltr", "lang": "en"}),
            "intro_en": forms.TextInput(attrs={"dir": "ltr", "lang": "en"}),
            "secret": forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch: Any = self.fields["branch"]
        branch.queryset = Branch.objects.visible_to(user).active()
        self.fields["branch"].initial = user.branch_id
        self.fields["branch"].disabled = bool(self.instance.pk)
        self.fields["secret"].required = False
        self.fields["secret"].help_text = _(
            "Only for senders that sign what they send. Leave empty to keep the present one."
        )
        self.fields["origins_text"].initial = "\n".join(self.instance.origins or [])
        mapping = self.instance.mapping or {}
        self.fields["mapping_text"].initial = "\n".join(f"{a} = {b}" for a, b in mapping.items())

    def clean_secret(self) -> str | None:
        """An empty field keeps the secret."""
        return self.cleaned_data.get("secret") or self.instance.secret

    def clean_origins_text(self) -> list[str]:
        """Read origins: scheme, host and port, without a path."""
        lines = [line.strip() for line in self.cleaned_data["origins_text"].splitlines()]
        return [_origin(line) for line in lines if line][:MOST_ORIGINS]

    def clean_mapping_text(self) -> dict[str, str]:
        """Read lines of "theirs = ours"."""
        mapping = {}
        for line in self.cleaned_data["mapping_text"].splitlines()[:MOST_FIELDS]:
            theirs, _equals, ours = strip_controls(line).rpartition("=")
            theirs, ours = theirs.strip()[:120], ours.strip().lower()
            if not line.strip():
                continue
            if not theirs or ours not in TARGETS:
                told = _("Write “your name = ours”, with ours one of: %(names)s.")
                raise ValidationError(told, params={"names": ", ".join(TARGETS)})
            mapping[theirs] = ours
        return mapping


def _origin(line: str) -> str:
    try:
        parts = urlsplit(line)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise ValidationError(
            _("This is no web address: %(line)s"), params={"line": line}
        ) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError(_("This is no web address: %(line)s"), params={"line": line})
    return f"{parts.scheme}://{parts.hostname}{port}"[:200]
