"""A state folder of each test's own, so that no test touches the checkout's."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty state folder that the database's account can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="madar-state-", dir="/tmp"))
    folder.chmod(0o755)
    monkeypatch.setenv("MADAR_STATE", str(folder / "state"))
    monkeypatch.setenv("MADAR_VENV", sys.prefix)
    for name in ("DATABASE_URL", "DEBUG", "DEMO_PASSWORD", "SECRET_KEY", "FIELD_KEYS", "JWT_KEYS"):
        monkeypatch.delenv(name, raising=False)
    yield folder / "state"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bare_environment() -> dict[str, str]:
    """The environment of a terminal that knows nothing of Madar."""
    return {"PATH": os.environ["PATH"]}
