"""Refusals in the OpenAPI document: every operation may answer with a problem (RFC 9457)."""

from typing import Any

from .problems import PROBLEM_JSON

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": (
        "Why a call was refused, in the caller's language. Programs go by `code`; `errors` names "
        "the fields that are wrong."
    ),
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": True},
        "request_id": {"type": "string"},
    },
    "required": ["type", "title", "status", "code"],
}
EXAMPLE = {
    "type": "urn:madar:problem:invalid",
    "title": "Invalid input.",
    "status": 400,
    "code": "invalid",
    "detail": "Invalid input.",
    "errors": {"phones": ["This is not a phone number. Write it with its country code."]},
    "request_id": "3f0c9a52d1e84c0b",
}


def add_refusals(document: dict[str, Any]) -> None:
    """Let every operation's `default` answer be a problem document."""
    document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": EXAMPLE}
    answer = {"description": "Refused.", "content": {PROBLEM_JSON: content}}
    for item in document.get("paths", {}).values():
        for operation in item.values():
            operation["responses"].setdefault("default", answer)
