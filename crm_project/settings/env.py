"""Typed reading of the environment. A missing variable without a default stops the start."""

import os
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 32  # bytes, 256 bit
SHORTEST_SIGNING_KEY, FEWEST_CHARACTERS = 32, 5  # Django's own check warns below 50 and 5
MAKE = {  # how an operator makes one; docs/operations.md, "Secrets", says the same
    "SECRET_KEY": "import secrets; print(secrets.token_urlsafe(50))",
    "FIELD_KEYS": "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())",
    "JWT_KEYS": "import secrets; print('k1:' + secrets.token_urlsafe(48))",
}


def text(name: str, default: str | None = None) -> str:
    """Return the variable's text; ImproperlyConfigured when it is missing and has no default."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. See docs/operations.md, “Settings”.")
    return value


def words(name: str, default: str | None = None) -> list[str]:
    """Return a comma-separated list without its blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str, default: bool) -> bool:
    """Return True for 1, true, yes, on (any case)."""
    return text(name, str(default)).lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """Return a whole number; ImproperlyConfigured when it is not one."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def database(name: str = "DATABASE_URL") -> dict[str, Any]:
    """Return Django's settings of one PostgreSQL database."""
    config = environ.Env.db_url_config(text(name))
    if config["ENGINE"].rsplit(".", 1)[-1] not in {"postgresql", "psycopg2"}:
        raise ImproperlyConfigured(f"{name} must name a PostgreSQL database.")
    return {**config, "ENGINE": "crm_project.kit.postgresql"}


def email(url: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings of one mail URL, e.g. smtp+tls://user:password@host:587."""
    return environ.Env.email_url_config(url)


def scanner(name: str, default: str) -> str:
    """Return where clamd listens, `clamd://host:port` or `clamd:///path`, or nothing."""
    value = text(name, default)
    place = urlsplit(value)
    try:
        has_place = place.path not in {"", "/"} if not place.netloc else bool(place.port)
    except ValueError:
        has_place = False
    if value and not (place.scheme == "clamd" and has_place):
        raise ImproperlyConfigured(f"{name} must be clamd://HOST:PORT or clamd:///PATH-OF-SOCKET.")
    return value


def signing_key(name: str) -> str:
    """Return a key that signs; ImproperlyConfigured for a short, a uniform or Django's own one."""
    key = text(name)
    is_weak = len(key) < SHORTEST_SIGNING_KEY or len(set(key)) < FEWEST_CHARACTERS
    if is_weak or key.startswith("django-insecure-"):
        raise _malformed(name, f"must have {SHORTEST_SIGNING_KEY} random characters or more")
    return key


def field_keys(name: str) -> list[str]:
    """Return the keys of encrypted fields; ImproperlyConfigured unless each has 32 bytes."""
    keys = words(name)
    if not keys or not all(_has_key_length(key) for key in keys):
        raise _malformed(name, "must be keys of 32 bytes in base64, by commas")
    return keys


def token_keys(name: str) -> list[str]:
    """Return `kid:secret` pairs; ImproperlyConfigured for a short secret or a kid given twice."""
    keys = words(name)
    pairs = [key.partition(":") for key in keys]
    are_long = all(kid and len(secret.encode()) >= SHORTEST_KEY for kid, _colon, secret in pairs)
    if not pairs or not are_long or len({pair[0] for pair in pairs}) < len(pairs):
        raise _malformed(name, "must be kid:secret with 32 bytes or more, by commas, no kid twice")
    return keys


def _has_key_length(key: str) -> bool:
    try:
        return len(urlsafe_b64decode(key)) == SHORTEST_KEY
    except ValueError:
        return False


def _malformed(name: str, rule: str) -> ImproperlyConfigured:
    """Say what is wrong in one line, without the value, and how to make a good one."""
    return ImproperlyConfigured(f'{name} {rule}. Make one: python3 -c "{MAKE[name]}"')
