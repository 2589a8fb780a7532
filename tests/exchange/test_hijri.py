"""Hijri dates in files become the days that they are."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Customer
from exchange.cells import BadCell, read_date
from exchange.hijri import LAST_YEAR, YEARS, to_gregorian

RAMADAN = date(2025, 3, 12)


@pytest.mark.parametrize(
    "written",
    [
        "12/9/1446",
        "12/09/1446هـ",
        "12-09-1446 هـ",
        "1446/09/12",
        "١٢/٩/١٤٤٦",
        "1446-09-12 10:30",
        "12 رمضان 1446",
        "١٢ رمضان ١٤٤٦ هـ",
        "12 Ramadan 1446 AH",
        "Ramadan 12, 1446",
    ],
)
def test_a_hijri_date_is_read_however_it_is_written(written):
    assert read_date(written) == RAMADAN


@pytest.mark.parametrize(
    ("written", "day"),
    [  # first days of years and feasts that Saudi Arabia announced
        ("1 محرم 1447", date(2025, 6, 26)),
        ("1/1/1446", date(2024, 7, 7)),
        ("9 ذو الحجة 1445", date(2024, 6, 15)),
        ("1 شوال 1444", date(2023, 4, 21)),
        ("9 ذي الحجة 1440", date(2019, 8, 10)),
        ("1 ربيع الأول 1443", date(2021, 10, 7)),
        ("1 جمادى الآخرة 1442", date(2021, 1, 14)),
        ("1 Dhu al-Qadah 1441", date(2020, 6, 22)),
    ],
)
def test_days_are_those_of_umm_al_qura(written, day):
    assert read_date(written) == day


@pytest.mark.parametrize(
    "written",
    ["31/1/1446", "30/2/1446x", "0/1/1446", "1/13/1446", "5 رمضان 2024", "5 مارس 1446", "1/1/1299"],
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(BadCell):
        read_date(written)


def test_gregorian_dates_with_their_letter_are_read():
    assert read_date("31/3/2025م") == read_date("31/3/2025") == date(2025, 3, 31)


@given(st.sampled_from(YEARS), st.integers(1, 12))
def test_months_follow_each_other_without_a_gap(year, month):
    first = to_gregorian(year, month, 1)
    following = (year, month + 1) if month < 12 else (year + 1, 1)
    if following[0] > LAST_YEAR:
        return
    length = (to_gregorian(*following, 1) - first).days
    assert to_gregorian(year, month, length) == first + timedelta(days=length - 1)
    with pytest.raises(ValueError, match="no day"):
        to_gregorian(year, month, length + 1)


def test_such_a_column_comes_in(bring_in, manager):
    content = "Name,Phone,Created\nنورة,0551234567,١٢ رمضان ١٤٤٦\n".encode()
    bring_in(manager, content)
    created = Customer.objects.get().created_at
    assert created.astimezone(ZoneInfo("Asia/Riyadh")).date() == RAMADAN
