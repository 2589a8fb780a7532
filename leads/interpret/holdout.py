"""An honest estimate of what is learned: each topic is read by a model that never saw it.

Messages of a topic are alike, so a model that saw some of them knows the others; spam of
tomorrow is of a topic nobody has seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leads.normalize import extract

from .learning import learn

KNOWN = "mixed"  # the topic of messages of every kind, never held out


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled message with the topic it is held out by."""

    intent: str
    topic: str
    text: str


@dataclass(slots=True)
class Estimate:
    """Counts over all topics held out."""

    messages: int = 0
    right: int = 0  # intents
    hits: int = 0  # spam found, taken for spam, missed
    wrong: int = 0
    missed: int = 0

    @property
    def spam_f1(self) -> float:
        """F1 of spam, 0 to 1."""
        total = 2 * self.hits + self.wrong + self.missed
        return 2 * self.hits / total if total else 0.0

    @property
    def accuracy(self) -> float:
        """The share of intents told rightly, 0 to 1."""
        return self.right / self.messages if self.messages else 0.0


def folds(examples: Sequence[Example], count: int) -> Iterator[set[str]]:
    """Yield `count` sets of topics that together are all that can be held out."""
    topics = sorted({example.topic for example in examples} - {KNOWN})
    yield from (part for first in range(count) if (part := set(topics[first::count])))


def leave_topics_out(examples: Sequence[Example], *, count: int, region: str = "EG") -> Estimate:
    """Return how messages are understood whose topics were held out, in `count` parts.

    What is of no topic is held out of every part as well: it speaks of all topics.
    """
    from . import interpret

    result = Estimate()
    labelled = [example for example in examples if example.topic != KNOWN]
    for held in folds(labelled, count):
        weights = learn((one.intent, one.text) for one in labelled if one.topic not in held)
        for one in labelled:
            if one.topic in held:
                found = interpret(
                    one.text, extract(one.text, region=region), region=region, weights=weights
                )
                _count(result, one, intent=found.intent.value, is_spam=found.is_spam)
    return result


def _count(result: Estimate, example: Example, *, intent: str, is_spam: bool) -> None:
    is_meant = example.intent == "spam"
    result.messages += 1
    result.right += intent == example.intent
    result.hits += is_spam and is_meant
    result.wrong += is_spam and not is_meant
    result.missed += is_meant and not is_spam
