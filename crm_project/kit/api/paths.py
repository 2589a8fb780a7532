"""Problems inside of a list, named by the path to them."""

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.settings import api_settings

NON_FIELD_ERRORS_KEY = api_settings.NON_FIELD_ERRORS_KEY


class PathErrors:
    """Before a serializer with lines or items: each problem stands under its path, a list of sentences.

    "lines" is about all of them, "lines.0.quantity" about one field of the first, just as the
    services' own refusals name theirs.
    """

    def is_valid(self, *, raise_exception: bool = False) -> bool:
        """As the serializer's own. Errors: ValidationError, if asked for."""
        is_fine: bool = super().is_valid(raise_exception=False)  # type: ignore[misc]
        if raise_exception and not is_fine:
            raise serializers.ValidationError(dict(_by_path(self.errors)))  # type: ignore[attr-defined]
        return is_fine


def _by_path(problem: Any, path: str = "") -> Iterator[tuple[str, list[Any]]]:
    if isinstance(problem, Mapping):
        for name, inner in problem.items():
            is_whole = path and name == NON_FIELD_ERRORS_KEY
            yield from _by_path(inner, path if is_whole else f"{path}.{name}".lstrip("."))
    elif any(isinstance(inner, Mapping) for inner in problem):
        for place, inner in enumerate(problem):
            yield from _by_path(inner, f"{path}.{place}")
    else:
        yield path, problem
