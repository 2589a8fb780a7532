"""The company's settings by API: one record, changed as on the settings page."""

from typing import Any

from django.forms.models import model_to_dict
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.forms.company import CompanyForm
from accounts.models import CompanySettings
from accounts.permissions import CHANGE_SETTINGS
from accounts.services.company import update_company
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import StrictSerializer
from crm_project.kit.api.forms import checked

FIELDS = CompanyForm.Meta.fields


class CompanySerializer(serializers.ModelSerializer[CompanySettings]):
    """Names, money, numbers and promises of the company."""

    has_logo = serializers.SerializerMethodField()

    class Meta:
        model = CompanySettings
        fields = (*FIELDS, "has_logo")
        read_only_fields = fields

    def get_has_logo(self, company: CompanySettings) -> bool:
        """Return True when there is one; its picture is at `/logo/`."""
        return bool(company.logo)


class ChangeCompanySerializer(StrictSerializer, serializers.ModelSerializer[CompanySettings]):
    """Settings to change."""

    class Meta:
        model = CompanySettings
        fields = FIELDS

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the page refuses is refused here."""
        company = CompanySettings.objects.get(pk=CompanySettings.current().pk)
        form = CompanyForm({**model_to_dict(company, FIELDS), **attrs}, instance=company)
        cleaned = checked(form)
        return {name: cleaned[name] for name in attrs}


class CompanyViewSet(ETagMixin, mixins.RetrieveModelMixin, GenericViewSet[CompanySettings]):
    """The one row; its address has no number."""

    permissions_by_action = {"retrieve": CHANGE_SETTINGS, "partial_update": CHANGE_SETTINGS}
    serializer_class = CompanySerializer
    filter_backends: list[Any] = []
    queryset = CompanySettings.objects.all()

    def get_object(self) -> CompanySettings:
        """Return the settings, made with defaults when they are missing."""
        return CompanySettings.objects.get(pk=CompanySettings.current().pk)

    @extend_schema(request=ChangeCompanySerializer, responses={200: CompanySerializer})
    def partial_update(self, request: Request, **_one: Any) -> Response:
        """Change the company's settings."""
        given = ChangeCompanySerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        caller: Any = request.user
        saved = update_company(given.validated_data, actor=caller)
        return Response(self.get_serializer(saved).data)
