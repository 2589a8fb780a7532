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
from .spam_signs import HANDLE, LINK, NEEDS, PERCENT, POSTED_PRICE, is_nonsense

SPAM_FROM = 0.5
_KINDS = ("sells", "scam", "money", "adult")
_RESERVE = 0.9  # log-odds against spam: far more strangers ask than the examples tell
_NONSENSE, _NONSENSE_AT_LEAST = 5.0, 1.5  # log-odds
_MOST = 6.0  # log-odds the second opinion may give
_CALM = 0.7  # the second opinion is surer than it should be
_OPINION_ALONE = 0.85  # below what puts a lead away
_CONFIRMED = 3  # signs from which the tables confirm the second opinion
_TRICKS = (LINK, HANDLE, PERCENT, POSTED_PRICE)
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
    tricks: int  # link, handle, percentage, posted price, capitals: one each

    @property
    def count(self) -> int:
        found = [*self.kinds, *self.topics, *self.offers, *self.push]
        return len({match.entry.term for match in found}) + self.tricks


def _signs(cues: Cues) -> _Signs:
    text, raw = cues.document.folded.text, cues.document.text
    letters = [char for char in raw if char.isascii() and char.isalpha()]
    shouts = len(letters) > 20 and sum(map(str.isupper, letters)) > 0.7 * len(letters)
    tricks = sum(bool(trick.search(text)) for trick in _TRICKS) + shouts
    kinds = [match for kind in _KINDS for match in cues.of("spam", kind)]
    topics, offers, push = (cues.of("spam", key) for key in ("topic", "offer", "push"))
    return _Signs(kinds, topics, offers, push, tricks)


def read_spam(cues: Cues, candidates: Sequence[Candidate], opinion: float = 0.0) -> Reading:
    """Return the probability of spam (0..1) with the words that speak for it.

    `opinion` holds the log-odds of the second opinion: alone it never makes a message certain
    enough to be put away.
    """
    fields = {item.field for item in candidates if item.confidence >= 0.5}
    signs = _signs(cues)
    no_sense = is_nonsense(cues.document.words) and not fields & {"product_category", "quantity"}
    odds = max(-_MOST, min(_MOST, opinion)) - _RESERVE
    odds = max(odds + _NONSENSE, _NONSENSE_AT_LEAST) if no_sense else odds
    probability = 1 / (1 + math.exp(-_CALM * odds))
    if not (no_sense or _is_confirmed(signs, fields)):
        probability = min(probability, _OPINION_ALONE)
    is_harmless = _is_greeting(cues, signs, no_sense=no_sense) or _is_answer(cues, signs, fields)
    if is_harmless or _needs_our_trade(cues, fields):
        probability = min(probability, _UNSURE)
    reasons = _reasons(cues, signs, is_spam=probability >= SPAM_FROM, no_sense=no_sense)
    return Reading(round(probability, 3), 0.9, reasons)


def _is_confirmed(signs: _Signs, fields: set[str]) -> bool:
    """Whether the tables, too, find an offer, and nothing that is sold here is named."""
    return bool(signs.kinds) and signs.count >= _CONFIRMED and "product_category" not in fields


def _is_greeting(cues: Cues, signs: _Signs, *, no_sense: bool) -> bool:
    return not (offers_in(cues) or signs.count or no_sense) and _is_short(cues)


def _is_answer(cues: Cues, signs: _Signs, fields: set[str]) -> bool:
    """Whether a few words name the sender's own money, as an answer does: "I have 900 only"."""
    is_theirs = "our_money" in find_signals(cues.document.folded.text)
    is_plain = not signs.kinds and not LINK.search(cues.document.folded.text)
    return is_theirs and is_plain and "budget" in fields and len(cues.document.words) <= _AN_ANSWER


def _is_short(cues: Cues) -> bool:
    text = cues.document.folded.text.strip()
    return len(cues.document.words) <= _A_WORD_OR_TWO and len(text) <= _SHORT


def _needs_our_trade(cues: Cues, fields: set[str]) -> bool:
    """Whether the sender needs, for themselves, something that is sold here.

    A loan company that furnishes its branch writes of loans too. Those who sell write "you
    need", those who buy "we need" or name their own money.
    """
    text = cues.document.folded.text
    signals = find_signals(text).keys()
    asks_price = weight(cues.of("intents", "quote_request")) >= 3 and not signals & _SELLS
    is_needed = bool(NEEDS.search(text)) or asks_price or "our_money" in signals
    is_told = fields & {"quantity", "budget", "city"} or len(fields & {"company", "phone"}) == 2
    is_scam = bool(cues.of("spam", "scam"))
    return "product_category" in fields and bool(is_told) and is_needed and not is_scam


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
