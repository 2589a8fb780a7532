"""Currency words and signs beside an amount, and which country's money an ambiguous one is."""

from .context import Context
from .lexicon import Match
from .numbers import Number

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₪": "ILS"}
_FAMILIES = {
    "pound": {"EG": "EGP", "SD": "SDG", "GB": "GBP", "LB": "LBP", "SY": "SYP", "": "EGP"},
    "riyal": {"SA": "SAR", "QA": "QAR", "OM": "OMR", "YE": "YER", "": "SAR"},
    "dirham": {"AE": "AED", "MA": "MAD", "": "AED"},
    "dinar": {
        "KW": "KWD", "BH": "BHD", "JO": "JOD", "IQ": "IQD", "LY": "LYD", "TN": "TND", "DZ": "DZD",
        "": "KWD", "PS": "JOD",
    },
    "lira": {"LB": "LBP", "SY": "SYP", "TR": "TRY", "JO": "JOD", "": "LBP"},
}  # fmt: skip
OF_REGION = {
    "EG": "EGP", "SA": "SAR", "AE": "AED", "KW": "KWD", "QA": "QAR", "BH": "BHD", "OM": "OMR",
    "JO": "JOD", "LB": "LBP", "SY": "SYP", "IQ": "IQD", "YE": "YER", "SD": "SDG", "LY": "LYD",
    "TN": "TND", "DZ": "DZD", "MA": "MAD", "PS": "ILS", "TR": "TRY", "IN": "INR", "PK": "PKR",
    "GB": "GBP", "US": "USD", "KE": "KES", "FR": "EUR", "DE": "EUR", "ES": "EUR", "IT": "EUR",
}  # fmt: skip
_MAX_GAP = 2  # characters that may stand between an amount and its currency: " (" or ") "


def _code(context: Context, match: Match, countries: list[str]) -> str:
    family, code = match.row
    if code != "?":
        return (
            "MAD" if code == "AED" and context.region == "MA" and match.entry.term == "dh" else code
        )
    money = _FAMILIES[family]
    named = next((country for country in countries if country in money), None)
    return money[named or (context.region if context.region in money else "")]


def currency_of(
    context: Context, number: Number, countries: list[str]
) -> tuple[str, int, int] | None:
    """Return ISO code and the folded span of the currency written beside an amount, if any.

    `countries` are those named in the message: they decide which dinar or riyal is meant.
    """
    text = context.document.folded.text
    for match in context.document.found("currencies"):
        gap = text[number.end : match.start] if match.start >= number.end else (
            text[match.end : number.start] if match.end <= number.start else None
        )  # fmt: skip
        if gap is not None and len(gap) <= _MAX_GAP and not gap.strip(" (.-:"):
            follows = match.start >= number.end
            if follows or not match.entry.term.isascii() or len(match.entry.term) >= 2:
                if match.entry.term == "ج" and not follows:
                    continue
                return _code(context, match, countries), match.start, match.end
    for start, end in ((number.end, number.end + 2), (max(0, number.start - 2), number.start)):
        sign = text[start:end].strip(" ")
        if sign[:1] in _SIGNS and sign:
            place = text.index(sign[:1], start)
            return _SIGNS[sign[0]], place, place + 1
    return None
