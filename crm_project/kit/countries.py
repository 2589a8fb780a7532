"""Names of the countries that the product deals with most; others go by their ISO 3166 code."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

COUNTRIES: Mapping[str, Any] = {
    "SA": _("Saudi Arabia"),
    "AE": _("United Arab Emirates"),
    "EG": _("Egypt"),
    "KW": _("Kuwait"),
    "QA": _("Qatar"),
    "BH": _("Bahrain"),
    "OM": _("Oman"),
    "JO": _("Jordan"),
    "LB": _("Lebanon"),
    "IQ": _("Iraq"),
    "SY": _("Syria"),
    "YE": _("Yemen"),
    "PS": _("Palestine"),
    "SD": _("Sudan"),
    "LY": _("Libya"),
    "TN": _("Tunisia"),
    "DZ": _("Algeria"),
    "MA": _("Morocco"),
    "TR": _("Türkiye"),
    "IN": _("India"),
    "PK": _("Pakistan"),
    "CN": _("China"),
    "US": _("United States"),
    "GB": _("United Kingdom"),
}
