"""Django's sessions in the database, read together with the person who is signed in.

One request asks for its session, the person behind it and what decides their access: one read.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from .models import UserSession


class SessionStore(db.SessionStore):
    """A session that knows the signed-in browser it belongs to."""

    _signed_in: UserSession | None = None

    @property
    def signed_in(self) -> UserSession | None:
        """The browser's row with its person, role and branch; None before sign-in."""
        self._get_session()  # type: ignore[attr-defined]  # loads once, as every key of it does
        return self._signed_in

    def load(self) -> dict[str, Any]:
        """Return the content of a live session, or nothing for an unknown key."""
        with_person = Session.objects.select_related(
            "signed_in__user__role", "signed_in__user__branch"
        )
        row = with_person.filter(
            session_key=self.session_key, expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
            return {}
        self._signed_in = getattr(row, "signed_in", None)
        return self.decode(row.session_data)
