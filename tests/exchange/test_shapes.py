"""Files as Google, HubSpot, Outlook, Salesforce, Excel and phones write them come in as they are."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from customers.models import Customer, Note, Tag
from exchange.models import Batch
from exchange.readers import sniff
from tests.exchange.shapes import SHAPES


def bring(name, bring_in, actor, **choices):
    content, file_name, region, expected = SHAPES[name]
    batch = bring_in(actor, content, name=file_name, options={"phone_region": region}, **choices)
    return batch, expected


def known(customer):
    points = customer.points.order_by("value")
    phones = [point.value for point in points if point.kind == "phone"]
    emails = [point.value for point in points if point.kind == "email"]
    return (customer.name, customer.company, phones, emails)


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_of_this_shape_comes_in_by_what_is_proposed(name, bring_in, manager):
    batch, expected = bring(name, bring_in, manager)
    assert batch.status == Batch.Status.DONE
    assert [known(one) for one in Customer.objects.order_by("pk")] == expected


@pytest.mark.parametrize("name", SHAPES)
def test_the_same_file_again_finds_everybody(name, bring_in, manager):
    first, expected = bring(name, bring_in, manager)
    again, _expected = bring(name, bring_in, manager)
    assert (again.created_count, again.skipped_count) == (0, first.row_count)
    assert Customer.objects.count() == len(expected)


def test_groups_of_the_program_itself_are_no_tags(bring_in, manager):
    bring("google", bring_in, manager)
    assert list(Tag.objects.values_list("name", flat=True)) == ["معرض"]
    assert "بعد العيد" in Note.objects.get().text


def test_one_date_that_proves_the_order_decides_for_the_column(bring_in, manager, riyadh):
    bring("salesforce", bring_in, manager)
    zone = ZoneInfo(riyadh.time_zone)
    days = [timezone.localdate(one.created_at, zone) for one in Customer.objects.order_by("pk")]
    assert days == [date(2025, 4, 3), date(2025, 4, 13)]


def test_numbers_of_the_old_system_are_kept_and_found_again(bring_in, manager):
    bring("hubspot", bring_in, manager)
    assert Customer.objects.get(custom__old_number="501").name == "Maya Fares"
    moved = b"Record ID,Name,Phone\n501,Maya F.,+966551239999\n"
    assert bring_in(manager, moved).skipped_count == 1


def test_what_cannot_be_called_or_written_to_is_kept_as_a_note(bring_in, manager):
    batch, _expected = bring("many values", bring_in, manager)
    assert "ali@reda" in Note.objects.get().text
    assert batch.failed_count == 0
    assert batch.errors.get().is_warning


def test_a_fax_is_no_phone(bring_in, manager):
    for name in ("card 2.1", "outlook"):
        bring(name, bring_in, manager)
    faxes = {"+966112345670", "+966114567800"}
    assert not Customer.objects.filter(points__value__in=faxes).exists()


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "has_header"),
    [
        ("google", "utf-8", ",", True),
        ("hubspot", "utf-8-sig", ",", True),
        ("outlook", "windows-1256", ",", True),
        ("semicolons", "utf-8-sig", ";", True),
        ("unicode text", "utf-16", "\t", True),
        ("no heading", "utf-8", ",", False),
    ],
)
def test_encoding_delimiter_and_heading_are_recognised(
    name, encoding, delimiter, has_header, tmp_path
):
    path = tmp_path / "file"
    path.write_bytes(SHAPES[name][0])
    reading = sniff(path, SHAPES[name][1])
    assert (reading.encoding, reading.delimiter, reading.has_header) == (
        encoding,
        delimiter,
        has_header,
    )
