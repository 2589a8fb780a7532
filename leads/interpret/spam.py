"""How likely a message is unsolicited: offers, scams, adult and gambling texts, nonsense."""

import math
import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from leads.normalize.candidate import Candidate
from leads.normalize.words import Word

from .reading import Cues, Reading, because, weight

SPAM_FROM = 0.5
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b(?:t\.me|bit\.ly|wa\.me)/\S+")
_SHORT_LINK = re.compile(r"\b(?:bit\.ly|tinyurl|t\.me|cutt\.ly|goo\.gl|is\.gd|rb\.gy)\b")
_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "ضصثقفغعهخحجد", "شسيبلاتنمكط")
_KINDS = ("sells", "scam", "money", "adult")


def _runs_along_the_keyboard(word: str) -> bool:
    return len(word) >= 4 and any(
        word[i : i + 4] in row or word[i : i + 4] in row[::-1]
        for row in _KEYBOARD_ROWS
        for i in range(len(word) - 3)
    )


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
    return bool(noise) and len(noise) >= 0.6 * len(spoken)


def read_spam(cues: Cues, candidates: Sequence[Candidate]) -> Reading:
    """Return the probability of spam (0..1) with the words that speak for it."""
    text = cues.document.folded.text
    kinds = [match for kind in _KINDS for match in cues.of("spam", kind)]
    topics, offers = cues.of("spam", "topic"), cues.of("spam", "offer")
    push, ours = cues.of("spam", "push"), cues.of("spam", "ours")
    fields = {item.field for item in candidates if item.confidence >= 0.5}
    has_link = bool(_LINK.search(text))
    strength = (
        1.15 * weight(kinds)
        + 0.75 * weight(topics)
        + 0.9 * weight(offers)
        + 0.7 * min(3, len({m.entry.term for m in push}))
    )
    strength += 0.0 if _asks_something(cues, fields) else 0.9
    strength += (1.0 if has_link else 0.0) + (1.0 if _SHORT_LINK.search(text) else 0.0)
    strength -= 1.2 * min(3, len(ours)) + _business(cues, fields)
    strength += (
        5.0
        if not fields & {"product_category", "quantity"} and _nonsense(cues.document.words)
        else 0.0
    )
    probability = 1 / (1 + math.exp(-(strength - 2.4)))
    if not kinds and not (topics and (offers or push)) and not _nonsense(cues.document.words):
        probability = min(probability, 0.45 if has_link and len(push) > 1 else 0.3)
    return Reading(
        round(probability, 3), 0.9, _reasons(cues, [*kinds, *topics], [*offers, *push], probability)
    )


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
