"""What callers may write about types of inspections and their checklists."""

from typing import Any

from django.forms.models import model_to_dict
from rest_framework import serializers

from crm_project.kit.api.fields import OptionalFields, StrictSerializer, Text, VisibleRelatedField
from crm_project.kit.api.forms import checked
from inspections.forms import ItemForm, TypeForm
from inspections.forms.checklists import MOST_CHOICES
from inspections.models import ChecklistItem, InspectionType
from inspections.services import add_item, add_type, change_item, change_type
from inventory.models import Product

_DECIMAL: dict[str, Any] = {"max_digits": 12, "decimal_places": 3, "required": False}
ITEM_NAMES = {"product_sku": "product"}  # as the API calls them


class NewInspectionTypeSerializer(StrictSerializer):
    """A type of inspection, after the others."""

    code = serializers.SlugField(max_length=40)
    name_ar = Text(max_length=120)
    name_en = Text(max_length=120)
    minutes = serializers.IntegerField(min_value=5, max_value=720)
    needs_signature = serializers.BooleanField(required=False)
    keeps_photo_location = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the page refuses is refused here."""
        known = InspectionType.objects.visible_to(self.context["request"].user)  # type: ignore[attr-defined]
        kind = known.get(pk=self.instance.pk) if self.instance else InspectionType()
        version = attrs.pop("version", None)
        data = {**model_to_dict(kind, TypeForm.Meta.fields), **attrs}
        form = TypeForm(data, instance=kind)
        checked(form)
        fields = form.fields_of()
        if self.instance:  # what was not named stays as it is
            fields = {name: value for name, value in fields.items() if name in attrs}
        return {"fields": fields, "version": version}

    def create(self, validated_data: dict[str, Any]) -> InspectionType:
        return add_type(validated_data["fields"], actor=self.context["request"].user)


class ChangeInspectionTypeSerializer(OptionalFields, NewInspectionTypeSerializer):
    """What to change; with `version`, only when nobody else saved in between."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)

    def update(self, instance: InspectionType, validated_data: dict[str, Any]) -> InspectionType:
        actor = self.context["request"].user
        version = validated_data["version"]
        return change_type(instance, validated_data["fields"], actor=actor, version=version)


class ItemChoiceSerializer(StrictSerializer):
    """One choice of an item in both languages."""

    ar = serializers.RegexField(r"^[^|\r\n]+$", max_length=80)
    en = serializers.RegexField(r"^[^|\r\n]+$", max_length=80)


class NewChecklistItemSerializer(StrictSerializer):
    """An item at the end of the checklist. A `product` makes what is measured a line of the order."""

    kind = serializers.ChoiceField(choices=ChecklistItem.Kind.choices)
    label_ar = Text(max_length=160)
    label_en = Text(max_length=160)
    section_ar = Text(max_length=80, required=False, allow_blank=True)
    section_en = Text(max_length=80, required=False, allow_blank=True)
    is_required = serializers.BooleanField(required=False)
    unit = Text(max_length=12, required=False, allow_blank=True)
    lowest = serializers.DecimalField(**_DECIMAL, allow_null=True)
    highest = serializers.DecimalField(**_DECIMAL, allow_null=True)
    choices = serializers.ListField(
        child=ItemChoiceSerializer(), max_length=MOST_CHOICES, required=False
    )
    product = VisibleRelatedField(queryset=Product.objects.all(), required=False, allow_null=True)
    included = serializers.DecimalField(**_DECIMAL, min_value=0)
    per_unit = serializers.DecimalField(**_DECIMAL, min_value=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the page refuses is refused here."""
        item: ChecklistItem | None = self.instance
        editor = self.context["request"].user
        known = ItemForm(editor=editor, item=item).initial
        form = ItemForm({**known, **_as_sent(attrs)}, editor=editor, item=item)
        checked(form, ITEM_NAMES)
        fields = form.fields_of()
        if item and fields["kind"] == item.kind:  # what was not named stays as it is
            fields = {name: value for name, value in fields.items() if name in attrs}
        return {**fields, **{name: attrs[name] for name in ("is_active",) if name in attrs}}

    def create(self, validated_data: dict[str, Any]) -> ChecklistItem:
        kind, actor = self.context["type"], self.context["request"].user
        return add_item(kind, validated_data, actor=actor)


class ChangeChecklistItemSerializer(OptionalFields, NewChecklistItemSerializer):
    """What to change. Once answered, only `is_required` and `is_active`: false retires the item."""

    is_active = serializers.BooleanField()

    def update(self, instance: ChecklistItem, validated_data: dict[str, Any]) -> ChecklistItem:
        return change_item(instance, validated_data, actor=self.context["request"].user)


def _as_sent(attrs: dict[str, Any]) -> dict[str, Any]:
    """The values as the page's form sends them: a product by its SKU, choices as lines."""
    sent = {name: value for name, value in attrs.items() if name not in ("product", "choices")}
    if "product" in attrs:
        sent["product_sku"] = attrs["product"].sku if attrs["product"] else ""
    if "choices" in attrs:
        sent["choices"] = "\n".join(f"{one['ar']} | {one['en']}" for one in attrs["choices"])
    return sent


class ItemStepSerializer(StrictSerializer):
    """Which way to move it among those in use."""

    step = serializers.ChoiceField(choices=("up", "down"))
