"""One-time codes (TOTP, RFC 6238) and recovery codes."""

import io
import secrets
import time
from base64 import b32encode, b64encode

import pyotp
import qrcode
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from qrcode.image.svg import SvgPathImage

from accounts.errors import WrongCode
from accounts.models import RecoveryCode, User
from accounts.roles import RANK, RoleCode
from crm_project.kit.text import ascii_digits, normalise

from .activity import record
from .sessions import end_other_access

STEP_SECONDS = 30
SECRET_BYTES = 20  # what RFC 4226 recommends
RECOVERY_CODES = 10
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that looks like something else
ISSUER = "Madar"
EVERYBODY = "all"  # in settings.MFA_REQUIRED_ROLES


def has_mfa(user: User) -> bool:
    """Return True when signing in asks for a code."""
    return bool(user.mfa_enabled_at and user.mfa_secret)


def must_set_up(user: User) -> bool:
    """Return True for a person whose role demands codes and who has none yet.

    An operator without a role counts as the highest one. A role that the company made itself
    follows the built-in ones of its rank: a copy of the supervisor's demands what that one does.
    """
    return not user.is_service and not has_mfa(user) and _demands_codes(user)


def _demands_codes(user: User) -> bool:
    demanded = set(settings.MFA_REQUIRED_ROLES)
    if EVERYBODY in demanded:
        return True
    role = user.role
    if role is None:
        return user.is_superuser and RoleCode.COMPANY_MANAGER in demanded
    if role.is_builtin:
        return role.code in demanded
    equals = {code.value for code, rank in RANK.items() if rank == role.rank}
    return bool(demanded & (equals | {role.code}))


def offered_secret(user: User, *, request: HttpRequest) -> str:
    """Return the key to enrol in this browser: 160 bits in base32, the same at each look.

    It is derived from the session, so that looking at the page stores nothing anywhere; only the
    first right code makes it the person's. A new session or change of access offers another.
    """
    origin = f"{user.pk}:{user.epoch}:{request.session.session_key}"
    derived = salted_hmac("accounts.mfa.offered", origin, algorithm="sha256").digest()
    return b32encode(derived[:SECRET_BYTES]).decode()


def qr_picture(user: User, secret: str) -> str:
    """Return a key as a QR picture in a data: address."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
    out = io.BytesIO()
    qrcode.make(uri, image_factory=SvgPathImage, border=1).save(out)
    return "data:image/svg+xml;base64," + b64encode(out.getvalue()).decode()


@transaction.atomic
def finish_setup(user: User, code: str, *, request: HttpRequest) -> list[str]:
    """Turn codes on, end all other access, and return the recovery codes.

    Errors: WrongCode, also for codes that were turned on elsewhere meanwhile.
    """
    secret, without = (
        offered_secret(user, request=request),
        User.objects.filter(mfa_enabled_at=None),
    )
    is_right = _spend(user, secret, code, now=None)
    kept = {"mfa_secret": secret, "mfa_enabled_at": timezone.now()}
    if not is_right or not without.filter(pk=user.pk).update(**kept):
        raise WrongCode(field="code")
    user.refresh_from_db(fields=list(kept))
    codes = _new_recovery_codes(user)
    record(user, "mfa.enabled", user)
    end_other_access(user, keep=request)
    return codes


@transaction.atomic
def turn_off(user: User, *, actor: User, keep: HttpRequest | None = None) -> None:
    """Forget the key and the recovery codes, and end all other access."""
    user.mfa_secret, user.mfa_enabled_at = None, None
    user.save(update_fields=["mfa_secret", "mfa_enabled_at"])
    user.recovery_codes.all().delete()
    record(actor, "mfa.disabled", user)
    end_other_access(user, keep=keep)


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """Return ten new codes; the old ones stop working."""
    codes = _new_recovery_codes(user)
    record(user, "mfa.recovery_codes_renewed", user)
    return codes


def _new_recovery_codes(user: User) -> list[str]:
    codes = [_new_code() for _number in range(RECOVERY_CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, code_hash=make_password(_folded(code))) for code in codes]
    )
    return codes


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _position in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _folded(code: str) -> str:
    return normalise(code).replace("-", "").replace(" ", "").upper()


def spend_code(user: User, code: str) -> bool:
    """Use up a one-time code, or a recovery code; each works once."""
    return spend_totp(user, code) or _spend_recovery_code(user, code)


def spend_totp(user: User, code: str, *, now: float | None = None) -> bool:
    """Use up a six-digit code of this step or one beside it. A step is accepted once."""
    return bool(user.mfa_secret) and _spend(user, user.mfa_secret or "", code, now=now)


def _spend(user: User, secret: str, code: str, *, now: float | None) -> bool:
    digits = ascii_digits(code).replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return False
    totp = pyotp.TOTP(secret)
    step = int((time.time() if now is None else now) // STEP_SECONDS)
    matching = [
        near
        for near in (step - 1, step, step + 1)
        if secrets.compare_digest(totp.generate_otp(near), digits)
    ]
    return any(_claim_step(user, near) for near in matching)


def _claim_step(user: User, step: int) -> bool:
    rows = User.objects.filter(pk=user.pk, mfa_last_step__lt=step)
    return rows.update(mfa_last_step=step) == 1


def _spend_recovery_code(user: User, code: str) -> bool:
    folded = _folded(code[:64])
    if len(folded) != 10:
        return False
    for kept in user.recovery_codes.filter(used_at=None):
        if check_password(folded, kept.code_hash):
            unused = RecoveryCode.objects.filter(pk=kept.pk, used_at=None)
            return unused.update(used_at=timezone.now()) == 1
    return False
