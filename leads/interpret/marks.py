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
_OFFERS = frozenset({
    "free", "discount", "promise", "scarce", "reach", "act", "yours", "ours_gives", "for_sale",
    "starts_at", "no_strings", "money_in", "secret", "salute", "audience", "question_to",
    "anonymous", "serves_you", "brag", "bare_price", "everywhere", "buys",
})  # fmt: skip
_CUSTOMERS = {
    "asks_us", "mine", "yours_did", "refuses", "asks_plural", "to_me", "i_did", "polite",
    "our_money", "contact_me",
}  # fmt: skip
_MOST_COUNTED = 4
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
    signals = set(find_signals(text))
    yield from (f"signal {name}" for name in signals)
    yield from _sides(len(signals & _OFFERS), len(signals & _CUSTOMERS))
    yield from ("nonsense",)[: is_nonsense(words)]
    yield f"length {sum(len(words) > limit for limit in _LENGTHS)}"
    yield f"language {cues.document.language}"


def offers_in(cues: Cues) -> frozenset[str]:
    """Return the names of the signals of those who offer something."""
    return frozenset(find_signals(cues.document.folded.text)) & _OFFERS


def _sides(offers: int, customers: int) -> Iterable[str]:
    """Tell who speaks: one who offers, one who wants something of us, or neither."""
    yield from (f"offers {count}" for count in range(1, min(offers, _MOST_COUNTED) + 1))
    yield from (f"wants {count}" for count in range(1, min(customers, _MOST_COUNTED) + 1))
    if not offers:
        yield "wants only" if customers else "neither"
    elif not customers:
        yield "offers only" if offers == 1 else "offers only twice"
    elif offers > customers:
        yield "offers more"
