"""Every sample file of the outside world comes in as its index says it should."""

import json

import pytest

from customers.models import Customer
from tests.conftest import SHARED, needs_shared

INTAKE = SHARED / "data" / "intake"


def samples():
    if not (INTAKE / "index.json").exists():
        return []
    files = json.loads((INTAKE / "index.json").read_text(encoding="utf-8"))["files"]
    return [one for one in files if one["kind"] in ("contacts_csv", "vcard")]


@pytest.fixture
def come_in(bring_in, manager):
    def run(sample):
        expect = sample["expect"]
        region = expect.get("default_region", "AE" if "salesforce" in sample["file"] else "SA")
        mapping = {"#1": "company"} if expect.get("has_header") is False else None
        return bring_in(
            manager,
            (INTAKE / sample["file"]).read_bytes(),
            name=sample["file"].rpartition("/")[2],
            options={"phone_region": region},
            mapping=mapping,
        )

    return run


def is_found(expected):
    """Whether a customer is as the index describes it."""
    for customer in Customer.objects.all():
        points = {point.value for point in customer.points.all()}
        names = {customer.name, customer.company}
        wanted = {*expected.get("phones_e164", ()), *expected.get("emails", ())}
        texts = {expected.get("name"), expected.get("fn"), expected.get("company")} - {None}
        texts |= {expected["org"]} if expected.get("org") else set()
        if wanted <= points and texts <= names:
            return True
    return False


@needs_shared
@pytest.mark.parametrize("sample", samples(), ids=lambda one: one["file"])
def test_a_sample_file_comes_in(sample, come_in):
    expect = sample["expect"]
    batch = come_in(sample)
    named = [one for one in expect["contacts"] if any(one.values())]
    missing = [one for one in named if not is_found(one)]
    assert missing == []
    assert batch.row_count == expect.get("rows", expect.get("cards"))
    assert batch.created_count == expect.get("contacts_after_dedupe", len(named))


@needs_shared
@pytest.mark.parametrize("sample", samples(), ids=lambda one: one["file"])
def test_a_sample_file_brings_nothing_new_the_second_time(sample, come_in):
    come_in(sample)
    before = Customer.objects.count()
    assert come_in(sample).created_count == 0
    assert Customer.objects.count() == before
