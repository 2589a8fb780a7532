"""The OpenAPI schema: every write takes an Idempotency-Key, every refusal is a problem document."""

from collections.abc import Mapping
from typing import Any

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

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)
