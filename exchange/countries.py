"""Names of countries, Arabic and English, to the codes of ISO 3166-1.

The names come with the phonenumbers library (CLDR); here are those that people write besides.
"""

from functools import lru_cache

from crm_project.kit.text import normalise

_BESIDES = {
    "SA": ("KSA", "Kingdom of Saudi Arabia", "Saudi", "المملكة العربية السعودية", "المملكة"),
    "AE": ("UAE", "U.A.E.", "Emirates", "الامارات", "الإمارات العربية المتحدة"),
    "EG": ("Arab Republic of Egypt", "جمهورية مصر العربية"),
    "JO": ("Hashemite Kingdom of Jordan", "المملكة الأردنية الهاشمية"),
    "US": ("USA", "U.S.A.", "United States of America", "America", "أمريكا"),
    "GB": ("UK", "U.K.", "Great Britain", "England", "بريطانيا", "انجلترا"),
    "SY": ("Syrian Arab Republic",),
    "PS": ("Palestine", "فلسطين"),
    "TR": ("Türkiye", "Turkiye"),
}


def country_code(text: str) -> str:
    """Return the code of a country by its code or name, "" for an unknown one.

    >>> country_code("United Arab Emirates"), country_code("السعودية"), country_code("eg")
    ('AE', 'SA', 'EG')
    """
    return _names().get(normalise(text[:80]), "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    from phonenumbers.geodata.locale import LOCALE_DATA  # large, and needed by few processes

    found: dict[str, str] = {}
    for code, names in LOCALE_DATA.items():
        found[code.lower()] = code
        for language in ("en", "ar", "fr"):
            name = names.get(language, "")
            name = names.get(name[1:], "") if name.startswith("*") else name
            if name:
                found.setdefault(normalise(name), code)
    for code, others in _BESIDES.items():
        found.update((normalise(name), code) for name in others)
    return found
