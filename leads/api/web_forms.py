"""Web forms by API: read, made and changed as on the page of the settings."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Branch
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import (
    OptionalFields,
    StrictSerializer,
    Text,
    VisibleRelatedField,
    branch_code,
)
from crm_project.kit.api.forms import checked
from crm_project.kit.api.idempotency import IdempotentMixin
from leads.forms.web_forms import MOST_FIELDS, MOST_ORIGINS, TARGETS, WebFormForm
from leads.models import WebForm
from leads.permissions import CHANGE_FORMS
from leads.services.web_forms import save_web_form

LONGEST_NAME = 120  # of a sender's field, characters
NAMES = {"origins_text": "origins", "mapping_text": "mapping"}  # as the API calls them


class WebFormSerializer(serializers.ModelSerializer[WebForm]):
    """A public form. Its secret is never shown, only whether there is one."""

    branch_code = branch_code()
    page = serializers.CharField(source="get_absolute_url", read_only=True)
    has_secret = serializers.SerializerMethodField()

    class Meta:
        model = WebForm
        fields = (
            "id", "key", "name", "branch", "branch_code", "title_ar", "title_en", "intro_ar", "intro_en",
            "mapping",
            "origins", "is_active", "has_secret", "page",
        )  # fmt: skip
        read_only_fields = fields

    def get_has_secret(self, form: WebForm) -> bool:
        """Return True when submissions must be signed."""
        return bool(form.secret)


class ChangeWebFormSerializer(OptionalFields, StrictSerializer):
    """A form as changed. `mapping`: name of a field of yours → ours. A secret that is left out stays."""

    name = Text(max_length=120)
    title_ar = Text(max_length=160)
    title_en = Text(max_length=160)
    intro_ar = Text(max_length=400, allow_blank=True)
    intro_en = Text(max_length=400, allow_blank=True)
    origins = serializers.ListField(
        child=serializers.RegexField(r"^\S+$", max_length=190), max_length=MOST_ORIGINS
    )
    mapping = serializers.DictField(child=serializers.ChoiceField(choices=TARGETS))
    secret = serializers.CharField(max_length=200, write_only=True)
    is_active = serializers.BooleanField()

    def validate_mapping(self, mapping: dict[str, str]) -> dict[str, str]:
        """As many names as the page takes, each of one line."""
        if len(mapping) > MOST_FIELDS:
            raise serializers.ValidationError(_("At most %d names, please.") % MOST_FIELDS)
        if any(len(name) > LONGEST_NAME or len(name.splitlines()) != 1 for name in mapping):
            problem = _("A name is one line of at most %d characters.") % LONGEST_NAME
            raise serializers.ValidationError(problem)
        return mapping

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the page refuses is refused here."""
        user = self.context["request"].user
        known = WebFormForm(user=user, instance=self.instance)
        first = {name: field.initial for name, field in known.fields.items()}
        form = WebFormForm(
            {**first, **known.initial, "secret": "", **_as_sent(attrs)},
            user=user,
            instance=self.instance,
        )
        cleaned = checked(form, NAMES)
        made = form.save(commit=False)
        made.origins, made.mapping = cleaned["origins_text"], cleaned["mapping_text"]
        return {"form": made}


class NewWebFormSerializer(ChangeWebFormSerializer):
    """A form of a branch, the caller's where none is named, which it keeps."""

    branch = VisibleRelatedField(queryset=Branch.objects.active())

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; a new form needs its words."""
        fields = super().get_fields()
        for name in ("name", "title_ar", "title_en"):
            fields[name].required = True
        return fields


def _as_sent(attrs: dict[str, Any]) -> dict[str, Any]:
    """The values as the page's form sends them: sites and names one on each line."""
    sent = {name: value for name, value in attrs.items() if name not in ("origins", "mapping")}
    if "branch" in attrs:
        sent["branch"] = attrs["branch"].pk
    if "origins" in attrs:
        sent["origins_text"] = "\n".join(attrs["origins"])
    if "mapping" in attrs:
        sent["mapping_text"] = "\n".join(f"{a} = {b}" for a, b in attrs["mapping"].items())
    return sent


class WebFormViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[WebForm],
):
    """The public forms of the caller's branch."""

    http_method_names = ["get", "post", "patch", "head", "options"]
    lookup_value_regex = "[0-9]+"
    permissions_by_action = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update"), CHANGE_FORMS
    )
    serializer_class = WebFormSerializer
    filter_backends: list[Any] = []
    orders = {"newest": ("-pk",)}
    queryset = WebForm.objects.none()

    def get_queryset(self) -> Any:
        return WebForm.objects.visible_to(self.request.user).select_related("branch")

    def _save(self, serializer: Any, form: WebForm | None) -> WebForm:
        context = self.get_serializer_context()
        given = serializer(form, data=self.request.data, context=context)
        given.is_valid(raise_exception=True)
        caller: Any = self.request.user
        return save_web_form(given.validated_data["form"], actor=caller)

    @extend_schema(request=NewWebFormSerializer, responses={201: WebFormSerializer})
    def create(self, request: Request) -> Response:
        """Make a form, and the channel that brings what people send."""
        return Response(self.get_serializer(self._save(NewWebFormSerializer, None)).data, 201)

    @extend_schema(request=ChangeWebFormSerializer, responses={200: WebFormSerializer})
    @transaction.atomic
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a form; what is not named stays as it is at that moment."""
        self.get_queryset().select_for_update(of=("self",)).filter(pk=pk).first()
        saved = self._save(ChangeWebFormSerializer, self.get_object())
        return Response(self.get_serializer(saved).data)
