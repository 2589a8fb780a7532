"""One change for many customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.pickers import PersonField
from accounts.models import User
from customers.models import Category, Customer, CustomField
from customers.services import BulkChange, tag_named

from .custom import custom_form_field
from .fields import AUTO, TextField


class BulkForm(forms.Form):
    """Asks for what the action needs: a colleague, a category, a tag, a status, a value."""

    owner = PersonField(label=_("Responsible"), queryset=User.objects.none(), empty_label=None)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.all(), empty_label=None
    )
    tag = TextField(label=_("Tag"), max_length=40, widget=forms.TextInput(attrs=AUTO))
    status = forms.ChoiceField(label=_("Status"), choices=Customer.Status.choices)

    _NEEDS = {"assign": "owner", "category": "category", "tag": "tag", "status": "status"}

    def __init__(
        self, *args: Any, action: str, editor: User, field: CustomField | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.custom_field, self.editor = field, editor
        needed = self._NEEDS.get(action)
        for name in set(self.fields) - {needed}:
            del self.fields[name]
        if needed == "owner":
            people = User.objects.visible_to(editor).staff()
            self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        if field:
            self.fields["value"] = custom_form_field(field)
            self.fields["value"].required = False
            self.fields["value"].help_text = _("Empty takes the value away.")

    def change(self) -> BulkChange:
        """The change to make; a new tag is made on the way."""
        data = dict(self.cleaned_data)
        if self.custom_field:
            return BulkChange(custom=(self.custom_field.code, data["value"]))
        if "tag" in data:
            data["tag"] = tag_named(data["tag"], actor=self.editor)
        return BulkChange(**data) if data else BulkChange(is_archived=True)


class BulkFieldForm(forms.Form):
    """Asks which of the fields that the company added to change."""

    custom_field = forms.ModelChoiceField(
        label=_("Field"),
        queryset=CustomField.objects.none(),
        empty_label=None,
        to_field_name="code",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = CustomField.objects.filter(is_active=True)
        self.fields["custom_field"].queryset = fields  # type: ignore[attr-defined]
