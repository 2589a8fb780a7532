"""Fixtures of these tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.doors import read
from tests.smtp_server import mail_server

__all__ = ["mail_server", "read"]


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., None]:
    """Run the command over these mails, as files."""

    def run(*mails: bytes, **options: Any) -> None:
        paths = []
        for number, raw in enumerate(mails):
            paths.append(tmp_path / f"{number}.eml")
            paths[-1].write_bytes(raw)
        call_command("intake_email", *map(str, paths), verbosity=0, **options)

    return run
