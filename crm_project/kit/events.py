"""Tell later: an event becomes one job per subscriber, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from .jobs import Task, enqueue


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact in the past tense, told with ids only."""


_SUBSCRIBERS: dict[type[Event], Sequence[Task]] = {}


def connect(subscribers: dict[type[Event], Sequence[Task]]) -> None:
    """Take the table of subscribers. Called once, by crm_project.wiring."""
    _SUBSCRIBERS.update(subscribers)


def publish(event: Event) -> None:
    """Queue one job per subscriber, in the caller's transaction: all of it or none of it."""
    for task in _SUBSCRIBERS.get(type(event), ()):
        enqueue(task, **asdict(event))
