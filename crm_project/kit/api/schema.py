"""The OpenAPI schema: every write takes an Idempotency-Key, every refusal is a problem document."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from .etags import HEADER, ETagMixin

KEY = "The same key with the same body answers as the first time."
VERSION = "The ETag that you saw; 409 `edit_conflict` when the record is another one by now."
CHANGES = ("PUT", "PATCH", "DELETE")


class MadarSchema(AutoSchema):
    """Adds what all operations share."""

    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [_header("Idempotency-Key", KEY)]
        is_guarded = self.method in CHANGES and isinstance(self.view, ETagMixin)
        return [_header(HEADER, VERSION)] if is_guarded else []

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)
