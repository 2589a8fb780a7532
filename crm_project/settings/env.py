"""Typed reading of the environment. A missing variable without a default stops the start."""

import os
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


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
    return {**config, "ENGINE": "django.db.backends.postgresql"}


def email(url: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings of one mail URL, e.g. smtp+tls://user:password@host:587."""
    return environ.Env.email_url_config(url)
