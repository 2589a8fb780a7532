"""What signing in needs: sessions, tries, recovery codes, keys of integrations."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .users import User


class UserSession(models.Model):
    """A signed-in browser, so that its owner can see and end it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions")
    session = models.OneToOneField(
        Session, models.CASCADE, related_name="signed_in", db_column="session_key"
    )
    ip = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("signed in"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-last_seen_at"]


class LoginAttempt(models.Model):
    """One try to sign in; five wrong ones in 15 minutes lock the account for a while."""

    account = models.CharField(max_length=64)  # SHA-256 of the folded e-mail, known or not
    ip = models.GenericIPAddressField(null=True)
    is_success = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sign-in try")
        verbose_name_plural = _("sign-in tries")
        indexes = [
            models.Index(fields=["account", "at"], name="login_attempt_account"),
            models.Index(fields=["ip", "at"], name="login_attempt_ip"),
        ]


class RecoveryCode(models.Model):
    """A one-time code for a person without the authenticator. Stored hashed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
    )
    code_hash = models.CharField(max_length=128)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")


class IntegratorKeyQuerySet(models.QuerySet["IntegratorKey"]):
    """Reads of keys."""

    def usable(self) -> "IntegratorKeyQuerySet":
        """Neither revoked nor expired."""
        not_expired = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        return self.filter(not_expired, revoked_at=None, user__is_active=True)

    def visible_to(self, user: "User") -> "IntegratorKeyQuerySet":
        """Keys of the user's branch; all for people of the whole company."""
        if not user.has_perm("accounts.manage_keys"):
            return self.none()
        return self if user.is_company_wide else self.filter(user__branch_id=user.branch_id)


class IntegratorKey(models.Model):
    """A key of an integration: 256 bit, shown once, stored hashed, with its own scopes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)  # SHA-256: the key itself is random
    scopes = models.JSONField(_("scopes"), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = IntegratorKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("integrator key")
        verbose_name_plural = _("integrator keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
