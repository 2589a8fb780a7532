"""How the OpenAPI document is made, for the page and for `manage.py spectacular` alike."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator

from .examples import add_examples, mend_nulls
from .refusals import add_refusals


class ExampleGenerator(SchemaGenerator):
    """Completes the document with an example of every body and answer."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        document = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        mend_nulls(document)
        add_examples(document)
        add_refusals(document)
        return document
