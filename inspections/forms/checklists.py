"""Types of inspections and the items of their checklists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.errors import TypeCodeTaken
from inspections.models import ChecklistItem, InspectionType
from inventory.models import Product

from .fields import LTR, TextField

MOST_CHOICES = 20
_arabic: dict[str, Any] = {
    "widget": forms.TextInput(attrs={"dir": "rtl", "lang": "ar", "autocomplete": "off"})
}
_english: dict[str, Any] = {
    "widget": forms.TextInput(attrs={"dir": "ltr", "lang": "en", "autocomplete": "off"})
}
_DECIMAL: dict[str, Any] = {"max_digits": 12, "decimal_places": 3}


class TypeForm(forms.ModelForm):
    """A type of inspection."""

    name_ar = TextField(label=_("Arabic name"), max_length=120, **_arabic)
    name_en = TextField(label=_("English name"), max_length=120, **_english)
    minutes = forms.IntegerField(label=_("Usual length (minutes)"), min_value=5, max_value=720)
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False
    )

    class Meta:
        model = InspectionType
        fields = (
            "name_ar", "name_en", "code", "minutes", "needs_signature", "keeps_photo_location",
            "is_active",
        )  # fmt: skip
        widgets = {"code": forms.TextInput(attrs=LTR)}
        error_messages = {"code": {"unique": TypeCodeTaken.message}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version

    def fields_of(self) -> dict[str, Any]:
        """What was written, for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ItemForm(forms.Form):
    """One item. Choices are lines, "Arabic | English"."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ChecklistItem.Kind.choices)
    label_ar = TextField(label=_("Arabic label"), max_length=160, **_arabic)
    label_en = TextField(label=_("English label"), max_length=160, **_english)
    section_ar = TextField(label=_("Arabic section"), max_length=80, required=False, **_arabic)
    section_en = TextField(label=_("English section"), max_length=80, required=False, **_english)
    is_required = forms.BooleanField(label=_("Required"), required=False)
    unit = TextField(label=_("Unit"), max_length=12, required=False)
    lowest = forms.DecimalField(label=_("Accepted from"), required=False, **_DECIMAL)
    highest = forms.DecimalField(label=_("Accepted up to"), required=False, **_DECIMAL)
    choices = TextField(
        label=_("Choices"),
        max_length=2000,
        required=False,
        help_text=_("One on each line: Arabic | English."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    product_sku = TextField(
        label=_("Becomes an item of the order (SKU)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=LTR),
        help_text=_("For measurements and yes or no: the product that the draft order gets."),
    )
    included = forms.DecimalField(
        label=_("Included in the price"), required=False, initial=0, min_value=0, **_DECIMAL
    )
    per_unit = forms.DecimalField(
        label=_("Quantity per unit"), required=False, initial=1, min_value=0, **_DECIMAL
    )

    def __init__(self, *args: Any, editor: Any, item: ChecklistItem | None = None, **kwargs: Any):
        given = {**(_initial(item) if item else {}), **kwargs.pop("initial", {})}
        kwargs["initial"] = given
        super().__init__(*args, **kwargs)
        self.editor, self.item = editor, item

    def clean_product_sku(self) -> Product | None:
        sku = self.cleaned_data["product_sku"]
        if not sku:
            return None
        if self.item and self.item.product and self.item.product.sku == sku:
            return self.item.product
        found = Product.objects.visible_to(self.editor).active().filter(sku__iexact=sku).first()
        if found is None:
            raise forms.ValidationError(_("There is no product with this SKU."))
        return found

    def clean_choices(self) -> list[dict[str, str]]:
        lines = [line for line in self.cleaned_data["choices"].splitlines() if line.strip()]
        if len(lines) > MOST_CHOICES:
            raise forms.ValidationError(_("At most %d choices, please.") % MOST_CHOICES)
        return [_choice(line, at) for at, line in enumerate(lines, 1)]

    def clean(self) -> None:
        """What the kind of the item needs, and nothing else."""
        data, kind = self.cleaned_data, self.cleaned_data.get("kind")
        if kind == ChecklistItem.Kind.CHOICE and len(data.get("choices") or []) < 2:
            self.add_error("choices", _("Give two choices at least."))
        low, high = data.get("lowest"), data.get("highest")
        if low is not None and high is not None and low > high:
            self.add_error("highest", _("This lies below the lower end."))
        if data.get("product_sku") and kind not in ("number", "yes_no"):
            self.add_error("product_sku", _("Only measurements and yes or no become items."))

    def fields_of(self) -> dict[str, Any]:
        """What was written, for the service."""
        data = dict(self.cleaned_data)
        data["product"] = data.pop("product_sku")
        is_number = data["kind"] == ChecklistItem.Kind.NUMBER
        if not is_number:
            data |= {"unit": "", "lowest": None, "highest": None, "included": 0}
        if data["kind"] != ChecklistItem.Kind.CHOICE:
            data["choices"] = []
        data["included"] = data["included"] or 0
        data["per_unit"] = 1 if data["per_unit"] is None else data["per_unit"]
        return data


def _choice(line: str, place: int) -> dict[str, str]:
    arabic, _bar, english = (part.strip()[:80] for part in line.partition("|"))
    return {"code": str(place), "ar": arabic or english, "en": english or arabic}


def _initial(item: ChecklistItem) -> dict[str, Any]:
    names = (
        "kind", "label_ar", "label_en", "section_ar", "section_en", "is_required", "unit",
        "lowest", "highest", "included", "per_unit",
    )  # fmt: skip
    lines = [f"{one['ar']} | {one['en']}" for one in item.choices]
    return {
        **{name: getattr(item, name) for name in names},
        "choices": "\n".join(lines),
        "product_sku": item.product.sku if item.product else "",
    }
