"""The person behind a request, with role and branch: all that decides access, in one read."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from crm_project.kit.joined import Part, columns_of, instances

from .models import Branch, Role, User, UserSession

_RARELY_ASKED = {"mfa_secret", "mfa_last_step", "last_login", "created_at"}
_ACCESS = (
    Part(User, "person", lambda name: name not in _RARELY_ASKED),
    Part(Role, "role", lambda name: True),
    Part(Branch, "branch", lambda name: True),
)
_ROLE_AND_BRANCH = """LEFT JOIN accounts_role AS role ON role.id = person.role_id
LEFT JOIN accounts_branch AS branch ON branch.id = person.branch_id"""

_BROWSER = Part(UserSession, "browser", lambda name: True)
_OF_SESSION = f"""
SELECT kept.session_data, {columns_of((_BROWSER, *_ACCESS))} FROM django_session AS kept
LEFT JOIN accounts_usersession AS browser ON browser.session_key = kept.session_key
LEFT JOIN accounts_user AS person ON person.id = browser.user_id {_ROLE_AND_BRANCH}
WHERE kept.session_key = %s AND kept.expire_date > %s
"""  # noqa: S608 (names of columns)

_OF_TOKEN = f"""
SELECT {columns_of(_ACCESS)} FROM accounts_user AS person {_ROLE_AND_BRANCH}
WHERE person.id = %s AND person.epoch = %s AND person.is_active AND EXISTS (
    SELECT FROM token_blacklist_outstandingtoken AS token
    LEFT JOIN token_blacklist_blacklistedtoken AS retired ON retired.token_id = token.id
    WHERE token.user_id = person.id AND token.token = %s AND retired.id IS NULL
)
"""  # noqa: S608 (names of columns)


def of_session(key: str | None) -> tuple[str, UserSession | None] | None:
    """Return a living session's stored content, and the signed-in browser with its person."""
    row = _row(_OF_SESSION, [key, timezone.now()])
    if row is None:
        return None
    browser, *access = instances((_BROWSER, *_ACCESS), row[1:])
    if browser is not None:
        browser.user = _person(access)
    return row[0], browser


def of_token(person_id: int, *, epoch: int, family: str) -> User | None:
    """Return the active person of that epoch while a token of the family lives."""
    row = _row(_OF_TOKEN, [person_id, epoch, family])
    return _person(instances(_ACCESS, row)) if row else None


def _row(statement: str, values: list[Any]) -> Sequence[Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: Sequence[Any] | None = cursor.fetchone()
        return found


def _person(access: list[Any]) -> User:
    person, role, branch = access
    person.role, person.branch = role, branch
    found: User = person
    return found
