"""Structured logs: one JSON object a line, with the request or job it belongs to."""

import logging
import logging.config
import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

_request_id: ContextVar[str] = ContextVar("request_id", default="")

# One opens an account for an hour (AU-10), the other shows the visits of a person
LINK = re.compile(r"(/password/new/|/inspections/calendar/)[^\s\"']+")
SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie", "otp", "code")


def current_request_id() -> str:
    """Return the id of the request or job that is running, or an empty text."""
    return _request_id.get()


@contextmanager
def bind_request_id(value: str) -> Any:
    """Let every log line and activity entry inside carry this id."""
    token = _request_id.set(value)
    try:
        yield
    finally:
        _request_id.reset(token)


def _add_request_id(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    request = getattr(event.get("_record"), "request", None)  # Django logs answers outside of it
    if request_id := current_request_id() or getattr(request, "request_id", ""):
        event["request_id"] = request_id
    return event


def _hide_secrets(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    hidden: dict[str, Any] = _without_secrets(event)
    return hidden


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: "•••" if _is_secret(k) else _without_secrets(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return LINK.sub(r"\1•••", value) if isinstance(value, str) else value


def _is_secret(key: Any) -> bool:
    return any(word in str(key).lower() for word in SECRET_WORDS)


PROCESSORS: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_request_id,
    _hide_secrets,
]


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: everything to standard error as JSON lines."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": PROCESSORS,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        structlog.processors.JSONRenderer(ensure_ascii=True),
                    ],
                }
            },
            "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["out"], "level": options.get("level", "INFO")},
            "loggers": {
                "django": {"handlers": []},  # its own ones write plain text, or mails to nobody
                "procrastinate": {"level": "WARNING"},
                "httpx": {"level": "WARNING"},
                "flufl.bounce": {"level": "CRITICAL"},  # it reports every mail that is no bounce
                "django.server": {"handlers": ["out"], "level": "WARNING", "propagate": False},
            },
        }
    )
    structlog.configure(
        processors=[*PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
