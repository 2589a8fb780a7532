"""Making and editing a customer."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.pickers import PersonField
from accounts.models import Branch, User
from crm_project.kit.text import whole_number
from customers import permissions
from customers.masking import IDENTIFIERS, MASKED, VISIBLE, shown_identifier
from customers.models import Category, Customer, Tag
from customers.services import NewCustomer, Sought, create_customer, update_customer
from customers.services.custom_fields import active_fields

from .custom import add_custom_fields, custom_values
from .fields import AUTO, LTR, EmailsField, PhonesField, TextField

NO_CHOICE = _("None")
REMOVED = "-"
_SECRET = {"national_id", "tax_id"}


class _CustomerForm(forms.Form):
    """The fields that making and editing share; choices are what the editor may reach."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=Customer.Kind.choices, initial=Customer.Kind.PERSON
    )
    name = TextField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=AUTO))
    company = TextField(
        label=_("Company"), max_length=200, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.all(), required=False, empty_label=NO_CHOICE
    )
    source = forms.ChoiceField(
        label=_("Source"), choices=Customer.Source.choices, initial=Customer.Source.OTHER
    )
    city = TextField(
        label=_("City"), max_length=80, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    address = TextField(
        label=_("Address"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="ar")
    owner = PersonField(
        label=_("Responsible"), queryset=User.objects.none(), required=False, empty_label=NO_CHOICE
    )
    branch = forms.ModelChoiceField(
        label=_("Branch"), queryset=Branch.objects.none(), empty_label=_("Please choose")
    )
    tags = forms.ModelMultipleChoiceField(
        label=_("Tags"), queryset=Tag.objects.all(), required=False
    )
    national_id = TextField(
        label=_("National id"), max_length=40, required=False, widget=forms.TextInput(attrs=LTR)
    )
    tax_id = TextField(
        label=_("Tax number"), max_length=40, required=False, widget=forms.TextInput(attrs=LTR)
    )

    def __init__(self, *args: Any, editor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editor = editor
        self._offer("owner", User.objects.visible_to(editor).staff(), permissions.ASSIGN)
        branches = Branch.objects.visible_to(editor).active()
        if editor.is_company_wide:
            self._offer("branch", branches, permissions.VIEW)
        else:
            del self.fields["branch"]
        if editor.sees_field(IDENTIFIERS) != VISIBLE:
            del self.fields["national_id"], self.fields["tax_id"]
        add_custom_fields(self, active_fields())

    def _offer(self, name: str, rows: Any, code: str) -> None:
        if not self.editor.has_perm(code):
            del self.fields[name]
            return
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields below the first ones, in order."""
        first = {"kind", "name", "company", "phones", "emails", "request_id", "version"}
        return [self[name] for name in self.fields if name not in {*first, *self._needed}]

    @property
    def needed(self) -> list[forms.BoundField]:
        """The branch to choose, and required fields of the company's own: open, not below."""
        return [self[name] for name in self._needed]

    @property
    def _needed(self) -> list[str]:
        open_ones = () if self.initial.get("branch") else ("branch",)
        return [
            name
            for name, field in self.fields.items()
            if field.required and (name.startswith("custom.") or name in open_ones)
        ]


class CustomerNewForm(_CustomerForm):
    """A new customer; the hidden request id makes a double submit one customer."""

    phones = PhonesField(
        label=_("Phone"),
        max_length=200,
        required=False,
        help_text=_("In any writing; several between commas."),
        widget=forms.TextInput(attrs={**LTR, "inputmode": "tel"}),
    )
    emails = EmailsField(
        label=_("E-mail"),
        max_length=600,
        required=False,
        widget=forms.TextInput(attrs={**LTR, "inputmode": "email"}),
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phones"].region = self._region()  # type: ignore[attr-defined]
        if "owner" in self.fields:
            self.fields["owner"].initial = self.editor.pk

    def clean(self) -> None:
        """A customer belongs to a branch, and so does whoever adds one without choosing it."""
        if "branch" not in self.fields and self.editor.branch is None:
            raise forms.ValidationError(_("You belong to no branch, so you cannot add customers."))

    def _region(self) -> str:
        """The region of the chosen branch, else of the editor's own."""
        branch = self.editor.branch
        chosen = self.data.get("branch", "") if "branch" in self.fields else ""
        if pk := whole_number(chosen):
            branch = Branch.objects.visible_to(self.editor).filter(pk=pk).first() or branch
        return branch.phone_region if branch else "SA"

    def sought(self) -> Sought:
        """What the duplicate check looks for; fields with problems are left out."""
        self.is_valid()
        known = self.cleaned_data
        return Sought(
            name=known.get("name", ""),
            company=known.get("company", ""),
            kind=known.get("kind") or Customer.Kind.PERSON,
            phones=known.get("phones") or (),
            emails=known.get("emails") or (),
        )

    def save(self) -> Customer:
        """Make the customer; it belongs to the editor unless somebody else was chosen."""
        data = dict(self.cleaned_data)
        custom = custom_values(data)
        values = {name: data[name] for name in data if name not in {"tags", "owner", "branch"}}
        branch = data.get("branch") or self.editor.branch
        owner = data.get("owner") if "owner" in self.fields else self.editor
        values = {
            name: value or None if name in _SECRET else value for name, value in values.items()
        }
        assert branch is not None  # clean() refuses an editor without one
        new = NewCustomer(
            **values, branch=branch, owner=owner, tags=tuple(data["tags"]), custom=custom
        )
        return create_customer(new, actor=self.editor)


class CustomerEditForm(_CustomerForm):
    """Changes a customer; `version` is the one that the editor saw."""

    status = forms.ChoiceField(label=_("Status"), choices=Customer.Status.choices)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        self.customer = customer
        super().__init__(*args, initial=_initial(customer), **kwargs)
        for name in _SECRET & self.fields.keys():
            if known := getattr(customer, name):
                field = self.fields[name]
                field.widget.attrs["placeholder"] = shown_identifier(known, MASKED)
                field.help_text = _("Empty keeps what is there, - removes it.")
        if "owner" in self.fields and customer.owner_id:  # choosable although they may have left
            people = self.fields["owner"].queryset | User.objects.filter(pk=customer.owner_id)  # type: ignore[attr-defined]
            self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def save(self) -> Customer:
        """Save what differs. Errors: CustomerChangedMeanwhile."""
        data = dict(self.cleaned_data)
        version = data.pop("version")
        for name in _SECRET & data.keys():  # empty keeps what is there, a dash removes it
            if not data[name]:
                del data[name]
            elif data[name] == REMOVED:
                data[name] = None
        data["tags"] = list(data["tags"])
        data["custom"] = custom_values(data)
        return update_customer(self.customer, data, actor=self.editor, version=version)


def _initial(customer: Customer) -> dict[str, Any]:
    names = (
        "kind",
        "name",
        "company",
        "status",
        "source",
        "city",
        "address",
        "language",
        "version",
    )
    return {
        **{name: getattr(customer, name) for name in names},
        "category": customer.category_id,
        "owner": customer.owner_id,
        "branch": customer.branch_id,
        "tags": [tag.pk for tag in customer.tags.all()],
        **{f"custom.{code}": value for code, value in customer.custom.items()},
    }
