"""Where a visit is: coordinates in a map's link, a link that opens the phone's map, distances."""

import re
from collections.abc import Sequence
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any
from urllib.parse import unquote_plus, urlencode

from .models import Inspection

Place = tuple[Decimal, Decimal]  # latitude and longitude in degrees
EARTH = 6371.0  # its mean radius in kilometres
SEARCH = "https://www.google.com/maps/search/?"  # opens the app on phones (Maps URLs, api=1)
_PAIR = r"(-?\d{1,2}\.\d{1,15}),\s*(-?\d{1,3}\.\d{1,15})"
_WRITTEN = (  # the place that is meant comes before the middle of the picture
    re.compile(r"!3d(-?\d{1,2}\.\d{1,15})!4d(-?\d{1,3}\.\d{1,15})"),
    re.compile(rf"[?&](?:q|query|ll|daddr|destination|sll)=(?:loc:)?{_PAIR}"),
    re.compile(rf"[/@]{_PAIR}"),
)


def place_in(link: str) -> Place | None:
    """Return the coordinates that a map's link spells out. A shortened link has none.

    >>> place_in("https://maps.google.com/?q=24.7136,46.6753")
    (Decimal('24.713600'), Decimal('46.675300'))
    """
    plain = unquote_plus(link[:500])
    for pattern in _WRITTEN:
        if found := pattern.search(plain):
            latitude, longitude = (Decimal(part) for part in found.groups())
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                step = Decimal("0.000001")
                return latitude.quantize(step), longitude.quantize(step)
    return None


def map_link(visit: Inspection) -> str:
    """Return what opens the visit in a map: its own link, else a search; "" when nothing is known."""
    if visit.map_url:
        return visit.map_url
    words = ", ".join(filter(None, (visit.address, visit.district)))
    return SEARCH + urlencode({"api": 1, "query": words}) if visit.address else ""


def kilometres(one: Place, other: Place) -> float:
    """Return the distance in a straight line (haversine), in kilometres."""
    (south, west), (north, east) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def measure_ways(visits: Sequence[Any]) -> None:
    """Give each visit of a day `way`: kilometres from the one before, where both places are known."""
    before = None
    for visit in visits:
        has_place = visit.latitude is not None and visit.longitude is not None
        place = (visit.latitude, visit.longitude) if has_place else None
        visit.way = kilometres(before, place) if before and place else None
        before = place
