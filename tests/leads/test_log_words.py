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


def test_what_a_rule_saw_is_said_in_words_and_not_in_codes(
    whatsapp: Any, team: Any, sales: Any, client_of: Any
) -> None:
    team.rules.update(
        conditions=[
            {"field": "product", "op": "in", "values": ["hvac"]},
            {"field": "is_customer", "op": "is", "values": ["false"]},
        ]
    )
    lead = factories.make_lead(whatsapp, "أحتاج 6 مكيفات سبليت في الرياض")
    body = client_of(sales).get(lead.get_absolute_url(), HTTP_HX_REQUEST="true").content.decode()
    assert body.count("“no”") == 2  # beside the person, and in the log
    assert "“False”" not in body
    assert "“hvac”" not in body
