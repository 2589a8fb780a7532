"""Choices of countries' phone rules, clocks and currencies for a branch."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from crm_project.kit.countries import COUNTRIES
from crm_project.kit.text import isolate

CONTINENTS = ("Asia", "Africa", "Europe", "America", "Australia", "Atlantic", "Indian", "Pacific")
CALLING_CODES = {
    region: number
    for number, regions in COUNTRY_CODE_TO_REGION_CODE.items()
    for region in regions
    if region.isalpha()  # 001 is no country
}


def phone_regions() -> list[tuple[str, str]]:
    """Return every region whose numbers we can read (libphonenumber): name and country code."""
    names = {
        **COUNTRIES,
        **{code: code for code in sorted(CALLING_CODES.keys() - COUNTRIES.keys())},
    }
    return [(code, f"{name} {isolate(f'+{CALLING_CODES[code]}')}") for code, name in names.items()]


@lru_cache(maxsize=1)
def clocks() -> list[Any]:
    """Return the IANA time zones of places, by continent; the region of the product comes first."""
    names = sorted(name for name in available_timezones() if "/" in name)
    groups = [
        (continent, [(name, name) for name in names if name.startswith(f"{continent}/")])
        for continent in CONTINENTS
    ]
    return [*groups, ("UTC", [("UTC", "UTC")])]
