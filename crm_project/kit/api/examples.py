"""Examples of the OpenAPI document, made from its own schemas with the values of one small firm.

What a serializer shows by hand (`OpenApiExample`) stays; everything else gets its example here. A
value is looked up by "Component.field", then by the field's name, and only taken where it fits the
schema; otherwise the schema's type, format and limits say what stands there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .values import CHANGED, USUAL, values

DEEPEST = 6  # levels of nesting
_WRITTEN = ("example", "examples")
_EMPTY = {"type": "string", "maxLength": 0}
_DECIMALS = re.compile(r"\{0,(\d+)\}\)\?\$$")  # of REST framework's pattern of a decimal
_BY_FORMAT: Mapping[str, str] = {
    "date": "2026-12-01",
    "date-time": "2026-11-22T07:00:00Z",
    "uri": "https://example.com/",
    "email": "noura@example.com",
    "uuid": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "binary": "photo.jpg",
}
_KINDS: Mapping[type, set[str]] = {
    bool: {"boolean"},
    int: {"integer", "number"},
    float: {"number"},
    str: {"string"},
    list: {"array"},
    dict: {"object"},
}
Schema = Mapping[str, Any]


def add_examples(document: dict[str, Any]) -> None:
    """Give every body and every JSON answer of the document an example, where it has none."""
    maker = _Maker(document.get("components", {}).get("schemas", {}), values())
    for item in document.get("paths", {}).values():
        for operation in item.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _add(content, maker, is_request=True)
            for answer in operation.get("responses", {}).values():
                for kind, content in answer.get("content", {}).items():
                    if kind.endswith("json"):
                        _add(content, maker, is_request=False)


def mend_nulls(part: Any) -> None:
    """Mend choices of one that a value meets twice, as the generator writes them.

    Null where anything may stand; and an empty text, for who takes a format as a mere remark.
    """
    if isinstance(part, dict):
        if part.get("oneOf") == [{}, {"type": "null"}]:
            del part["oneOf"]
        if _EMPTY in part.get("oneOf", ()):
            part["anyOf"] = part.pop("oneOf")
        for inner in part.values():
            mend_nulls(inner)
    elif isinstance(part, list):
        for inner in part:
            mend_nulls(inner)


def _add(content: dict[str, Any], maker: "_Maker", *, is_request: bool) -> None:
    if "schema" in content and not any(name in content for name in _WRITTEN):
        content["example"] = maker.value(content["schema"], _Place(is_request=is_request))


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where in a document a value stands."""

    is_request: bool
    component: str = ""
    field: str = ""
    depth: int = 0

    def inside(self, component: str, field: str) -> "_Place":
        return _Place(
            is_request=self.is_request, component=component, field=field, depth=self.depth + 1
        )

    @property
    def names(self) -> tuple[str, str]:
        component = self.component.removesuffix("Request").removeprefix("Patched")
        return f"{component}.{self.field}", self.field


class _Maker:
    """Makes examples of schemas that name each other."""

    def __init__(self, components: Schema, known: Mapping[str, Any]) -> None:
        self.components = components
        self.known = known

    def value(self, schema: Schema, place: _Place) -> Any:
        """Return an example of the schema."""
        flat, component = self._flat(schema, place.component)
        for name in place.names:
            if name in self.known and (fit := _fitted(flat, self.known[name])):
                return fit[0]
        if "properties" in flat:
            return self._object(flat, component, place)
        if "array" in _types(flat):
            items = self.value(flat.get("items", {}), place.inside(component, place.field))
            return [items] if place.depth < DEEPEST else []
        return _plain(flat)

    def _object(self, schema: Schema, component: str, place: _Place) -> dict[str, Any]:
        fields, required = schema["properties"], schema.get("required", [])
        names = list(fields)
        if place.is_request:
            names = _shown(component, fields, required)
        elif place.depth >= DEEPEST:
            names = list(required)
        return {name: self.value(fields[name], place.inside(component, name)) for name in names}

    def _flat(self, schema: Schema, component: str) -> tuple[Schema, str]:
        """Follow references and the first of alternatives; return the schema and its component."""
        while True:
            if "$ref" in schema:
                component = schema["$ref"].rpartition("/")[2]
                schema = self.components[component]
            elif "allOf" in schema:
                parts = [self._flat(part, component)[0] for part in schema["allOf"]]
                schema = {key: value for part in parts for key, value in part.items()}
            elif "oneOf" in schema or "anyOf" in schema:
                schema = (schema.get("oneOf") or schema["anyOf"])[0]
            else:
                return schema, component


def _shown(component: str, fields: Schema, required: list[str]) -> list[str]:
    """The fields that a body is shown with: what it needs, and what is usually given."""
    usual = CHANGED if component.startswith("Patched") else USUAL
    written = [name for name in fields if not fields[name].get("readOnly")]
    shown = [name for name in written if name in required or name in usual]
    return shown or written[:1]


def _types(schema: Schema) -> set[str]:
    kinds = schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _fitted(schema: Schema, value: Any) -> tuple[Any] | None:
    """The value as the schema writes it, in a tuple (it may be None); None where it is no fit."""
    kinds = _types(schema)
    if value is None:
        return (None,) if "null" in kinds else None
    if schema.get("format") == "decimal" and isinstance(value, str):
        value = _padded(schema, value)
    if kinds and not kinds & _KINDS[type(value)]:
        return None
    if "enum" in schema and value not in schema["enum"]:
        return None
    if isinstance(value, str) and not _fits_text(schema, value):
        return None
    return (value,)


def _fits_text(schema: Schema, text: str) -> bool:
    if schema.get("format", "decimal") != "decimal" and _is_other_kind(schema["format"], text):
        return False
    is_short = len(text) <= schema.get("maxLength", len(text))
    return is_short and bool(re.search(schema.get("pattern", ""), text))


def _is_other_kind(wanted: str, text: str) -> bool:
    """True for a text where a day, a moment, an address or an id is wanted that it is not."""
    shapes = {
        "date": r"\d{4}-\d\d-\d\d$",
        "date-time": r"\d{4}-\d\d-\d\dT",
        "uri": r"https?://",
        "email": r"[^@\s]+@[^@\s]+$",
        "uuid": r"[0-9a-f]{8}-",
        "binary": r"[^/]+\.\w+$",
    }
    return not re.match(shapes.get(wanted, ""), text)


def _padded(schema: Schema, number: str) -> str:
    places = _DECIMALS.search(schema.get("pattern", ""))
    return f"{float(number):.{int(places[1])}f}" if places else number


def _plain(schema: Schema) -> Any:
    """A value by type, format and limits alone."""
    kinds = _types(schema)
    if "enum" in schema:
        return schema["enum"][0]
    if "boolean" in kinds:
        return bool(schema.get("default", True))
    if "integer" in kinds:
        return max(1, schema.get("minimum", 1))
    if "number" in kinds:
        return 0.9
    if "string" in kinds:
        return _text(schema)
    return None if kinds == {"null"} else {}


def _text(schema: Schema) -> str:
    form = schema.get("format", "")
    if form == "decimal":
        return _padded(schema, "1")
    return _BY_FORMAT.get(form, "text"[: schema.get("maxLength", 4)])
