"""Text encrypted at rest, its keys exchangeable while running.

Stored form: "v1.<key id>.<base64url of a 12-byte nonce, the AES-256-GCM ciphertext and tag>".
"""

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db.models import ExpressionWrapper, F, Model, TextField

_NONCE_BYTES = 12
_VERSION = "v1"


class DecryptionError(Exception):
    """A stored value can't be read: its key is not in FIELD_KEYS, or it was tampered with."""


@dataclass(frozen=True)
class _Key:
    id: str  # 8 hexadecimal digits, safe to show
    cipher: AESGCM

    @property
    def prefix(self) -> str:
        return f"{_VERSION}.{self.id}."


@lru_cache(maxsize=64)
def _key(encoded: str) -> _Key:
    try:
        secret = urlsafe_b64decode(encoded)
    except ValueError as fault:
        raise ImproperlyConfigured("FIELD_KEYS holds something that isn't base64") from fault
    if len(secret) != 32:
        raise ImproperlyConfigured("every key of FIELD_KEYS must have 32 bytes")
    return _Key(
        id=hashlib.sha256(b"field key id" + secret).hexdigest()[:8],
        cipher=AESGCM(secret),
    )


def _keys() -> list[_Key]:
    """All keys, the primary first. Errors: ImproperlyConfigured for none or a malformed one."""
    keys = [_key(encoded) for encoded in settings.FIELD_KEYS]
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty")
    return keys


def encrypt(text: str) -> str:
    """The stored form of a text, under the primary key; different at every call."""
    key, nonce = _keys()[0], secrets.token_bytes(_NONCE_BYTES)
    sealed = key.cipher.encrypt(nonce, text.encode("utf-8", "replace"), key.prefix.encode())
    return key.prefix + urlsafe_b64encode(nonce + sealed).decode()


def decrypt(stored: str) -> str:
    """The text of a stored form. Errors: DecryptionError for a lost key or a changed value."""
    key = next((key for key in _keys() if stored.startswith(key.prefix)), None)
    if key is None:
        raise DecryptionError("the key of this value is not in FIELD_KEYS")
    try:
        sealed = urlsafe_b64decode(stored.removeprefix(key.prefix))
        nonce, sealed = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return key.cipher.decrypt(nonce, sealed, key.prefix.encode()).decode()
    except (InvalidTag, ValueError) as fault:
        raise DecryptionError("this value was changed after it was stored") from fault


class EncryptedTextField(TextField):
    """Text that the database only holds encrypted: only `isnull` can be filtered.

    NULL stays NULL and "" stays "".
    """

    def get_prep_value(self, value: Any) -> Any:
        plain = super().get_prep_value(value)
        return encrypt(plain) if plain else plain

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError("an encrypted field can't be searched")
        return super().get_lookup(lookup_name)


def encrypted_fields(model: type[Model]) -> list[EncryptedTextField]:
    """The encrypted fields that a model's own table has."""
    return [field for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]


@dataclass(frozen=True)
class Rotation:
    """How far the re-encryption of one field came, in rows."""

    rewritten: int = 0
    unreadable: int = 0


def stale_rows(model: type[Model], field: str) -> Any:
    """Rows whose value is not under the primary key, with the stored form as `stored_form`."""
    stored = ExpressionWrapper(F(field), output_field=TextField())
    rows = model._base_manager.annotate(stored_form=stored)
    return rows.exclude(stored_form="").exclude(stored_form__startswith=_keys()[0].prefix)


def reencrypt(
    model: type[Model],
    field: str,
    batch: int = 500,
    on_batch: Callable[[Rotation], None] = lambda progress: None,
) -> Rotation:
    """Bring every value of a field under the primary key.

    Each row is its own statement and is changed only if nobody else changed it meanwhile, so the
    work may be stopped and started again at any time and needs no lock. Unreadable rows are
    counted and left alone. `on_batch` hears the progress after every `batch` rows.
    """
    progress, last = Rotation(), None
    while True:
        rows = stale_rows(model, field).filter(stored_form__isnull=False).order_by("pk")
        rows = rows if last is None else rows.filter(pk__gt=last)
        found = list(rows.values_list("pk", "stored_form")[:batch])
        if not found:
            return progress
        outcomes = [_reencrypt_row(model, field, pk, stored) for pk, stored in found]
        progress = Rotation(
            rewritten=progress.rewritten + outcomes.count(True),
            unreadable=progress.unreadable + outcomes.count(None),
        )
        last = found[-1][0]
        on_batch(progress)


def _reencrypt_row(model: type[Model], field: str, pk: Any, stored: str) -> bool | None:
    """Whether the row was rewritten; None if it can't be read."""
    try:
        plain = decrypt(stored)
    except DecryptionError:
        return None
    unchanged = stale_rows(model, field).filter(pk=pk, stored_form=stored)
    return bool(unchanged.update(**{field: plain}))
