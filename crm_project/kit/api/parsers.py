"""Strict JSON: bounded size and depth, no NaN, no text that PostgreSQL cannot store."""

import json
import math
import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAXIMUM_BYTES = 1024 * 1024
MAXIMUM_DEPTH = 32
BAD_TEXT = re.compile("[\x00\ud800-\udfff]")


class BodyTooLarge(APIException):
    """More JSON than is read. What it holds was not looked at."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = _("The body is larger than 1 MB.")


class StrictJSONParser(JSONParser):
    """JSON of at most 1 MB and depth 32 (SECURITY.md IN-2, IN-3). Errors: BodyTooLarge."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = stream.read(MAXIMUM_BYTES + 1)
        if len(raw) > MAXIMUM_BYTES:
            raise BodyTooLarge
        try:
            data = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
            check_json(data)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not valid JSON: %s.") % error) from error
        return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def check_json(value: Any, depth: int = 0) -> None:
    """Raise ValueError for what cannot be stored: NUL, lone surrogates, numbers without end or
    beyond 64 bit, nesting beyond 32 levels."""
    if depth > MAXIMUM_DEPTH:
        raise ValueError("nested deeper than 32 levels")
    if isinstance(value, str) and BAD_TEXT.search(value):
        raise ValueError("text holds NUL or a lone surrogate")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        raise ValueError("a number is too large")
    if isinstance(value, float) and not math.isfinite(value):  # 1e999 is JSON, infinity is not
        raise ValueError("a number is too large")
    if isinstance(value, dict):
        for key, inner in value.items():
            check_json(key, depth + 1)
            check_json(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check_json(inner, depth + 1)
