"""Setting passwords, and the links that allow it (SECURITY.md AU-1, AU-10)."""

from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts.models import User
from crm_project.kit.logs import current_request_id

from . import tries
from .activity import record
from .sessions import end_other_access


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens that die by use, after settings.PASSWORD_RESET_TIMEOUT, and with a new epoch."""

    key_salt = "accounts.password-link"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.epoch}{user.is_active}"


_tokens = LinkTokens()


def count_reset_request(*, email: str, request: HttpRequest) -> None:
    """Allow three links an hour for one e-mail, known or not, and twenty for one network address.

    They are counted apart from signing in, which they never lock. Errors: TooManyTries.
    """
    ip = tries.network_of(request)
    key, origin = tries.account_key(email, kind="reset"), tries.account_key(ip or "", "reset-from")
    with tries.one_at_a_time(origin), tries.one_at_a_time(key):  # always in this order
        tries.refuse_when_locked(origin, ip, tries.RESETS_PER_ADDRESS)
        tries.refuse_when_locked(key, None, tries.RESETS)
        for counted in (origin, key):
            tries.note(counted, None, is_success=False)


def person_for_link(email: str) -> User | None:
    """Return who may get a link at this address: an active person, not an integration."""
    return User.objects.staff().filter(email=email.strip().lower()).first()


def user_of_link(uid: str, token: str) -> User | None:
    """Return the person of a link that still works."""
    try:
        pk = int(urlsafe_base64_decode(uid).decode("ascii"))
    except ValueError:
        return None
    if pk > 2**62:
        return None
    user = User.objects.staff().with_access().filter(pk=pk).first()
    return user if user and _tokens.check_token(user, token) else None


@transaction.atomic
def change_password(
    user: User, password: str, *, actor: User, keep: HttpRequest | None = None
) -> None:
    """Set a validated password and end all other sessions and tokens."""
    user.set_password(password)
    user.save(update_fields=["password"])
    tries.note(tries.account_key(user.email), None, is_success=True)
    record(actor, "password.changed", user)
    end_other_access(user, keep=keep)


def mail_link(user: User, *, template: str, subject: str) -> None:
    """Send a person a link to set a password, in the person's language.

    The host comes from settings.PUBLIC_URL, never from a request. `template` is the name of a text
    under templates/accounts/mail/. A job that runs twice, for its worker died in between, sends the
    same Message-ID again, so that mail programs show one.
    """
    uid = urlsafe_base64_encode(str(user.pk).encode())
    path = reverse("accounts:password_new", args=[uid, _tokens.make_token(user)])
    context = {"user": user, "url": settings.PUBLIC_URL.rstrip("/") + path}
    body = render_to_string(f"accounts/mail/{template}.txt", context)
    mark = {"Message-ID": _message_id(template, user)}
    EmailMessage(subject, body, to=[user.email], headers=mark).send()


def _message_id(template: str, user: User) -> str:
    """Return an id that tells neither the machine's name nor anything but which job it was."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    return f"<{template}.{user.pk}.{current_request_id() or uuid4().hex}@{host}>"


def mail_reset_link(user: User) -> None:
    """Send the link that a person asked for."""
    with translation.override(user.language):
        mail_link(user, template="reset", subject=_("Set a new password for Madar"))


def mail_invitation(user: User) -> None:
    """Send a new person the link to the first password."""
    with translation.override(user.language):
        mail_link(user, template="invite", subject=_("Your Madar account"))
