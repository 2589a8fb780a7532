"""Interpret: what a message means — language, intent, urgency, spam, tone, chance of an order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leads.normalize.candidate import Candidate
from leads.normalize.document import read

from .dialect import read_dialect
from .intent import read_intent
from .marks import marks_of
from .opinion import Weights, odds, read_opinion
from .probability import read_probability
from .reading import Cues, Reading, because
from .reasons import Reason, sentence
from .spam import SPAM_FROM, read_spam
from .tone import read_tone
from .urgency import read_urgency

__all__ = ["Interpretation", "Reading", "Reason", "doubted", "interpret", "sentence"]

_WISHES = {"product_category", "quantity", "budget", "specs"}
_DOUBT = 0.4  # the most an offer's own goods and money are worth: a suggestion, no answer


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The readings of one message. `spam` and `probability` hold values in 0..1."""

    language: Reading
    dialect: Reading
    intent: Reading
    urgency: Reading
    spam: Reading
    is_spam: bool
    tone: Reading
    probability: Reading


def interpret(
    text: str,
    candidates: Sequence[Candidate],
    *,
    channel: str = "",
    is_known_customer: bool = False,
    region: str = "",
    weights: Weights | None = None,
) -> Interpretation:
    """Read a message as a whole, with the candidates that were extracted from it.

    `region` (ISO alpha-2 of the branch) decides the dialect where no word does; `weights` stand in
    for the learned ones that ship. Never raises for any text; at most 20,000 characters are read.
    """
    del channel  # every channel is read alike today; part of the interface for those to come
    document = read(text)
    cues = Cues(document, candidates)
    opinion = read_opinion(document.folded.text, marks_of(cues, candidates), weights)
    spam, tone = read_spam(cues, candidates, odds(opinion["spam"])), read_tone(cues)
    is_spam = spam.value >= SPAM_FROM
    intent = read_intent(
        cues,
        candidates,
        spam=spam if is_spam else None,
        tone=tone.value,
        is_known_customer=is_known_customer,
        opinion=opinion,
    )
    urgency = read_urgency(cues, intent=intent.value)
    reason = because("language")
    return Interpretation(
        language=Reading(document.language, document.language_confidence, (reason,)),
        dialect=read_dialect(cues, region=region.upper()),
        intent=intent,
        urgency=urgency,
        spam=spam,
        is_spam=is_spam,
        tone=tone,
        probability=read_probability(
            candidates,
            intent=intent.value,
            urgency=urgency.value,
            is_known_customer=is_known_customer,
        ),
    )


def doubted(candidates: Sequence[Candidate], reading: Interpretation) -> Sequence[Candidate]:
    """Return the candidates, with what is no wish of the sender's as a suggestion.

    An unsolicited offer speaks of its own wares ("3 pens for 99"), an applicant of their trade.
    Both stay to be confirmed, should a person find that the message meant something else.
    """
    if not (reading.is_spam or reading.intent.value == "job"):
        return candidates
    return [
        replace(item, confidence=min(item.confidence, _DOUBT))
        if item.field in _WISHES and item.start is not None
        else item
        for item in candidates
    ]
