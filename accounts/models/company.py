"""The company, its branches, departments and teams."""

import time
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .users import User


KEPT_SECONDS = 2.0  # every page shows the company; its row is read this often by each process


def default_working_hours() -> dict[str, list[list[str]]]:
    """Sunday to Thursday, 09:00 to 18:00; keys are ISO weekdays (1 = Monday)."""
    return {day: [["09:00", "18:00"]] for day in ("7", "1", "2", "3", "4")}


class Bilingual(models.Model):
    """A name in both languages."""

    name_ar = models.CharField(_("Arabic name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        names = (self.name_en, self.name_ar)
        return next(filter(None, names if get_language() == "en" else names[::-1]), "")

    def __str__(self) -> str:
        return self.name


class BranchQuerySet(models.QuerySet["Branch"]):
    """Reads of branches."""

    def visible_to(self, user: "User") -> "BranchQuerySet":
        """The user's own branch; every branch for people of the whole company."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_company_wide else self.filter(pk=user.branch_id)

    def active(self) -> "BranchQuerySet":
        """Branches in use."""
        return self.filter(is_active=True)


class Branch(Bilingual):
    """A place of business with its own staff, currency, clock and default phone region."""

    code = models.SlugField(_("code"), max_length=12, unique=True)
    currency = models.CharField(_("currency"), max_length=3, default="SAR")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Riyadh")
    phone_region = models.CharField(_("default phone region"), max_length=2, default="SA")
    working_hours = models.JSONField(_("working hours"), default=default_working_hours)
    is_active = models.BooleanField(_("active"), default=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["code"]

    @property
    def clock(self) -> ZoneInfo:
        """The branch's time zone."""
        return ZoneInfo(self.time_zone)


class OfBranchQuerySet(models.QuerySet[Any]):
    """Reads of what belongs to one branch."""

    def visible_to(self, user: "User") -> "OfBranchQuerySet":
        """Those of the user's branch; all for people of the whole company."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_company_wide else self.filter(branch_id=user.branch_id)


class Department(Bilingual):
    """A part of a branch, with a manager."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="departments")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = OfBranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class Team(Bilingual):
    """People of one branch who share work, e.g. the leads of a region."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="teams")
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        verbose_name=_("department"),
        null=True,
        blank=True,
        related_name="teams",
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("leader"),
        null=True,
        blank=True,
        related_name="+",
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("members"), related_name="teams", blank=True
    )

    objects = OfBranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")


class CompanySettings(Bilingual):
    """The one row of company-wide settings."""

    logo = models.ImageField(_("logo"), upload_to="company/", blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="SAR")
    tax_percent = models.DecimalField(_("tax (%)"), max_digits=5, decimal_places=2, default=15)
    customer_prefix = models.CharField(_("customer number prefix"), max_length=8, default="C-")
    lead_prefix = models.CharField(_("lead number prefix"), max_length=8, default="L-")
    first_reply_minutes = models.PositiveSmallIntegerField(
        _("first reply promised within (minutes)"), default=15
    )
    tax_number = models.CharField(_("tax registration number"), max_length=20, blank=True)
    register_number = models.CharField(_("commercial register number"), max_length=20, blank=True)
    address_ar = models.CharField(_("Arabic address"), max_length=300, blank=True)
    address_en = models.CharField(_("English address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    bank_details = models.CharField(_("bank details on invoices"), max_length=300, blank=True)
    quote_terms = models.TextField(_("terms on quotes"), max_length=4000, blank=True)
    quote_days = models.PositiveSmallIntegerField(_("quotes are valid for (days)"), default=14)
    is_auto_reply_on = models.BooleanField(_("greet new enquiries automatically"), default=True)

    @property
    def address(self) -> str:
        """The address in the reader's language."""
        addresses = (self.address_en, self.address_ar)
        shown = addresses if get_language() == "en" else addresses[::-1]
        return next(filter(None, shown), "")

    class Meta:
        verbose_name = _("company settings")
        verbose_name_plural = _("company settings")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="company_settings_one_row"),
            models.CheckConstraint(
                condition=models.Q(tax_percent__gte=0, tax_percent__lte=100),
                name="company_settings_tax_is_a_percentage",
            ),
        ]

    _kept: ClassVar[tuple[float, "CompanySettings"] | None] = None

    @classmethod
    def current(cls) -> "CompanySettings":
        """Return the row, made with defaults when it is missing; at most two seconds old."""
        if cls._kept and time.monotonic() - cls._kept[0] < KEPT_SECONDS:
            return cls._kept[1]
        names = {"name_ar": "مدار", "name_en": "Madar"}
        company = cls.objects.get_or_create(pk=1, defaults=names)[0]
        cls._kept = (time.monotonic(), company)
        return company

    @classmethod
    def forget(cls) -> None:
        """Let the next reader see the row as it is now."""
        cls._kept = None

    @cached_property
    def clock(self) -> tzinfo:
        """The time zone of people of the whole company: their first branch's."""
        branch = Branch.objects.active().order_by("pk").first()
        return branch.clock if branch else UTC

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let this process see the change at once."""
        super().save(*args, **kwargs)
        transaction.on_commit(type(self).forget)
        type(self).forget()
