"""The OpenAPI schema: every write takes an Idempotency-Key, every refusal is a problem document."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from .etags import HEADER, ETagMixin

KEY = "The same key with the same body answers as the first time."
VERSION = "The ETag that you saw; 409 `edit_conflict` when the record is another one by now."
CHANGES = ("PUT", "PATCH", "DELETE")
# Whose day a filter means: unless the view's `days` says otherwise, a day in UTC. The pages mean days
# of the reader's branch instead: a program that wants those asks for the days around and looks closer.
UTC_DAY = gettext_lazy("A whole day in UTC, inclusive; pages use the day of the reader's branch.")
CALENDAR_DAY = gettext_lazy("A day of the calendar as it is kept, without a clock; inclusive.")
FIGURE_DAY = gettext_lazy("A whole day on the clock of the branch that a figure belongs to.")
BRANCH_DAY = gettext_lazy("A whole day on the clock of the caller's branch, inclusive.")


class MadarSchema(AutoSchema):
    """Adds what all operations share."""

    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [_header("Idempotency-Key", KEY)]
        is_guarded = self.method in CHANGES and isinstance(self.view, ETagMixin)
        return [_header(HEADER, VERSION)] if is_guarded else []

    def _get_parameters(self) -> list[dict[str, Any]]:
        """Say of every day in a query whose day it is."""
        found: list[dict[str, Any]] = super()._get_parameters()  # type: ignore[no-untyped-call]
        meanings: Mapping[str, Any] = getattr(self.view, "days", {})
        for one in found:
            if one["in"] == "query" and one["schema"].get("format") == "date":
                meaning = meanings.get(one["name"], UTC_DAY)
                one["description"] = f"{one.get('description', '').rstrip('.')}. {meaning}"
        return found

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """Promise no field that some callers' answers go without: `may_lack`, by role."""
        found: dict[str, Any] = super()._map_basic_serializer(  # type: ignore[no-untyped-call]
            serializer, direction
        )
        hidden = getattr(serializer, "may_lack", ())
        if hidden and "required" in found:
            found["required"] = [name for name in found["required"] if name not in hidden]
        return found

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: bool = False
    ) -> dict[str, Any]:
        """Say of a field that is only read what its record may hold: nothing, or an empty text."""
        if field.read_only:
            field.allow_null = field.allow_null or field.default is None
            if hasattr(field, "allow_blank"):
                field.allow_blank = field.allow_blank or getattr(_column(field), "blank", False)
        found: dict[str, Any] = super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, bypass_extensions
        )
        return found

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


def _column(field: Any) -> Any:
    """The column that a serializer's field shows; None for what is worked out."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    try:
        return model._meta.get_field(field.source) if model else None
    except FieldDoesNotExist:
        return None
