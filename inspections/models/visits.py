"""A visit to a customer's site, from the request to its end."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import Branch, User
from accounts.roles import Scope
from crm_project.kit.crypto import EncryptedTextField
from crm_project.kit.search import Normalised
from customers.models import Customer
from inspections import permissions
from orders.models import Order

from .checklists import InspectionType

BOOKED = ("scheduled", "on_the_way", "in_progress", "completed")


class TsTzRange(Func):
    """tstzrange(start, end, '[)'): a visit may start when the one before ends."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class InspectionQuerySet(ScopedQuerySet):
    """Reads of inspections. "Own" is what a person asked for or carries out."""

    view_permission = permissions.VIEW

    def visible_to(self, user: Any, permission: str | None = None) -> "InspectionQuerySet":
        """Rows that the permission reaches. Carrying out at scope "own" is the inspector's alone."""
        rows = super().visible_to(user, permission)
        if permission == permissions.CARRY_OUT and user.scope_of(permission) == Scope.OWN:
            return rows.filter(inspector_id=user.pk)
        return rows

    def _within(self, scope: Scope, user: User) -> "InspectionQuerySet":
        if scope != Scope.OWN:
            return super()._within(scope, user)
        return self.filter(Q(owner_id=user.pk) | Q(inspector_id=user.pk))

    def for_list(self) -> "InspectionQuerySet":
        """With what a row shows, in the same query."""
        return self.select_related("customer", "inspector", "type", "branch")

    def booked(self) -> "InspectionQuerySet":
        """In somebody's calendar."""
        return self.filter(status__in=BOOKED)

    def unscheduled(self) -> "InspectionQuerySet":
        """Asked for, without a time."""
        return self.filter(status=Inspection.Status.REQUESTED)


class Inspection(models.Model):
    """One visit. The database refuses double booking and visits outside working hours."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        SCHEDULED = "scheduled", _("Scheduled")
        ON_THE_WAY = "on_the_way", _("On the way")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")
        NO_SHOW = "no_show", _("Customer wasn't there")

    class Outcome(models.TextChoices):
        READY = "ready", _("Ready to install")
        NEEDS_WORK = "needs_work", _("Needs work first")
        NOT_POSSIBLE = "not_possible", _("Not possible")

    number = models.CharField(_("number"), max_length=20, unique=True)
    type = models.ForeignKey(
        InspectionType, models.PROTECT, verbose_name=_("type"), related_name="inspections"
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, verbose_name=_("branch"), related_name="inspections"
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("customer"), related_name="inspections"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        related_name="inspections_asked",
    )
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("inspector"),
        null=True,
        blank=True,
        related_name="inspections",
    )
    order = models.ForeignKey(  # the order that waits for it
        Order, models.SET_NULL, null=True, blank=True, related_name="inspections"
    )
    draft_order = models.OneToOneField(  # the order that came out of it
        Order, models.SET_NULL, null=True, blank=True, related_name="from_inspection"
    )
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.REQUESTED)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    is_outside_hours_allowed = models.BooleanField(_("outside working hours"), default=False)
    wishes = models.CharField(_("the customer's wishes"), max_length=300, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    district = models.CharField(_("district"), max_length=80, blank=True)
    map_url = models.URLField(_("map link"), max_length=500, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    result_note = models.TextField(_("what was found"), max_length=4000, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)
    set_out_at = models.DateTimeField(_("set out"), null=True, editable=False)
    started_at = models.DateTimeField(_("began"), null=True, editable=False)
    finished_at = models.DateTimeField(_("ended"), null=True, editable=False)
    moves = models.PositiveSmallIntegerField(_("moved"), default=0, editable=False)
    search_text = models.TextField(blank=True, default="", editable=False)  # customer, phone
    search = models.GeneratedField(
        expression=Normalised(
            Concat(
                "number",
                Value(" "),
                "search_text",
                Value(" "),
                "address",
                Value(" "),
                "district",
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    request_id = models.UUIDField(null=True, unique=True, editable=False)  # one per submit
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="inspection_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("requested", "cancelled"))
                | Q(starts_at__isnull=False, ends_at__isnull=False, inspector__isnull=False),
                name="inspection_booked_has_time_and_inspector",
            ),
            ExclusionConstraint(
                name="inspection_no_double_booking",
                expressions=[
                    ("inspector", RangeOperators.EQUAL),
                    (
                        TsTzRange("starts_at", "ends_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(
                    status__in=("scheduled", "on_the_way", "in_progress"), inspector__isnull=False
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="inspection_newest"),
            models.Index(fields=["branch", "-created_at", "-id"], name="inspection_branch"),
            models.Index(fields=["status", "-created_at", "-id"], name="inspection_status"),
            models.Index(fields=["customer", "-created_at", "-id"], name="inspection_customer"),
            models.Index(fields=["owner", "-created_at", "-id"], name="inspection_owner"),
            models.Index(fields=["inspector", "starts_at"], name="inspection_calendar"),
            models.Index(fields=["starts_at", "id"], name="inspection_starts"),
            models.Index(fields=["district", "-created_at", "-id"], name="inspection_district"),
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(is_urgent=True),
                name="inspection_urgent",
            ),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="inspection_search"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inspections:detail", args=[self.pk])


class OfInspectionQuerySet(ScopedQuerySet):
    """Rows of an inspection, as visible as the inspection."""

    view_permission = permissions.VIEW
    branch_path = "inspection__branch"
    owner_path = "inspection__owner"

    def _within(self, scope: Scope, user: User) -> "OfInspectionQuerySet":
        if scope != Scope.OWN:
            return super()._within(scope, user)
        return self.filter(Q(inspection__owner_id=user.pk) | Q(inspection__inspector_id=user.pk))


class InspectionEvent(models.Model):
    """One step or move of an inspection, with its reason. Append-only."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="events")
    status = models.CharField(max_length=11, choices=Inspection.Status)
    was_at = models.DateTimeField(null=True)  # start before a move
    now_at = models.DateTimeField(null=True)  # start after it
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = OfInspectionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]


class AbsenceQuerySet(ScopedQuerySet):
    """Reads of absences."""

    view_permission = permissions.VIEW
    owner_path = "inspector"
    branch_path = "inspector__branch"


class Absence(models.Model):
    """A time in which an inspector takes no visits."""

    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[
                    ("inspector", RangeOperators.EQUAL),
                    (
                        TsTzRange("starts_at", "ends_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class InspectionReminder(models.Model):
    """A message that is due before a visit, to the customer or to the inspector."""

    class Audience(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        INSPECTOR = "inspector", _("Inspector")

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        QUEUED = "queued", _("Handed to messaging")
        CANCELLED = "cancelled", _("Cancelled")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="reminders")
    audience = models.CharField(max_length=9, choices=Audience)
    minutes_before = models.PositiveIntegerField()
    due_at = models.DateTimeField(_("due"))
    status = models.CharField(max_length=9, choices=Status, default=Status.DUE)
    queued_at = models.DateTimeField(null=True)

    objects = OfInspectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "audience", "minutes_before"], name="reminder_once"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(status="due"), name="reminder_due")]


class CalendarLinkQuerySet(models.QuerySet[Any]):
    """Secret links: each person sees their own."""

    def visible_to(self, user: Any) -> "CalendarLinkQuerySet":
        """The user's own link."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()


class CalendarLink(models.Model):
    """The secret address of a person's visits for their own calendar program."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_link"
    )
    token = EncryptedTextField(_("token"))  # shown again to its owner
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    objects = CalendarLinkQuerySet.as_manager()
