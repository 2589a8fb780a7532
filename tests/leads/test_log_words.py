"""The log of a lead speaks the language of whoever reads it, not of the process that wrote it."""

from typing import Any

import pytest
from django.utils import translation

from tests import factories


@pytest.mark.parametrize("written_in", ["ar", "en"])
def test_why_a_lead_went_to_somebody_is_read_in_the_readers_language(
    whatsapp: Any, team: Any, sales: Any, client_of: Any, written_in: str
) -> None:
    with translation.override(written_in):
        lead = factories.make_lead(whatsapp)
    shown = {}
    for language in ("ar", "en"):
        sales.language = language
        sales.save()
        body = client_of(sales).get(lead.get_absolute_url(), HTTP_HX_REQUEST="true").content
        shown[language] = body.decode().partition('id="lead-history"')[2]
    assert "The rule takes every lead" in shown["en"]
    assert "The rule takes every lead" not in shown["ar"]
    assert "القاعدة" in shown["ar"]
