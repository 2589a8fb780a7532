"""The master lead object and its interaction log."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import Branch, Team
from crm_project.kit.search import Normalised
from customers.models import Customer
from leads import permissions
from messaging.models import Conversation, Message
from messaging.models.channels import ChannelKind


class LeadQuerySet(ScopedQuerySet):
    """Reads of leads."""

    view_permission = permissions.VIEW

    def open(self) -> "LeadQuerySet":
        """Still to be worked on."""
        return self.filter(status__in=Lead.OPEN)

    def waiting(self) -> "LeadQuerySet":
        """New ones that nobody has accepted yet, not snoozed."""
        return self.filter(status=Lead.Status.NEW)

    def for_list(self) -> "LeadQuerySet":
        """With what a row shows, in the same query."""
        return self.select_related("owner")


class Lead(models.Model):
    """An enquiry that became a clean, scored, routed chance of business."""

    class Status(models.TextChoices):
        NEW = "new", _("Awaiting acceptance")
        ACCEPTED = "accepted", _("In work")
        QUALIFIED = "qualified", _("Qualified")
        SNOOZED = "snoozed", _("Snoozed")
        CONVERTED = "converted", _("Converted")
        REJECTED = "rejected", _("Rejected")

    OPEN = (Status.NEW, Status.ACCEPTED, Status.QUALIFIED, Status.SNOOZED)

    class Urgency(models.TextChoices):
        HIGH = "high", _("Urgent")
        NORMAL = "normal", _("Normal")
        LOW = "low", _("No hurry")

    class Intent(models.TextChoices):
        PURCHASE = "purchase", _("Wants to buy")
        QUOTE = "quote_request", _("Asks for a price")
        SUPPORT = "support", _("Needs support")
        COMPLAINT = "complaint", _("Complaint")
        SPAM = "spam", _("Spam")
        JOB = "job", _("Job seeker")
        PARTNERSHIP = "partnership", _("Partnership")
        OTHER = "other", _("Other")

    class Product(models.TextChoices):
        """Categories of ../shared/data/intake/taxonomy.json, version 1."""

        KITCHENS = "kitchens", _("Kitchens and wardrobes")
        CURTAINS = "curtains_blinds", _("Curtains and blinds")
        FLOORING = "flooring", _("Flooring")
        ALUMINIUM = "aluminium_glass", _("Aluminium and glass")
        DOORS = "doors_locks", _("Doors and locks")
        HVAC = "hvac", _("Air conditioning")
        FURNITURE = "furniture", _("Furniture")
        MARBLE = "marble_tiles", _("Marble and tiles")
        PAINT = "paint_gypsum", _("Paint and gypsum")
        LIGHTING = "lighting_electrical", _("Lighting and electrical")
        INDUSTRIAL = "industrial_supplies", _("Industrial supplies")
        TRADING = "general_trading", _("General trading")

    code = models.CharField(_("number"), max_length=20, unique=True)
    branch = models.ForeignKey(
        Branch, models.PROTECT, verbose_name=_("branch"), related_name="leads"
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, verbose_name=_("team"), null=True, blank=True, related_name="leads"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        related_name="leads",
    )
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="leads"
    )
    conversation = models.ForeignKey(
        Conversation, models.PROTECT, null=True, blank=True, related_name="leads"
    )
    channel = models.CharField(_("channel"), max_length=12, choices=ChannelKind)
    source = models.CharField(_("source"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    name = models.CharField(_("name"), max_length=200, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    region = models.CharField(_("district"), max_length=120, blank=True)
    product = models.CharField(_("product"), max_length=24, choices=Product, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    budget = models.DecimalField(
        _("budget"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    specs = models.CharField(_("specifications"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    intent = models.CharField(_("intent"), max_length=16, choices=Intent, default=Intent.OTHER)
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency, default=Urgency.NORMAL)
    tone = models.CharField(_("tone"), max_length=8, blank=True)
    spam_score = models.FloatField(_("spam"), default=0)  # 0 to 1
    score = models.PositiveSmallIntegerField(_("score"), default=0)  # chance to convert, percent
    excerpt = models.CharField(_("message"), max_length=300, blank=True)
    is_test = models.BooleanField(_("test"), default=False)
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
                "phone",
                Value(" "),
                "email",
                Value(" "),
                "city",
                Value(" "),
                "region",
                Value(" "),
                "excerpt",
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    last_message_at = models.DateTimeField(_("last message"), default=timezone.now)
    assigned_at = models.DateTimeField(_("assigned"), null=True, blank=True)
    reply_due_at = models.DateTimeField(_("first reply due"), null=True, blank=True)
    first_reply_at = models.DateTimeField(_("first reply"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    close_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="lead_newest"),
            models.Index(fields=["branch", "-received_at", "-id"], name="lead_branch"),
            models.Index(fields=["owner", "-received_at", "-id"], name="lead_owner"),
            models.Index(fields=["status", "-received_at", "-id"], name="lead_status"),
            models.Index(fields=["-score", "-id"], name="lead_score"),
            models.Index(
                fields=["accepted_at"], condition=Q(accepted_at__isnull=False), name="lead_accepted"
            ),
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False), name="lead_closed"
            ),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="lead_phone"),
            models.Index(fields=["email"], condition=~Q(email=""), name="lead_email"),
            models.Index(
                fields=["owner"],
                condition=Q(status__in=["new", "accepted", "qualified", "snoozed"]),
                name="lead_open_of_owner",
            ),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="lead_search"),
            GinIndex(fields=["name_keys"], name="lead_name_keys"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status__in=["new", "accepted", "qualified", "snoozed"]),
                name="lead_one_open_per_conversation",
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100), name="lead_score_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=~Q(status="snoozed") | Q(snoozed_until__isnull=False),
                name="lead_snoozed_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.company or self.phone or self.email or self.code

    def get_absolute_url(self) -> str:
        return reverse("leads:detail", args=[self.pk])


class LeadMessage(models.Model):
    """The interaction log: a message belongs to one lead, once."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="log")
    message = models.OneToOneField(Message, models.CASCADE, related_name="lead_link")
    is_first = models.BooleanField(default=False)
