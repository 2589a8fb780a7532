"""What a message does, apart from its words: offers, asks, names a product, pushes, links.

The second opinion learns from these marks beside words: an offer of a thing never heard of still
offers, pushes and addresses "your company" as all offers do.
"""

import re
from collections.abc import Iterable, Sequence

from leads.normalize.candidate import Candidate

from .reading import Cues, weight
from .signals import find_signals
from .spam_signs import HANDLE, LINK, NEEDS, PERCENT, POSTED_PRICE, is_nonsense

_FIELDS = {
    "product_category", "quantity", "budget", "city", "phone", "email", "company", "person_name",
}  # fmt: skip
_KINDS = ("sells", "scam", "money", "adult", "topic", "offer", "push", "ours")
_INTENTS = (
    "quote_request", "purchase", "support", "complaint", "job", "partnership", "other", "formal",
)  # fmt: skip
_EXPRESSIONS = {
    "needs": NEEDS, "link": LINK, "percent": PERCENT, "price": POSTED_PRICE, "handle": HANDLE,
    "asks": re.compile(r"\?"), "exclaims": re.compile("!"),
}  # fmt: skip
_LENGTHS = (2, 5, 11, 24)  # words: steps between very short, short, usual, long and very long
_FAINT, _STRONG = 1.0, 3.0  # weights of cues


def marks_of(cues: Cues, candidates: Sequence[Candidate]) -> frozenset[str]:
    """Return the marks of a message, each a name in angle brackets."""
    return frozenset(f"<{name}>" for name in _names(cues, candidates))


def _names(cues: Cues, candidates: Sequence[Candidate]) -> Iterable[str]:
    text, words = cues.document.folded.text, cues.document.words
    yield from {f"field {c.field}" for c in candidates if c.confidence >= 0.5} & {
        f"field {name}" for name in _FIELDS
    }
    for kind in _KINDS:
        terms = {match.entry.term for match in cues.of("spam", kind)}
        yield from (f"spam {kind}",)[: len(terms)]
        yield from (f"spam {kind} twice",)[: len(terms) // 2]
    for intent in _INTENTS:
        worth = weight(cues.of("intents", intent))
        yield from (f"intent {intent}",)[: worth >= _FAINT]
        yield from (f"intent {intent} strong",)[: worth >= _STRONG]
    yield from (name for name, pattern in _EXPRESSIONS.items() if pattern.search(text))
    yield from (f"signal {name}" for name in find_signals(text))
    yield from ("nonsense",)[: is_nonsense(words)]
    yield f"length {sum(len(words) > limit for limit in _LENGTHS)}"
    yield f"language {cues.document.language}"
