"""Who gets a lead: ordered rules, and every decision with its reasons."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, Team
from leads import permissions

from .leads import Lead
from .understanding import OfLeadQuerySet


class RoutingRuleQuerySet(models.QuerySet["RoutingRule"]):
    """Reads of rules."""

    def visible_to(self, user: Any) -> "RoutingRuleQuerySet":
        """Rules of the own branch and of the whole company."""
        if not user.is_authenticated:
            return self.none()
        scope = user.scope_of(permissions.VIEW_RULES)
        if scope == "none":
            return self.none()
        if scope == "company":
            return self
        return self.filter(Q(branch_id=user.branch_id) | Q(branch=None))

    def in_force(self) -> "RoutingRuleQuerySet":
        """Active rules in the order they are tried."""
        return self.filter(is_active=True).order_by("position", "pk")


class RoutingRule(models.Model):
    """If every condition holds, the lead goes to the target, chosen by the method.

    `conditions` is a list of {"field", "op", "values"} with fields from leads.route.conditions.
    """

    class Method(models.TextChoices):
        PERSON = "person", _("One person")
        ROUND_ROBIN = "round_robin", _("In turn")
        LEAST_LOADED = "least_loaded", _("The least loaded")

    name = models.CharField(_("name"), max_length=120)
    branch = models.ForeignKey(
        Branch, models.CASCADE, verbose_name=_("branch"), null=True, blank=True, related_name="+"
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    method = models.CharField(
        _("method"), max_length=12, choices=Method, default=Method.LEAST_LOADED
    )
    team = models.ForeignKey(
        Team, models.CASCADE, verbose_name=_("team"), null=True, blank=True, related_name="rules"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("person"),
        null=True,
        blank=True,
        related_name="+",
    )
    weights = models.JSONField(_("weights"), default=dict, blank=True)  # user id → weight
    last_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(method="person") & Q(person__isnull=False))
                | (~Q(method="person") & Q(team__isnull=False)),
                name="routing_rule_has_its_target",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RoutingDecisionQuerySet(OfLeadQuerySet):
    """Reads of decisions."""

    def explaining(self, lead: Lead) -> "RoutingDecisionQuerySet":
        """Of one lead: first the newest one that gave it to who has it, then the others.

        A hand-over that was taken back is the newest one, but it explains nothing any more.
        """
        gave_it = Case(When(person=lead.owner_id or 0, then=0), default=1)
        return self.filter(lead=lead).order_by(gave_it, "-pk")


class RoutingDecision(models.Model):
    """Why this person: the rule, all candidates with their scores, the reasons in words."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="decisions")
    rule = models.ForeignKey(RoutingRule, models.SET_NULL, null=True, related_name="+")
    rule_name = models.CharField(max_length=120)
    rule_version = models.PositiveIntegerField(default=1)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    candidates = models.JSONField(default=list)  # [{"id", "name", "score", "reasons": [...]}]
    reasons = models.JSONField(default=list)  # [{"text", "params", "weight"}]
    confidence = models.FloatField(default=1)  # 0 to 1
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = RoutingDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing decision")
        verbose_name_plural = _("routing decisions")
        ordering = ["-pk"]
