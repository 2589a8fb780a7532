"""One-time codes of the cast: turned on in the database, or set up on the page like a person would."""

from typing import Any

import pyotp
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.factories import PASSWORD

SET_UP = "/account/codes/set-up/"


def with_codes_on(user: User) -> pyotp.TOTP:
    """The authenticator app of a person whose codes are on."""
    user.mfa_secret, user.mfa_enabled_at = pyotp.random_base32(), timezone.now()
    user.save(update_fields=["mfa_secret", "mfa_enabled_at"])
    return pyotp.TOTP(user.mfa_secret)


def scanned(client: Client) -> pyotp.TOTP:
    """The authenticator app after reading the key off the set-up page."""
    return pyotp.TOTP(client.get(SET_UP).context["secret"].replace(" ", ""))


def set_up_codes(client: Client) -> tuple[pyotp.TOTP, Any]:
    """The app, and the page with the recovery codes."""
    totp = scanned(client)
    return totp, client.post(SET_UP, {"code": totp.now(), "current": PASSWORD})
