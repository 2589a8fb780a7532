"""The product at another time: services write what they would have written then.

Entries of the activity log are sealed and never changed, so a believable past has to be written
with its own times. For a command in its own process only: the clock is moved for all of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db.models import DateTimeField
from django.utils import timezone

_REAL = timezone.now


class Clock:
    """Tells the time that it was set to."""

    def __init__(self) -> None:
        self.at = _REAL()

    def __call__(self) -> datetime:
        return self.at


@contextmanager
def moved_clock() -> Iterator[Clock]:
    """Let `timezone.now()` and the models' defaults tell the time of the yielded clock."""
    clock = Clock()
    fields = _fields_with_the_time()
    vars(timezone)["now"] = clock
    for field in fields:
        vars(field)["_get_default"] = clock  # Django's cached default
    try:
        yield clock
    finally:
        vars(timezone)["now"] = _REAL
        for field in fields:
            vars(field).pop("_get_default", None)


def _fields_with_the_time() -> list[DateTimeField]:
    models = [model for app in settings.APPS for model in apps.get_app_config(app).get_models()]
    return [
        field
        for model in models
        for field in model._meta.local_concrete_fields
        if isinstance(field, DateTimeField) and field.default is _REAL
    ]
