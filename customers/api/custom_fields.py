"""Fields that the company adds to its customers, by API as on the page of the settings."""

from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm_project.kit.api.fields import OptionalFields, StrictSerializer, Text
from crm_project.kit.api.forms import checked
from customers import permissions
from customers.forms.setup import MOST_CHOICES, FieldForm
from customers.models import CustomField
from customers.services import change_field, define_field, move_field, retire_field

from .setup import KeptViewSet

STEPS = {"up": -1, "down": 1}


class CustomerFieldSerializer(serializers.ModelSerializer[CustomField]):
    """A field of the company's own; values go into a customer's `custom` under `code`."""

    kind = serializers.CharField(read_only=True, help_text=", ".join(CustomField.Kind.values))
    choices = serializers.SerializerMethodField()  # type: ignore[assignment]

    class Meta:
        model = CustomField
        fields = (
            *("id", "code", "kind", "name_ar", "name_en", "help_ar", "help_en", "choices"),
            *("lowest", "highest", "is_required", "is_filterable", "is_active", "position"),
            "version",
        )
        read_only_fields = fields

    def get_choices(self, field: CustomField) -> list[dict[str, str]]:
        """The list: code, Arabic and English label."""
        choices: list[dict[str, str]] = field.choices
        return choices


class FieldChoiceSerializer(StrictSerializer):
    """One of a list. A known one is named by its `code`; a new one gets its code."""

    code = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    ar = Text(max_length=80, required=False, allow_blank=True, default="")
    en = Text(max_length=80, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A label in one language at least."""
        if not attrs["ar"] and not attrs["en"]:
            raise serializers.ValidationError({"ar": [_("Write the choice.")]})
        return attrs


class NewCustomerFieldSerializer(StrictSerializer):
    """A field to add behind the others. Without a `code` it is made from the English name."""

    code = Text(max_length=40, required=False)
    kind = serializers.ChoiceField(choices=CustomField.Kind.choices)
    name_ar = Text(max_length=120)
    name_en = Text(max_length=120)
    help_ar = Text(max_length=200, required=False, allow_blank=True)
    help_en = Text(max_length=200, required=False, allow_blank=True)
    choices = serializers.ListField(
        child=FieldChoiceSerializer(), max_length=MOST_CHOICES, required=False
    )
    lowest = serializers.DecimalField(
        max_digits=18, decimal_places=4, required=False, allow_null=True
    )
    highest = serializers.DecimalField(
        max_digits=18, decimal_places=4, required=False, allow_null=True
    )
    is_required = serializers.BooleanField(required=False)
    is_filterable = serializers.BooleanField(required=False)

    def validate_choices(self, choices: list[dict[str, str]]) -> list[dict[str, str]]:
        """Codes that are given name choices that are there."""
        known = {one["code"] for one in self.instance.choices} if self.instance else set()
        if any(one["code"] and one["code"] not in known for one in choices):
            problem = _("There is no choice with this code. A new one is written without a code.")
            raise serializers.ValidationError([problem])
        return choices

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the page refuses is refused here."""
        written = {name: value for name, value in attrs.items() if name not in _BESIDES}
        form = FieldForm(_as_sent({**_known(self.instance), **written}), field=self.instance)
        checked(form, {"kind": "choices"})  # the kind itself is known to be one
        return {**attrs, "draft": form.draft()}


class ChangeCustomerFieldSerializer(OptionalFields, NewCustomerFieldSerializer):
    """What to change. The code stays, and the kind once customers have values.

    `is_active` false retires the field; its values stay. With `version`, only when nobody else
    saved in between.
    """

    code = None  # type: ignore[assignment]  # no such field here
    is_active = serializers.BooleanField()
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)

    def update(self, instance: CustomField, validated_data: dict[str, Any]) -> CustomField:
        """Save it through the services of the page: all of it or nothing."""
        actor = self.context["request"].user
        version = validated_data.get("version", instance.version)
        with transaction.atomic():
            saved = change_field(instance, validated_data["draft"], actor=actor, version=version)
            if "is_active" in validated_data:
                retire_field(saved, actor=actor, is_active=validated_data["is_active"])
                saved.refresh_from_db()
        return saved


_BESIDES = ("is_active", "version")


def _known(field: CustomField | None) -> dict[str, Any]:
    """What stays where nothing else is said."""
    if field is None:
        return {"is_filterable": True}
    names = [name for name in FieldForm.base_fields if name != "version"]
    return {**{name: getattr(field, name) for name in names}, "choices": field.choices}


def _as_sent(values: dict[str, Any]) -> QueryDict:
    """The values as the page's form sends them: each choice in three lists."""
    sent = QueryDict(mutable=True)
    choices = values.pop("choices", [])
    for part in ("code", "ar", "en"):
        sent.setlist(f"choice_{part}", [one[part] for one in choices])
    for name, value in values.items():
        sent[name] = "" if value is None else str(value)
    return sent


class FieldStepSerializer(StrictSerializer):
    """Which way to move it among those in use."""

    step = serializers.ChoiceField(choices=tuple(STEPS))


class CustomFieldViewSet(KeptViewSet):
    """The company's own fields, retired ones too."""

    permissions_by_action = {**KeptViewSet.permissions_by_action, "move": permissions.SET_UP}
    http_method_names = ["get", "post", "patch", "head", "options"]
    queryset = CustomField.objects.none()
    serializer_class = CustomerFieldSerializer

    def _given(self, serializer: Any, field: CustomField | None = None) -> Any:
        context = self.get_serializer_context()
        given = serializer(field, data=self.request.data, context=context)
        given.is_valid(raise_exception=True)
        return given

    @extend_schema(request=NewCustomerFieldSerializer, responses={201: CustomerFieldSerializer})
    def create(self, request: Request) -> Response:
        """Add a field."""
        draft = self._given(NewCustomerFieldSerializer).validated_data["draft"]
        return self.answer(define_field(draft, actor=self.caller), 201)

    @extend_schema(request=ChangeCustomerFieldSerializer, responses={200: CustomerFieldSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a field, retire it or bring it back."""
        field = self.get_object()
        return self.answer(self._given(ChangeCustomerFieldSerializer, field).save())

    @extend_schema(request=FieldStepSerializer, responses={200: CustomerFieldSerializer})
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Move a field one place up or down."""
        field = self.get_object()
        step = STEPS[self._given(FieldStepSerializer).validated_data["step"]]
        move_field(field, step=step, actor=self.caller)
        field.refresh_from_db()
        return self.answer(field)
