"""Web forms: hosted pages at /f/<key>/ and the endpoint behind them."""

import secrets
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch
from crm_project.kit.crypto import EncryptedTextField
from messaging.models import Channel


def new_form_key() -> str:
    """Return a random public key, 96 bit."""
    return secrets.token_urlsafe(12)


class WebFormQuerySet(models.QuerySet["WebForm"]):
    """Reads of forms."""

    def visible_to(self, user: Any) -> "WebFormQuerySet":
        """Forms of the own branch; all for people of the whole company."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_company_wide else self.filter(branch_id=user.branch_id)

    def open(self) -> "WebFormQuerySet":
        """Taking submissions."""
        return self.filter(is_active=True)


class WebForm(models.Model):
    """One form on a web site, or an endpoint for another form service, of one branch."""

    key = models.CharField(_("key"), max_length=32, unique=True, default=new_form_key)
    name = models.CharField(_("name"), max_length=120)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="web_forms")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="web_forms")
    title_ar = models.CharField(_("title in Arabic"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160)
    intro_ar = models.CharField(_("introduction in Arabic"), max_length=400, blank=True)
    intro_en = models.CharField(_("introduction in English"), max_length=400, blank=True)
    mapping = models.JSONField(_("field mapping"), default=dict, blank=True)
    origins = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("allowed web sites"),
        default=list,
        blank=True,
    )
    secret = EncryptedTextField(_("signing secret"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = WebFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("web form")
        verbose_name_plural = _("web forms")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forms:page", args=[self.key])
