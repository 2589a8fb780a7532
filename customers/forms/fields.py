"""Form fields for text that is stored and shown to others, and for contacts in any writing."""

import re
from abc import ABC, abstractmethod
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from crm_project.kit.phones import parse_phones
from crm_project.kit.text import isolate, strip_controls

LTR = {"dir": "ltr", "autocomplete": "off"}
AUTO = {"dir": "auto", "autocomplete": "off"}
MOST_CONTACTS = 5
_BETWEEN = re.compile(r"[,;،؛\n]+")


class TextField(forms.CharField):
    """Text without controls and without marks that reorder a line."""

    def to_python(self, value: Any) -> str:
        return super().to_python(strip_controls(str(value)) if value else "") or ""


class _ContactsField(TextField, ABC):
    """Several contacts in one field, between commas or on lines; the clean value is a tuple."""

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        parts = [part.strip() for part in _BETWEEN.split(written or "") if part.strip()]
        if len(parts) > MOST_CONTACTS:
            raise ValidationError(_("At most %d, please.") % MOST_CONTACTS, code="too_many")
        found = [one for part in parts for one in self.read(part)]
        return tuple(dict.fromkeys(found))

    @abstractmethod
    def read(self, part: str) -> list[str]:
        """Return the contacts in one part. Raises ValidationError."""


class PhonesField(_ContactsField):
    """Phones in any writing, clean as E.164. The form sets `region` to the branch's."""

    region = "SA"

    def read(self, part: str) -> list[str]:
        phones = parse_phones(part, region=self.region)
        if not phones:
            raise ValidationError(
                _(
                    "%(written)s is not a phone number. "
                    "Write it with its country code, e.g. %(example)s."
                ),
                code="invalid",
                params={"written": isolate(part[:40]), "example": isolate("+966 55 123 4567")},
            )
        return [phone.e164 for phone in phones]


class EmailsField(_ContactsField):
    """E-mail addresses, clean in lower case."""

    def read(self, part: str) -> list[str]:
        try:
            validate_email(part)
        except ValidationError as error:
            raise ValidationError(
                _("%(written)s is not an e-mail address. It looks like %(example)s."),
                code="invalid",
                params={"written": isolate(part[:60]), "example": isolate("name@example.com")},
            ) from error
        return [part.lower()]
