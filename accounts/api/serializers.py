"""What the API of accounts shows and takes. Unknown fields are refused (SECURITY.md AZ-5)."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Branch, Department, Notification, Role, User
from accounts.services import people, sign_in
from accounts.tasks import send_invitation
from accounts.words import notice_label
from crm_project.kit.api.fields import StrictSerializer, VisibleRelatedField, branch_code
from crm_project.kit.phones import parse_phone


class RoleSerializer(serializers.ModelSerializer[Role]):
    """A role with its grants: permission → scope."""

    class Meta:
        model = Role
        fields = (
            "id",
            "code",
            "name_ar",
            "name_en",
            "rank",
            "is_builtin",
            "grants",
            "hidden_fields",
            "version",
        )
        read_only_fields = fields


class UserSerializer(serializers.ModelSerializer[User]):
    """A colleague as others see them."""

    role = serializers.SlugRelatedField[Role](slug_field="code", read_only=True)
    branch_code = branch_code(is_optional=True)

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "name",
            "name_en",
            "phone",
            "role",
            "branch",
            "branch_code",
            "department",
            "language",
            "is_available",
            "lead_capacity",
            "is_active",
            "last_seen_at",
        )
        read_only_fields = fields


class MeSerializer(UserSerializer):
    """The caller, with what they may do."""

    permissions = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = (
            *UserSerializer.Meta.fields,
            *("theme", "is_rail", "has_single_keys", "permissions"),
        )
        read_only_fields = fields

    def get_permissions(self, user: User) -> dict[str, str]:
        """Return permission → scope, narrowed to the key's scopes where a key calls."""
        grants = user.role.grants if user.role else {}
        return {code: str(user.scope_of(code)) for code in grants if user.has_perm(code)}


class WriteUserSerializer(StrictSerializer):
    """A colleague as written. The role by its code, within what the caller can give."""

    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=32, required=False, allow_blank=True)
    role = serializers.SlugRelatedField[Role](slug_field="code", queryset=Role.objects.none())
    branch = VisibleRelatedField(queryset=Branch.objects.all(), allow_null=True)
    department = VisibleRelatedField(
        queryset=Department.objects.all(), allow_null=True, required=False
    )
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    is_available = serializers.BooleanField(required=False)
    lead_capacity = serializers.IntegerField(min_value=0, max_value=10_000, required=False)
    is_active = serializers.BooleanField(required=False)
    current_password = serializers.CharField(
        max_length=128,
        required=False,
        write_only=True,
        trim_whitespace=False,
        help_text=_("Your own, when you change an e-mail."),
    )
    current_code = serializers.CharField(max_length=64, required=False, write_only=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request and isinstance(request.user, User):
            fields: Any = self.fields
            fields["role"].queryset = Role.objects.visible_to(request.user)

    def validate_email(self, email: str) -> str:
        """Fold the address and refuse a taken one."""
        folded = email.strip().lower()
        others = User.objects.filter(email=folded)
        if self.instance is not None:
            others = others.exclude(pk=self.instance.pk)
        if others.exists():
            raise serializers.ValidationError(_("An account has this address already."))
        return folded

    def validate_phone(self, raw: str) -> str:
        """Return E.164."""
        user: User = self.context["request"].user
        region = user.branch.phone_region if user.branch else "SA"
        phone = parse_phone(raw, region=region) if raw else None
        if raw and phone is None:
            raise serializers.ValidationError(_("This is not a phone number."))
        return phone.e164 if phone else ""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a department of another branch."""
        branch = attrs.get("branch", getattr(self.instance, "branch", None))
        department = attrs.get("department", getattr(self.instance, "department", None))
        if department and (branch is None or department.branch_id != branch.pk):
            message = _("This department belongs to another branch.")
            raise serializers.ValidationError({"department": [message]})
        return attrs

    def _confirm(self, validated_data: dict[str, Any]) -> bool:
        """Take password and code out of the data; tell whether they prove who calls."""
        password = validated_data.pop("current_password", "")
        code = validated_data.pop("current_code", "")
        request = self.context["request"]
        if password:
            sign_in.confirm_identity(
                user=request.user, password=password, code=code, request=request._request
            )
        return bool(password)

    def create(self, validated_data: dict[str, Any]) -> User:
        actor = self.context["request"].user
        self._confirm(validated_data)
        return people.invite_person(validated_data, actor=actor, invitation=send_invitation)

    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        is_confirmed = self._confirm(validated_data)
        return people.update_person(
            instance,
            validated_data,
            actor=self.context["request"].user,
            is_confirmed=is_confirmed,
        )

    def to_representation(self, instance: User) -> dict[str, Any]:
        return dict(UserSerializer(instance, context=self.context).data)


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """One line of the caller's drawer."""

    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = ("id", "kind", "sentence", "subject", "detail", "url", "created_at", "read_at")
        read_only_fields = fields

    def get_sentence(self, line: Notification) -> str:
        """Return the kind in words, in the caller's language."""
        return notice_label(line.kind)
