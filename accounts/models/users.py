"""People who sign in, by e-mail."""

from datetime import tzinfo
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.roles import Scope
from crm_project.kit.crypto import EncryptedTextField

from .company import Branch, CompanySettings, Department
from .roles import Role


class UserQuerySet(models.QuerySet["User"]):
    """Reads of people."""

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Colleagues of the own branch; everyone for people of the whole company."""
        if not user.is_authenticated:
            return self.none()
        if user.is_company_wide:
            return self
        return self.filter(models.Q(branch_id=user.branch_id) | models.Q(pk=user.pk))

    def staff(self) -> "UserQuerySet":
        """People, not integrations, who are active."""
        return self.filter(is_active=True, is_service=False)

    def with_access(self) -> "UserQuerySet":
        """With all that decides access, in the same query."""
        return self.select_related("role", "branch")


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users; e-mail is the name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.with_access().get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user who can sign in with the password, or not at all when it is None."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an operator for `manage.py createsuperuser`."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser):
    """A person of the company, or an integration (`is_service`)."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    role = models.ForeignKey(
        Role, models.PROTECT, verbose_name=_("role"), null=True, blank=True, related_name="users"
    )
    branch = models.ForeignKey(
        Branch,
        models.PROTECT,
        verbose_name=_("branch"),
        null=True,
        blank=True,
        related_name="users",
    )
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        verbose_name=_("department"),
        null=True,
        blank=True,
        related_name="users",
    )
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="ar"
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_rail = models.BooleanField(_("narrow sidebar"), default=False)
    has_single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    is_available = models.BooleanField(_("takes new leads"), default=True)
    lead_capacity = models.PositiveSmallIntegerField(_("open leads at most"), default=30)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    is_superuser = models.BooleanField(_("operator"), default=False)
    is_service = models.BooleanField(_("integration"), default=False)
    epoch = models.PositiveIntegerField(_("epoch"), default=1)
    mfa_secret = EncryptedTextField(_("one-time code secret"), null=True, blank=True)
    mfa_enabled_at = models.DateTimeField(_("one-time codes since"), null=True, blank=True)
    mfa_last_step = models.BigIntegerField(_("last used time step"), default=0)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:user", args=[self.pk])

    def scope_of(self, permission: str) -> Scope:
        """Return how far this person's permission reaches; a narrowed key reaches no further."""
        if not self.is_active:
            return Scope.NONE
        allowed = self.key_scopes
        if allowed is not None and permission not in allowed:
            return Scope.NONE
        if self.is_superuser:
            return Scope.COMPANY
        return self.role.scope_of(permission) if self.role else Scope.NONE

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Return True when the role grants the permission at any scope."""
        return self.scope_of(permission) != Scope.NONE

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        """Return True when every one is granted."""
        return all(self.has_perm(permission) for permission in permissions)

    def has_module_perms(self, app: str) -> bool:
        """Return True when anything of the app is granted, for the admin's index."""
        if self.is_active and self.is_superuser:
            return True
        grants = self.role.grants if self.role and self.is_active else {}
        return any(
            code.startswith(f"{app}.") and scope != Scope.NONE for code, scope in grants.items()
        )

    key_scopes: frozenset[str] | None = None  # set when an integrator key is used

    @property
    def clock(self) -> tzinfo:
        """The time zone of the person's branch; the company's for people of all branches."""
        return self.branch.clock if self.branch else CompanySettings.current().clock

    @property
    def is_company_wide(self) -> bool:
        """True for people who belong to no single branch."""
        return self.is_superuser or self.scope_of("accounts.view_company") == Scope.COMPANY

    @property
    def shown_name(self) -> str:
        """The name as a reader of this language writes it: the Latin one in English, if known."""
        return (get_language() == "en" and self.name_en) or self.name

    @property
    def role_label(self) -> str:
        """The role's name in the reader's language."""
        return self.role.name if self.role else str(_("Operator")) if self.is_superuser else ""

    def sees_field(self, field: str) -> str:
        """Return "visible", "masked" or "hidden" for a sensitive field such as customers.phone."""
        return self.role.hidden_fields.get(field, "visible") if self.role else "visible"
