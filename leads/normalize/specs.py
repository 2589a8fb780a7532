"""What else is said of the product: sizes, thickness, material, colour, origin, ratings."""

import re

from .candidate import Candidate
from .context import Context

_RATING = re.compile(
    r"(?<![\w.])\d+(?:[.,]\d+)?\s?(?:mm|cm|micron|سم|مم|ملم|ملي|مللي|سنتي|ميكرون|امبير|amp|وات|"
    r"watts?|w|kw|كيلو وات|"
    r"kva|gsm|psi|bar|بار|بوصه|انش|inch|حصان|hp|btu|لتر|جالون|gpm|ml|مل|ply)(?![a-z\u0621-\u06ff])"
    r"|(?<![a-z])(?:dn|pn|sch|sdr|pe|ss|ip|ral|astm|class)[ -]?\d[\w.-]*"
)
_MOST = 8


def find_specs(context: Context) -> list[Candidate]:
    """Return specification candidates in text order (at most eight), the value as written."""
    document = context.document
    text = document.folded.text
    spans = [(m.start(), m.end(), 0.8) for m in _RATING.finditer(text)]
    spans += [(start, end, 0.8) for start, end in context.sizes.pairs if "/" not in text[start:end]]
    spans += [(m.start, m.end, 0.7) for m in document.found("specs")]
    found: list[Candidate] = []
    covered = 0
    for start, end, confidence in sorted(spans):
        is_taken = context.contacts.holds(start, end) or context.money.holds(start, end)
        if start >= covered and not is_taken and not context.companies.holds(start, end):
            raw = document.raw(start, end)
            found.append(document.candidate("specs", raw, start, end, confidence, "spec-rule"))
            covered = end
    return found[:_MOST]
