"""How likely a message is unsolicited: offers, scams, adult and gambling texts, nonsense."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leads.normalize.candidate import Candidate
from leads.normalize.lexicon import Match

from .marks import offers_in
from .reading import Cues, Reading, because, weight
from .reasons import FACTS, Reason
from .signals import find_signals
from .spam_signs import HANDLE, LINK, NEEDS, PERCENT, POSTED_PRICE, SHORT_LINK, is_nonsense

SPAM_FROM = 0.5
_KINDS = ("sells", "scam", "money", "adult")
_RULES_SHARE = 0.2  # of the tables' log-odds beside the second opinion's
_MOST = 6.0  # log-odds either may give
_BEYOND_DOUBT, _PLAIN_SHARE = -4.0, 0.8  # log-odds of the tables from which they count for more
_NONSENSE, _NONSENSE_AT_LEAST, _PERSONAL = 5.0, 1.5, 0.5  # log-odds
_UNSIGNED = 0.5  # log-odds against spam of what shows no sign of an offer at all
_CALM = 0.7  # the sum of both is surer than it should be
_OPINION_ALONE = 0.85  # below what puts a lead away
_A_WORD_OR_TWO, _SHORT = 2, 16  # words, characters: so short and without a sign, it greets
_AN_ANSWER = 10  # words
_SELLS = {"for_sale", "ours_gives"}  # signals: "best price" is then what they promise
_MOST_REASONS = 4
_UNSURE = 0.45  # what an enquiry of our trade may reach at most, whatever else it mentions


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for an unsolicited message, and the tricks of the trade that go with it."""

    kinds: Sequence[Match]
    topics: Sequence[Match]
    offers: Sequence[Match]
    push: Sequence[Match]
    has_link: bool
    tricks: int  # handle, percentage, posted price, capitals: one each

    @property
    def strength(self) -> float:
        return (
            1.15 * weight(self.kinds)
            + 0.75 * weight(self.topics)
            + 0.9 * weight(self.offers)
            + 0.7 * min(3, len({m.entry.term for m in self.push}))
            + (1.0 if self.has_link else 0.0)
            + 0.35 * self.tricks
        )


def _signs(cues: Cues) -> _Signs:
    text, raw = cues.document.folded.text, cues.document.text
    letters = [char for char in raw if char.isascii() and char.isalpha()]
    shouts = len(letters) > 20 and sum(map(str.isupper, letters)) > 0.7 * len(letters)
    marks = (HANDLE.search(text), PERCENT.search(text), POSTED_PRICE.search(text), shouts)
    return _Signs(
        [match for kind in _KINDS for match in cues.of("spam", kind)],
        cues.of("spam", "topic"),
        cues.of("spam", "offer"),
        cues.of("spam", "push"),
        bool(LINK.search(text)),
        sum(map(bool, marks)),
    )


def read_spam(cues: Cues, candidates: Sequence[Candidate], opinion: float = 0.0) -> Reading:
    """Return the probability of spam (0..1) with the words that speak for it.

    `opinion` holds the log-odds of the second opinion: alone it never makes a message certain
    enough to be put away.
    """
    fields = {item.field for item in candidates if item.confidence >= 0.5}
    signs = _signs(cues)
    no_sense = is_nonsense(cues.document.words) and not fields & {"product_category", "quantity"}
    rules = _by_rules(cues, signs, fields)
    odds = _clamped(opinion) + _shared(_clamped(rules))
    odds -= _PERSONAL if _is_personal(cues) and not signs.kinds else 0.0
    offered = offers_in(cues)
    odds -= 0.0 if offered else _UNSIGNED
    odds = max(odds + _NONSENSE, _NONSENSE_AT_LEAST) if no_sense else odds
    probability = 1 / (1 + math.exp(-_CALM * odds))
    if not no_sense and not (rules > 0 and signs.kinds and opinion > 0):
        probability = min(probability, _OPINION_ALONE)
    is_bare = not (offered or signs.strength or no_sense) and _is_short(cues)
    is_answer = _answers_with_money(cues, signs, fields)
    if (
        is_bare
        or is_answer
        or _refuses(cues, signs)
        or _needs_our_trade(cues.document.folded.text, cues, fields)
    ):
        probability = min(probability, _UNSURE)
    reasons = _reasons(cues, signs, is_spam=probability >= SPAM_FROM, no_sense=no_sense)
    return Reading(round(probability, 3), 0.9, reasons)


def _answers_with_money(cues: Cues, signs: _Signs, fields: set[str]) -> bool:
    """Whether a few words name the sender's own money, as an answer does: "I have 900 only"."""
    is_theirs = "our_money" in find_signals(cues.document.folded.text)
    is_plain = not signs.kinds and not signs.has_link
    return is_theirs and is_plain and "budget" in fields and len(cues.document.words) <= _AN_ANSWER


def _refuses(cues: Cues, signs: _Signs) -> bool:
    """Whether someone asks to be left alone or took the wrong number, and offers nothing."""
    is_plain = not signs.has_link and not any(match.row[0] == "scam" for match in signs.kinds)
    return is_plain and "refuses" in find_signals(cues.document.folded.text)


def _is_short(cues: Cues) -> bool:
    text = cues.document.folded.text.strip()
    return len(cues.document.words) <= _A_WORD_OR_TWO and len(text) <= _SHORT


def _clamped(odds: float) -> float:
    return max(-_MOST, min(_MOST, odds))


def _shared(rules: float) -> float:
    """Return what the tables' log-odds add: an enquiry beyond doubt is worth more than a sign."""
    plain = min(0.0, rules - _BEYOND_DOUBT)
    return _RULES_SHARE * (rules - plain) + _PLAIN_SHARE * plain


def _by_rules(cues: Cues, signs: _Signs, fields: set[str]) -> float:
    """Return the log-odds that the tables alone give."""
    strength = signs.strength + (0.0 if _asks_something(cues, fields) else 0.9)
    strength += 1.0 if SHORT_LINK.search(cues.document.folded.text) else 0.0
    return strength - 1.2 * min(3, len(cues.of("spam", "ours"))) - _business(cues, fields) - 2.4


def _is_personal(cues: Cues) -> bool:
    """Whether the words are those of a customer in trouble, an applicant or a passer-by."""
    told = ("support", "complaint", "job", "other", "partnership")
    return any(weight(cues.of("intents", name)) >= 3 for name in told)


def _needs_our_trade(text: str, cues: Cues, fields: set[str]) -> bool:
    """Whether the sender needs, for themselves, something that is sold here.

    A loan company that furnishes its branch writes of loans too. Those who sell write "you
    need", those who buy "we need" or name their own money.
    """
    signals = find_signals(text).keys()
    asks_price = weight(cues.of("intents", "quote_request")) >= 3 and not signals & _SELLS
    is_needed = bool(NEEDS.search(text)) or asks_price or "our_money" in signals
    is_told = fields & {"quantity", "budget", "city"} or len(fields & {"company", "phone"}) == 2
    is_scam = bool(cues.of("spam", "scam"))
    return "product_category" in fields and bool(is_told) and is_needed and not is_scam


def _asks_something(cues: Cues, fields: set[str]) -> bool:
    """Whether the sender wants something of us: those who only offer want our attention."""
    wanted = ("quote_request", "purchase", "support", "complaint", "job", "partnership")
    return bool(fields & {"product_category", "quantity"}) or any(
        weight(cues.of("intents", name)) >= 1 for name in wanted
    )


def _business(cues: Cues, fields: set[str]) -> float:
    """What makes an enquiry of our trade of it: a product, a quantity, a question about price."""
    asked = weight(cues.of("intents", "quote_request")) + weight(cues.of("intents", "purchase"))
    worth = 1.3 if "product_category" in fields else 0.0
    worth += 1.2 if "quantity" in fields else 0.0
    worth += 2.0 if asked >= 2 and "product_category" in fields else 0.0
    worth += 2.0 if weight(cues.of("intents", "job")) >= 4 else 0.0
    worth += 1.0 if weight(cues.of("intents", "complaint")) >= 4 else 0.0
    worth += 1.5 if weight(cues.of("intents", "partnership")) >= 4 else 0.0
    return worth


def _reasons(cues: Cues, signs: _Signs, *, is_spam: bool, no_sense: bool) -> tuple[Reason, ...]:
    if not is_spam:
        return (because("spam_none"),)
    if no_sense:
        return (because("spam_nonsense"),)
    offered, pushed = [*signs.kinds, *signs.topics], [*signs.offers, *signs.push]
    reasons = [because("spam_offers", cues.quote(offered))] if offered else []
    reasons += [because("spam_push", cues.quote(pushed))] if pushed else []
    found = find_signals(cues.document.folded.text)
    reasons += [
        because("spam_signal", cues.quote_places([place]), fact=name)
        for name, place in found.items()
        if name in FACTS
    ]
    return tuple(reasons[:_MOST_REASONS]) or (because("spam_alike"),)
