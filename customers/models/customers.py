"""A customer: a person or a company that we sell to."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import Branch
from accounts.models.company import Bilingual
from crm_project.kit.crypto import EncryptedTextField
from crm_project.kit.search import Normalised
from customers import permissions

NAME_TAKEN = _("There is one with this name already.")


class EveryoneReadsQuerySet(models.QuerySet[Any]):
    """Small lists that everybody who sees customers may read."""

    def visible_to(self, user: Any) -> "EveryoneReadsQuerySet":
        """All rows for people who may see customers at all."""
        return self if user.is_authenticated and user.has_perm(permissions.VIEW) else self.none()


class Category(Bilingual):
    """A class of customers, e.g. gold."""

    colour = models.CharField(_("badge"), max_length=10, default="mute")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = EveryoneReadsQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower(name),
                condition=~models.Q(**{name: ""}),
                name=f"category_{name}_once",
                violation_error_message=NAME_TAKEN,
            )
            for name in ("name_ar", "name_en")
        ]


class Tag(models.Model):
    """A free label."""

    name = models.CharField(_("name"), max_length=40, unique=True)

    objects = EveryoneReadsQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="tag_once", violation_error_message=NAME_TAKEN
            )
        ]

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(ScopedQuerySet):
    """Reads of customers."""

    view_permission = permissions.VIEW

    def for_list(self) -> "CustomerQuerySet":
        """With what a row shows, in the same query."""
        return self.select_related("owner", "category")

    def open(self) -> "CustomerQuerySet":
        """Not archived."""
        return self.filter(archived_at=None)


class Customer(models.Model):
    """A person or company. The phone and e-mail columns copy its primary contact points."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        BLOCKED = "blocked", _("Blocked")

    class Source(models.TextChoices):
        WHATSAPP = "whatsapp", _("WhatsApp")
        EMAIL = "email", _("E-mail")
        WEB_FORM = "web_form", _("Web form")
        MARKETPLACE = "marketplace", _("Marketplace")
        REFERRAL = "referral", _("Referral")
        WALK_IN = "walk_in", _("Walk-in")
        IMPORT = "import", _("Import")
        OTHER = "other", _("Other")

    code = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=200)
    company = models.CharField(_("company"), max_length=200, blank=True)
    branch = models.ForeignKey(
        Branch, models.PROTECT, verbose_name=_("branch"), related_name="customers"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        related_name="customers",
    )
    category = models.ForeignKey(
        Category,
        models.SET_NULL,
        verbose_name=_("category"),
        null=True,
        blank=True,
        related_name="customers",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    source = models.CharField(_("source"), max_length=12, choices=Source, default=Source.OTHER)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="ar"
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), related_name="customers", blank=True)
    national_id = EncryptedTextField(_("national id"), null=True, blank=True)
    tax_id = EncryptedTextField(_("tax number"), null=True, blank=True)
    custom = models.JSONField(
        default=dict, db_default={}, editable=False
    )  # {CustomField.code: value}
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    contact_text = models.TextField(blank=True, default="", editable=False)
    name_keys = ArrayField(models.CharField(max_length=40), default=list, editable=False)
    search = models.GeneratedField(
        expression=Normalised(
            Concat(
                "name",
                Value(" "),
                "company",
                Value(" "),
                "code",
                Value(" "),
                "contact_text",
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    request_id = models.UUIDField(null=True, unique=True, editable=False)  # one per submit
    last_contact_at = models.DateTimeField(_("last contact"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-last_contact_at", "-pk"]
        indexes = [
            models.Index(fields=["-last_contact_at", "-id"], name="customer_newest"),
            models.Index(fields=["branch", "-last_contact_at", "-id"], name="customer_branch"),
            models.Index(fields=["owner", "-last_contact_at", "-id"], name="customer_owner"),
            models.Index(fields=["category", "-last_contact_at", "-id"], name="customer_category"),
            models.Index(fields=["city", "-last_contact_at", "-id"], name="customer_city"),
            models.Index(fields=["status", "-last_contact_at", "-id"], name="customer_status"),
            models.Index(fields=["source"], name="customer_source"),  # the rare ones
            models.Index(
                fields=["-last_contact_at", "-id"],
                condition=models.Q(archived_at__isnull=False),
                name="customer_archived",
            ),
            models.Index(fields=["name", "id"], name="customer_name"),
            models.Index(fields=["-created_at", "-id"], name="customer_created"),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="customer_search"),
            GinIndex(fields=["name_keys"], name="customer_name_keys"),
            GinIndex(OpClass("custom", name="jsonb_path_ops"), name="customer_custom"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="customer_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(archived_at__isnull=False),
                name="customer_merged_is_archived",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:detail", args=[self.pk])
