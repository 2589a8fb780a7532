"""One change for many customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.pickers import PersonField
from accounts.models import User
from customers.models import Category, Tag
from customers.services import BulkChange

from .fields import AUTO, TextField


class BulkForm(forms.Form):
    """Asks for what the action needs: a colleague, a category or a tag."""

    owner = PersonField(label=_("Responsible"), queryset=User.objects.none(), empty_label=None)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.all(), empty_label=None
    )
    tag = TextField(label=_("Tag"), max_length=40, widget=forms.TextInput(attrs=AUTO))

    _NEEDS = {"assign": "owner", "category": "category", "tag": "tag"}

    def __init__(self, *args: Any, action: str, editor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = self._NEEDS.get(action)
        for name in set(self.fields) - {needed}:
            del self.fields[name]
        if needed == "owner":
            people = User.objects.visible_to(editor).staff()
            self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def change(self) -> BulkChange:
        """The change to make; a new tag is made on the way."""
        data = dict(self.cleaned_data)
        if "tag" in data:
            data["tag"] = Tag.objects.get_or_create(name=data["tag"])[0]
        return BulkChange(**data) if data else BulkChange(is_archived=True)
