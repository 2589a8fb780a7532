"""What callers read and write about imports."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Branch
from crm_project.kit.api.fields import StrictSerializer, VisibleRelatedField, branch_code
from exchange.models import Batch, RowError
from exchange.progress import progress_of
from exchange.readers.delimited import DELIMITERS
from exchange.readers.encodings import ENCODINGS
from exchange.services.batches import LARGEST_FILE

COUNTS = ("created_count", "updated_count", "skipped_count", "failed_count", "repeated_count")


class ImportSerializer(serializers.ModelSerializer[Batch]):
    """One import. Rows are numbered from 1, without the heading."""

    branch_code = branch_code()
    percent = serializers.SerializerMethodField()
    seconds_left = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields: tuple[str, ...] = (
            *(
                "id",
                "resource",
                "branch",
                "branch_code",
                "owner",
                "file_name",
                "file_bytes",
                "status",
            ),
            *("reading", "columns", "mapping", "options", "on_duplicate", "row_count"),
            *("rows_done", *COUNTS, "kept_count", "resumed_count", "percent", "seconds_left"),
            *("fault", "created_at", "started_at", "finished_at"),
        )
        read_only_fields: tuple[str, ...] = fields

    def get_percent(self, batch: Batch) -> int:
        """How much of the running step is done."""
        return progress_of(batch).percent

    def get_seconds_left(self, batch: Batch) -> int | None:
        """A guess from the speed so far; null where nothing runs."""
        return progress_of(batch).seconds_left


class ProposalSerializer(serializers.Serializer[Any]):
    """What is proposed for one column: the field ("" leaves it out), how sure that is (0 to 1)."""

    position = serializers.IntegerField()
    column = serializers.CharField()
    samples = serializers.ListField(child=serializers.CharField())
    field = serializers.CharField()
    confidence = serializers.FloatField()
    is_remembered = serializers.BooleanField()


class FieldSerializer(serializers.Serializer[Any]):
    """A field that a column can go to."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_required = serializers.BooleanField()
    is_many = serializers.BooleanField()


class ImportDetailSerializer(ImportSerializer):
    """One import, with what is proposed for its columns and the fields they can go to."""

    proposal = serializers.SerializerMethodField()
    fields_known = serializers.SerializerMethodField()

    class Meta(ImportSerializer.Meta):
        fields = (*ImportSerializer.Meta.fields, "proposal", "fields_known")
        read_only_fields = fields

    @extend_schema_field(ProposalSerializer(many=True))
    def get_proposal(self, batch: Batch) -> Any:
        """What is proposed for every column."""
        return ProposalSerializer(self.context["proposal"], many=True).data

    @extend_schema_field(FieldSerializer(many=True))
    def get_fields_known(self, batch: Batch) -> Any:
        """The fields of the resource."""
        return FieldSerializer(self.context["fields"], many=True).data


class UploadSerializer(StrictSerializer):
    """A file of at most 100 MB: CSV, XLSX, XLS or vCard."""

    resource = serializers.CharField(max_length=40)
    file = serializers.FileField(max_length=200)
    branch = VisibleRelatedField(queryset=Branch.objects.active(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The resource is one that the caller may import; the branch is known."""
        if attrs["resource"] not in self.context["allowed"]:
            raise serializers.ValidationError({"resource": [_("There is no such resource.")]})
        branch = attrs.setdefault("branch", self.context["request"].user.branch)
        if branch is None:
            raise serializers.ValidationError({"branch": [_("Say to which branch it belongs.")]})
        if attrs["file"].size > LARGEST_FILE:
            problem = _("The file is larger than 100 MB. Split it.")
            raise serializers.ValidationError({"file": [problem]})
        return attrs


class ReadingSerializer(StrictSerializer):
    """How the file is read, where the guess was wrong."""

    encoding = serializers.ChoiceField(choices=ENCODINGS, required=False)
    delimiter = serializers.ChoiceField(choices=DELIMITERS, required=False)
    sheet = serializers.CharField(max_length=200, required=False)
    has_header = serializers.BooleanField(required=False)


class MappingSerializer(StrictSerializer):
    """Column position → field code; positions that are not named are left out."""

    mapping = serializers.DictField(child=serializers.CharField(max_length=80, allow_blank=True))
    on_duplicate = serializers.ChoiceField(
        choices=Batch.OnDuplicate.choices, default=Batch.OnDuplicate.SKIP
    )
    options = serializers.DictField(required=False, default=dict)
    remember_as = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    reading = ReadingSerializer(required=False)

    def validate_mapping(self, mapping: dict[str, str]) -> dict[int, str]:
        """Positions are numbers from 0, as in `columns`."""
        if not all(key.isascii() and key.isdigit() and len(key) < 4 for key in mapping):
            raise serializers.ValidationError(_("Name columns by their positions from 0."))
        return {int(key): code for key, code in mapping.items()}


class RowErrorSerializer(serializers.ModelSerializer[RowError]):
    """What is wrong with a field of a row, in the caller's language."""

    sentence = serializers.SerializerMethodField()

    class Meta:
        model = RowError
        fields = ("id", "row", "field", "code", "value", "is_warning", "sentence")
        read_only_fields = fields

    def get_sentence(self, error: RowError) -> str:
        """What it means and how to mend it."""
        params = {**error.params, "value": error.value}
        return str(self.context["resource"].sentence(error.code, params))
