"""Coordinates in a map's link, the link on a phone, and how far one visit is from the other."""

from decimal import Decimal

import pytest
from django.urls import reverse

from customers.models import Address
from inspections.models import Inspection
from inspections.places import kilometres, place_in
from tests import factories

from .conftest import coming_monday, fresh, make_visit, put

MALQA, NARJIS = (Decimal("24.8130"), Decimal("46.6130")), (Decimal("24.8600"), Decimal("46.6600"))


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("https://maps.google.com/?q=24.7136,46.6753", ("24.713600", "46.675300")),
        ("https://www.google.com/maps/search/?api=1&query=24.7136%2C46.6753", ("24.713600", "46.675300")),
        ("https://www.google.com/maps/@24.7136,46.6753,17z", ("24.713600", "46.675300")),
        (
            "https://www.google.com/maps/place/X/@24.70,46.60,17z/data=!3m1!4m6!3d24.7136!4d46.6753",
            ("24.713600", "46.675300"),
        ),
        ("https://maps.apple.com/?ll=-33.8568,151.2153&q=Opera", ("-33.856800", "151.215300")),
        ("https://maps.google.com/?q=loc:24.7136,+46.6753", ("24.713600", "46.675300")),
    ],
)  # fmt: skip
def test_coordinates_are_read_from_maps_links(link, place):
    assert place_in(link) == tuple(map(Decimal, place))


@pytest.mark.parametrize(
    "link",
    ["", "https://maps.app.goo.gl/abc", "https://x.example/?q=124.7,46.6", "https://x.example/@1,2",
     "https://x.example/?q=24.7136", "https://x.example/?q=24.71,946.6753", "\ud800" * 40, "9" * 9000],
)  # fmt: skip
def test_a_link_without_them_has_none(link):
    assert place_in(link) is None


def test_a_distance_is_the_straight_line():
    riyadh, jeddah = (
        (Decimal("24.7136"), Decimal("46.6753")),
        (Decimal("21.4858"), Decimal("39.1925")),
    )
    assert kilometres(riyadh, jeddah) == pytest.approx(846, abs=4)
    assert kilometres(riyadh, riyadh) == 0


def test_a_pasted_link_gives_the_visit_its_place_and_its_change_another(
    riyadh, survey, sales, client_of
):
    customer = factories.make_customer(riyadh, sales)
    form = {
        "customer": customer.pk, "type": survey.pk, "map_url": "https://maps.google.com/?q=24.8130,46.6130",
        "request_id": "6f1f0fd2-97a5-4c8f-9f3a-0a3b7a3f5a11",
    }  # fmt: skip
    assert client_of(sales).post(reverse("inspections:new"), form).status_code == 302
    visit = Inspection.objects.get()
    assert (visit.latitude, visit.longitude) == MALQA

    edit = {"type": survey.pk, "map_url": "https://maps.app.goo.gl/x", "version": visit.version}
    client_of(sales).post(reverse("inspections:edit", args=[visit.pk]), edit)
    assert (fresh(visit).latitude, fresh(visit).longitude) == (None, None)


def test_my_day_says_how_far_the_next_visit_is_where_both_places_are_known(
    riyadh, survey, inspector, client_of
):
    for hour, place in ((10, MALQA), (12, NARJIS), (14, None)):
        visit = put(make_visit(riyadh, survey), inspector, hour)
        if place:
            columns = {"latitude": place[0], "longitude": place[1]}
            Inspection.objects.filter(pk=visit.pk).update(**columns)
    page = client_of(inspector).get(reverse("inspections:my_day"), {"day": f"{coming_monday()}"})

    assert page.content.decode().count("as the crow flies") == 1
    assert "7.1 km" in page.content.decode()


def test_an_address_without_a_link_opens_the_map_by_its_words(riyadh, survey, inspector, client_of):
    visit = put(make_visit(riyadh, survey, address="شارع 214", district="النرجس"), inspector, 10)
    client = client_of(inspector)
    for url in (
        reverse("inspections:site", args=[visit.pk]),
        visit.get_absolute_url(),
        f"{reverse('inspections:my_day')}?day={coming_monday()}",
    ):
        assert (
            "https://www.google.com/maps/search/?api=1&amp;query="
            in client.get(url).content.decode()
        )
    bare = put(make_visit(riyadh, survey), inspector, 12)
    assert "google.com" not in client.get(bare.get_absolute_url()).content.decode()


def test_a_request_begins_at_the_customers_first_address(riyadh, sales, survey, client_of):
    customer = factories.make_customer(riyadh, sales)
    Address.objects.create(
        customer=customer, line="طريق أنس", district="الملقا", is_primary=True,
        map_url="https://maps.google.com/?q=24.8,46.6",
    )  # fmt: skip
    page = client_of(sales).get(reverse("inspections:new"), {"customer": customer.pk})
    for words in ("طريق أنس", "الملقا", "https://maps.google.com/?q=24.8,46.6"):
        assert words in page.content.decode()
