"""The worker's part of a door's story, as a fixture."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def read(
    run_jobs: Callable[[], None], django_capture_on_commit_callbacks: Any
) -> Callable[[], None]:
    """Let the worker read what has come in and is due, and do what follows from it."""

    def run() -> None:
        from leads.tasks import wake_reader_of_waiting_forms
        from messaging.tasks import wake_reader_of_waiting_signals

        with django_capture_on_commit_callbacks(execute=True):
            wake_reader_of_waiting_signals()
            wake_reader_of_waiting_forms()
            run_jobs()

    return run
