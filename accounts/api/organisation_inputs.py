"""What callers may write of branches, departments and teams. The services save it."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.errors import NotOfThisBranch
from accounts.forms.company import CURRENCIES
from accounts.forms.hours import WEEK, overlap
from accounts.forms.regions import CALLING_CODES, clocks
from accounts.models import Branch, Department, Team, User
from accounts.services import organisation
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField

MOST_SPANS = 6  # of one day
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_OF_ANOTHER = _("This department belongs to another branch.")


class WorkingHoursField(serializers.DictField):
    """ISO weekday ("1" is Monday) → spans of "HH:MM", local; a day that is missing is closed.

    An end before its beginning is on the next day, 24:00 is the day's own end.
    """

    child = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(max_length=5)),
        max_length=MOST_SPANS,
    )

    def to_internal_value(self, data: Any) -> dict[str, list[list[str]]]:
        week: dict[str, list[list[str]]] = super().to_internal_value(data)
        for day, spans in week.items():
            if day not in WEEK:
                raise serializers.ValidationError(_("Name the days 1 (Monday) to 7."))
            if not all(_is_span(span) for span in spans):
                problem = _('Write spans like ["09:00", "17:30"].')
                raise serializers.ValidationError({day: [problem]})
            if overlap(sorted(spans)):
                raise serializers.ValidationError({day: [_("These hours overlap.")]})
        return {day: sorted(spans) for day, spans in week.items() if spans}


def _is_span(span: list[str]) -> bool:
    if len(span) != 2 or not all(_TIME.fullmatch(moment) for moment in span):
        return False
    return span[0] not in (span[1], "24:00")


class BranchInputSerializer(StrictSerializer):
    """A branch as written; what a new one leaves out is as usual in Saudi Arabia."""

    code = serializers.SlugField(max_length=12)
    name_ar = Text(max_length=120)
    name_en = Text(max_length=120)
    currency = serializers.ChoiceField(choices=CURRENCIES, required=False)
    time_zone = serializers.CharField(
        max_length=40, required=False, help_text=_("Of the IANA database, like Asia/Riyadh.")
    )
    phone_region = serializers.CharField(
        max_length=2,
        required=False,
        help_text=_("Two letters: where numbers without a country code belong."),
    )
    working_hours = WorkingHoursField(required=False)
    is_active = serializers.BooleanField(required=False)

    def validate_code(self, code: str) -> str:
        """Codes are written small."""
        return code.lower()

    def validate_time_zone(self, name: str) -> str:
        """Known places only."""
        known = {zone for _continent, zones in clocks() for zone, _label in zones}
        return _one_of(name, known)

    def validate_phone_region(self, region: str) -> str:
        """Regions whose numbers can be read."""
        return _one_of(region, CALLING_CODES)

    def save_as(self, branch: Branch | None, *, actor: User) -> Branch:
        """Save it through the service of the settings page."""
        known = branch or Branch()
        columns = {name: getattr(known, name) for name in organisation.BRANCH_FIELDS}
        seen = organisation.version_of(branch) if branch else ""
        values = {**columns, **self.validated_data}
        return organisation.save_branch(branch, values, actor=actor, seen=seen)


def _one_of(value: str, known: Any) -> str:
    if value not in known:
        raise serializers.ValidationError(_("This is not one of the known ones."))
    return value


class _FillableBranchField(serializers.PrimaryKeyRelatedField[Any]):
    """A branch whose departments and teams the caller may change."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        if request is None:
            return Branch.objects.none()
        return organisation.fillable_branches(request.user)


class _PieceInput(StrictSerializer):
    """What departments and teams share."""

    name_ar = Text(max_length=120)
    name_en = Text(max_length=120)

    def _branch_id(self, attrs: Mapping[str, Any]) -> int:
        return int(self.instance.branch_id if self.instance else attrs["branch"].pk)

    def save_as(self, piece: Any, *, actor: User) -> Any:
        """Save it through the service of the settings page."""
        kind: Any = type(piece)
        given = {**self.validated_data}
        given.pop("branch", None)
        known = {name: _known(piece, name) for name in organisation.FIELDS[kind]}
        save: Any = organisation.save_team if kind is Team else organisation.save_department
        seen = organisation.version_of(piece) if piece.pk else ""
        return save(piece, {**known, **given}, actor=actor, seen=seen)


def _known(piece: Any, name: str) -> Any:
    if name == "members":
        return list(piece.members.all()) if piece.pk else []
    return getattr(piece, name)


class ChangeDepartmentSerializer(_PieceInput):
    """A department as changed."""

    manager = VisibleRelatedField(queryset=User.objects.staff(), required=False, allow_null=True)


class NewDepartmentSerializer(ChangeDepartmentSerializer):
    """A department of a branch, which it keeps."""

    branch = _FillableBranchField(queryset=Branch.objects.none())


class ChangeTeamSerializer(_PieceInput):
    """A team as changed; `members` replaces all of them."""

    department = VisibleRelatedField(
        queryset=Department.objects.all(), required=False, allow_null=True
    )
    leader = VisibleRelatedField(queryset=User.objects.staff(), required=False, allow_null=True)
    members = VisibleRelatedField(queryset=User.objects.staff(), required=False, many=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Department and leader are of the team's branch; the service looks at the members."""
        branch_id = self._branch_id(attrs)
        if (department := attrs.get("department")) and department.branch_id != branch_id:
            raise serializers.ValidationError({"department": [_OF_ANOTHER]})
        if (leader := attrs.get("leader")) and leader.branch_id != branch_id:
            raise NotOfThisBranch(field="leader")
        return attrs


class NewTeamSerializer(ChangeTeamSerializer):
    """A team of a branch, which it keeps."""

    branch = _FillableBranchField(queryset=Branch.objects.none())
