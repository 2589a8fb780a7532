"""Secrets of a development machine: made once, kept in `.madar/secrets.env` (0600)."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from . import dotenv, paths
from .locks import locked

CONSONANTS, VOWELS = "bdfghklmnprstvz", "aeiou"


def readable_password() -> str:
    """Return a password to read aloud, about 55 bits: `kavo-miru-zepa-lodi-47`."""
    words = [
        "".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in "12") for _ in "1234"
    ]
    return "-".join([*words, str(10 + secrets.randbelow(90))])


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEYS": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),  # a Fernet key
    "JWT_KEYS": lambda: f"k{secrets.token_hex(3)}:{secrets.token_urlsafe(48)}",  # 384 bits
    "WHATSAPP_VERIFY_TOKEN": lambda: secrets.token_urlsafe(24),
    "WHATSAPP_APP_SECRET": lambda: secrets.token_hex(16),
    "DEMO_PASSWORD": readable_password,
    "DEMO_INTEGRATOR_KEY": lambda: f"mdr_{secrets.token_urlsafe(32)}",
}


def ensure(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the kept secrets, making those that neither the file nor the environment has."""
    path = paths.state_dir() / "secrets.env"
    kept = dotenv.read(path)
    if all(name in kept or environ.get(name) for name in MAKERS):
        return kept
    with locked("secrets"):
        kept = dotenv.read(path)
        missing = [name for name in MAKERS if name not in kept and not environ.get(name)]
        kept |= {name: MAKERS[name]() for name in missing}
        _write(path, kept)
    return kept


def _write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file as a whole, so that no reader and no crash sees half of it."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("# Made by manage.py for this checkout only. Not for production.\n")
        file.write(dotenv.render(values))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
