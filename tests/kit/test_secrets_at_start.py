"""A malformed key stops the start with one line that names it and how to make a good one."""

import os
import re
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from django.conf import settings

GOOD = {
    "ALLOWED_HOSTS": "crm.example.com",
    "DATABASE_URL": "postgres://madar:abc123@127.0.0.1:9/madar",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "EMAIL_URL": "smtp://localhost:25",
    "WHATSAPP_VERIFY_TOKEN": "verify-me",
    "WHATSAPP_APP_SECRET": "app-secret",
    "SECRET_KEY": "Zk3!" + "x7Qp_m" * 12,
    "FIELD_KEYS": urlsafe_b64encode(b"0123456789abcdef" * 2).decode(),
    "JWT_KEYS": "k1:" + "s3cr3t" * 8,
}
MALFORMED = {
    "SECRET_KEY": ["short", "x" * 60, "django-insecure-" + "x7Qp_m" * 8],
    "FIELD_KEYS": ["nonsense", ",", "مفتاح", GOOD["FIELD_KEYS"][:20], GOOD["FIELD_KEYS"] + ",x"],
    "JWT_KEYS": [
        "nonsense", ",", "k1:short", ":" + "s3cr3t" * 8, GOOD["JWT_KEYS"] + "," + GOOD["JWT_KEYS"],
    ],
}  # fmt: skip


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    """Start production as far as reading its settings, like every web process and worker does."""
    environment = {
        "PATH": os.environ["PATH"], "DEBUG": "false", "MADAR_ENV_FILE": os.devnull,
        "PYTHONIOENCODING": "utf-8", **GOOD, **changes,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "manage.py", "diffsettings", "--output", "hash"],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in MALFORMED.items() for value in values]
)
def test_a_malformed_key_stops_the_start_in_one_line(name: str, value: str) -> None:
    answer = start(**{name: value})
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    (line,) = [line for line in answer.stderr.splitlines() if f"{name} must" in line]
    assert "python3 -c" in line
    assert value not in line.replace(name, "") or value == ","


def test_what_the_lines_tell_to_run_makes_keys_that_start() -> None:
    made = {}
    for name in MALFORMED:
        told = re.search(r'python3 -c "(.+)"', start(**{name: "nonsense"}).stderr)
        assert told, name
        command = [sys.executable, "-c", told[1]]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
        made[name] = answer.stdout.strip()
    answer = start(**made)
    assert answer.returncode == 0, answer.stderr
    assert len(urlsafe_b64decode(made["FIELD_KEYS"])) == 32


@pytest.mark.parametrize("name", MALFORMED)
def test_the_manual_tells_the_same(name: str) -> None:
    from crm_project.settings.env import MAKE

    manual = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f'python3 -c "{MAKE[name]}"' in manual
