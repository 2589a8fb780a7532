"""How likely a message is unsolicited: offers, scams, adult and gambling texts, nonsense."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from leads.normalize.candidate import Candidate
from leads.normalize.lexicon import Match
from leads.normalize.words import Word

from .reading import Cues, Reading, because, weight

SPAM_FROM = 0.5
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![@\w.-])[a-z0-9][\w-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\S+|"
    r"(?<![@\w.-])[a-z0-9]*-[\w-]*\.[a-z]{2,}\b"
)
_HANDLE = re.compile(r"(?<![\w.])@[a-z]\w{3,}\b(?!\.)")
_PERCENT = re.compile(r"\d\s?%")
_POSTED_PRICE = re.compile(
    r"(?:\d\s?(?:ريال|جنيه|درهم|دينار|دولار|usd|aed|sar|egp|\$|€)|[$€£]\s?\d)"
)
_NEEDS = re.compile(
    r"\b[وف]?(?:محتاج\w*|عايز\w*|عاوز\w*|نحتاج|احتاج|بحاجه|نبي|ابي|ابا|نبا|ابغ\w*|نبغ\w*|بدي|بدنا|"
    r"نريد|اريد|نرغب|ارغب|نود|اود|مطلوب|بغيت|بغينا|نحب|ودي|حابب|حابين|ناوي\w*|"
    r"need|we require|requirement|looking for|kindly quote|please quote|could you quote|rfq|"
    r"want|interested in|3a[yw]e?z\w*|me7tag\w*|m7tag\w*|baddi|badna|abi|abgha)\b"
)
_SHORT_LINK = re.compile(r"\b(?:bit\.ly|tinyurl|t\.me|cutt\.ly|goo\.gl|is\.gd|rb\.gy)\b")
_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "ضصثقفغعهخحجد", "شسيبلاتنمكط")
_KINDS = ("sells", "scam", "money", "adult")
_TYPED_TO_TEST = {"test", "testing", "qwe", "asd", "zxc", "تست"}
_TRUST, _MOST_OPINION = 0.5, 4.0  # share and limit of the second opinion's log-odds
_FEW_WORDS = 7  # a question this short without any sign is given the benefit of the doubt
_TOLD_BY_BUYERS = {"product_category", "quantity", "budget"}
_UNSURE = 0.45  # what an enquiry of our trade may reach at most, whatever else it mentions


def _runs_along_the_keyboard(word: str) -> bool:
    """Whether most of a word is neighbouring keys: "asdkjh", "lkjlkj"."""
    runs, index = 0, 0
    while index <= len(word) - 3:
        part = word[index : index + 3]
        is_run = any(part in row or part in row[::-1] for row in _KEYBOARD_ROWS)
        runs, index = (runs + 3, index + 3) if is_run else (runs, index + 1)
    is_spoken = any(char in "aeiouyاوي" for char in word)
    return runs >= 0.8 * len(word) and (len(word) >= 5 or (len(word) >= 3 and not is_spoken))


def _is_noise(word: Word) -> bool:
    text = word.text
    if _runs_along_the_keyboard(text):
        return True
    if not text.isascii() or not text.isalpha() or len(text) < 5:
        return False
    vowels = sum(char in "aeiouy" for char in text)
    return (
        vowels == 0
        or vowels / len(text) < 0.12
        or bool(re.search(r"[bcdfghjklmnpqrstvwxz]{6}", text))
    )


def _nonsense(words: Sequence[Word]) -> bool:
    spoken = [word for word in words if not word.is_number]
    noise = [word for word in spoken if _is_noise(word)]
    typed = [word for word in spoken if word.text in _TYPED_TO_TEST or len(word.text) == 1]
    return bool(noise) and len(noise) + len(typed) >= 0.6 * len(spoken)


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
    def count(self) -> int:
        parts = (self.kinds, self.topics, self.offers, self.push)
        words = sum(min(2, len({match.entry.term for match in part})) for part in parts)
        return words + self.has_link + self.tricks

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
    marks = (_HANDLE.search(text), _PERCENT.search(text), _POSTED_PRICE.search(text), shouts)
    return _Signs(
        [match for kind in _KINDS for match in cues.of("spam", kind)],
        cues.of("spam", "topic"),
        cues.of("spam", "offer"),
        cues.of("spam", "push"),
        bool(_LINK.search(text)),
        sum(map(bool, marks)),
    )


def read_spam(cues: Cues, candidates: Sequence[Candidate], opinion: float = 0.0) -> Reading:
    """Return the probability of spam (0..1) with the words that speak for it.

    `opinion` holds the log-odds of the second opinion: it leans the scale, and alone never makes
    a message certain enough to be put away.
    """
    text = cues.document.folded.text
    fields = {item.field for item in candidates if item.confidence >= 0.5}
    signs, is_nonsense = _signs(cues), _nonsense(cues.document.words)
    asks = _asks_something(cues, fields)
    strength = signs.strength + (0.0 if asks else 0.9)
    strength += _TRUST * max(-_MOST_OPINION, min(_MOST_OPINION, opinion))
    strength += 1.0 if _SHORT_LINK.search(text) else 0.0
    strength -= 1.2 * min(3, len(cues.of("spam", "ours"))) + _business(cues, fields)
    strength += 5.0 if is_nonsense and not fields & {"product_category", "quantity"} else 0.0
    probability = 1 / (1 + math.exp(-(strength - 2.4)))
    is_offer = bool(signs.kinds) or (bool(signs.topics) and bool(signs.offers or signs.push))
    if not is_offer and not is_nonsense and (asks or signs.count < 3):
        is_pushy = signs.has_link and len(signs.push) > 1
        is_suspect = opinion > 0 and not fields & _TOLD_BY_BUYERS
        probability = min(probability, 0.7 if is_suspect else _UNSURE if is_pushy else 0.3)
    is_short = not signs.count and len(cues.document.words) < _FEW_WORDS
    if not fields & _TOLD_BY_BUYERS and not _is_personal(cues) and not is_short:
        probability = max(probability, _suspicion(opinion, signs.count))
    if _needs_our_trade(text, cues, fields):
        probability = min(probability, _UNSURE)
    return Reading(
        round(probability, 3),
        0.9,
        _reasons(cues, [*signs.kinds, *signs.topics], [*signs.offers, *signs.push], probability),
    )


def _is_personal(cues: Cues) -> bool:
    """Whether the words are those of a customer in trouble, an applicant or a passer-by."""
    told = ("support", "complaint", "job", "other", "partnership")
    return any(weight(cues.of("intents", name)) >= 3 for name in told)


def _suspicion(opinion: float, signs: int) -> float:
    """What the second opinion is worth where nothing of our trade is named.

    On messages it had not learned from, log-odds above 0 were spam in 43 of 45 cases.
    """
    if opinion > 0:
        return 0.55 + min(0.2, 0.05 * opinion)
    return 0.52 if opinion > -0.5 and signs else 0.0


def _needs_our_trade(text: str, cues: Cues, fields: set[str]) -> bool:
    """Whether the sender needs, for themselves, something that is sold here.

    A loan company that furnishes its branch writes of loans too. Those who sell write "you
    need", those who buy "we need".
    """
    is_needed = bool(_NEEDS.search(text)) or weight(cues.of("intents", "quote_request")) >= 3
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


def _reasons(
    cues: Cues, kinds: Sequence[object], push: Sequence[object], probability: float
) -> tuple[str, ...]:
    if probability < SPAM_FROM:
        return (because(_("Nothing speaks for an unsolicited message"), ""),)
    reasons = []
    if kinds:
        reasons.append(because(_("Words of unsolicited offers: {words}"), cues.quote(kinds)))  # type: ignore[arg-type]
    if push:
        reasons.append(because(_("Words that push to act: {words}"), cues.quote(push)))  # type: ignore[arg-type]
    if not reasons:
        reasons.append(because(_("The text makes no sense in any language known here"), ""))
    return tuple(reasons)
