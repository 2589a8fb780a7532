"""Signing in: one set of rules behind the form and the API (SECURITY.md AU-2 to AU-5)."""

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.errors import CodeRequired, MfaSetupRequired, WrongCode, WrongCredentials
from accounts.models import User

from . import mfa, tries
from .activity import Reason, record
from .sessions import end_other_access, end_session, start_session

__all__ = [
    "check_code",
    "check_password",
    "confirm_identity",
    "end_other_access",
    "end_session",
    "start_session",
    "user_for_tokens",
]

SIGNED_IN, CONFIRMED = "sign_in.succeeded", "identity.confirmed"


def check_password(
    *, email: str, password: str, request: HttpRequest, verb: str = SIGNED_IN
) -> User:
    """Return the person behind e-mail and password; a person with codes is not signed in by that.

    Errors: TooManyTries while locked, also for the right password; WrongCredentials otherwise,
    in the same words and time whether the account exists or not.
    """
    key, ip = tries.account_key(email), tries.network_of(request)
    with tries.one_at_a_time(key):
        tries.refuse_when_locked(key, ip)
        found = authenticate(request, username=email, password=password)
        user = found if isinstance(found, User) else None
        if user is None:
            _note_failure(key, ip, known=_person(email), rule="password")
        elif not mfa.has_mfa(user):
            _note_success(key, ip, user, verb)
    if user is None:
        raise WrongCredentials
    return user


def check_code(*, user: User, code: str, request: HttpRequest, verb: str = SIGNED_IN) -> None:
    """Accept a one-time or recovery code of a person whose password was right.

    Errors: TooManyTries after five wrong tries of password and code together; WrongCode.
    """
    key, ip = tries.account_key(user.email), tries.network_of(request)
    with tries.one_at_a_time(key):
        tries.refuse_when_locked(key, ip)
        is_right = mfa.spend_code(user, code)
        if is_right:
            _note_success(key, ip, user, verb)
        else:
            _note_failure(key, ip, known=user, rule="code")
    if not is_right:
        raise WrongCode(field="code")


def user_for_tokens(*, email: str, password: str, code: str, request: HttpRequest) -> User:
    """Return the person who may have tokens: the same factors as the form, in one call.

    Errors: those of check_password and check_code; CodeRequired when only the code is missing;
    MfaSetupRequired for a role that demands codes.
    """
    user = check_password(email=email, password=password, request=request)
    if mfa.must_set_up(user):
        raise MfaSetupRequired
    if mfa.has_mfa(user):
        if not code:
            raise CodeRequired(field="code")
        check_code(user=user, code=code, request=request)
    return user


def confirm_identity(*, user: User, password: str, code: str, request: HttpRequest) -> None:
    """Ask a signed-in person for password and code again before a change of access.

    Errors: as for signing in; wrong tries count towards the same lock.
    """
    confirmed = check_password(email=user.email, password=password, request=request, verb=CONFIRMED)
    if mfa.has_mfa(confirmed):
        check_code(user=user, code=code, request=request, verb=CONFIRMED)


def _person(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower(), is_service=False).first()


def _note_success(key: str, ip: str | None, user: User, verb: str) -> None:
    tries.note(key, ip, is_success=True)
    record(user, verb, user)


def _note_failure(key: str, ip: str | None, *, known: User | None, rule: str) -> None:
    """Count and log a wrong try; the entry has no actor, for nobody proved to be anyone."""
    tries.note(key, ip, is_success=False)
    record(None, "sign_in.failed", known, reason=Reason(rule=rule))
    if len(tries.failures_of(key)) == tries.PER_ACCOUNT.most:
        record(None, "sign_in.locked", known, reason=Reason(rule="too many wrong tries"))
