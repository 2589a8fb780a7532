"""Django's sessions in the database, read together with the person who is signed in.

One request asks for its session, the person behind it and what decides their access: one read.
"""

from typing import Any

from django.contrib.sessions.backends import db

from . import persons
from .models import UserSession


class SessionStore(db.SessionStore):
    """A session that knows the signed-in browser it belongs to."""

    _signed_in: UserSession | None = None

    @property
    def signed_in(self) -> UserSession | None:
        """The browser's row with its person, role and branch; None before sign-in."""
        self._get_session()  # type: ignore[attr-defined]  # loads once, as every key of it does
        return self._signed_in

    def _validate_session_key(self, key: str | None) -> bool:
        """No sign but those of our own keys: a cookie may hold others, even NUL, written as \\000."""
        is_ours = super()._validate_session_key(key)  # type: ignore[misc]
        return bool(is_ours and key and key.isascii() and key.isalnum())

    def load(self) -> dict[str, Any]:
        """Return the content of a live session, or nothing for an unknown key."""
        found = persons.of_session(self.session_key)
        if found is None:
            self._session_key = None
            return {}
        content, self._signed_in = found
        return self.decode(content)
