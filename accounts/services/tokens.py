"""JSON Web Tokens: short access, rotating refresh, whole families revoked (SECURITY.md AU-7, AU-8).

The tables of simplejwt's blacklist are used; their `token` column holds the token's family, never
the token itself, which nobody needs to read again.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import Token

from accounts import persons
from accounts.errors import InvalidToken
from accounts.models import User

from . import mfa
from .activity import Reason, record

AUDIENCE = "madar-api"
ALGORITHM = "HS256"
LONGEST_TOKEN = 2048  # characters; ours have about 400
SHORTEST_KEY = 32  # bytes: 256 bit


class KeyRing(TokenBackend):
    """Signs with the first key and verifies with the key that the token's `kid` names."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.secrets = dict(_parsed(key) for key in keys)
        if not self.secrets:
            raise ImproperlyConfigured("JWT_KEYS is empty: give kid:secret, the first signs.")
        self.kid = next(iter(self.secrets))
        super().__init__(ALGORITHM, signing_key=self.secrets[self.kid], audience=AUDIENCE)

    def encode(self, payload: dict[str, Any]) -> str:
        """Return the signed token, its key named in the header."""
        claims = {**payload, "aud": AUDIENCE}
        return jwt.encode(claims, self.secrets[self.kid], ALGORITHM, headers={"kid": self.kid})

    def get_verifying_key(self, token: Any) -> str:
        """Return the key named by the token. Errors: InvalidTokenError for an unknown one."""
        kid = jwt.get_unverified_header(token).get("kid")
        if kid not in self.secrets:
            raise jwt.InvalidTokenError("unknown key")
        return self.secrets[kid]


def _parsed(key: str) -> tuple[str, str]:
    kid, _colon, secret = key.partition(":")
    if not kid or len(secret.encode()) < SHORTEST_KEY:
        raise ImproperlyConfigured("Every key of JWT_KEYS is kid:secret with 32 bytes or more.")
    return kid, secret


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> KeyRing:
    return KeyRing(keys)


class _OurToken(Token):
    def get_token_backend(self) -> KeyRing:
        return _ring(tuple(settings.JWT_KEYS))


class AccessToken(_OurToken):
    """Opens the API for ten minutes."""

    token_type = "access"  # noqa: S105 - a name, no secret
    lifetime = timedelta(minutes=10)


class RefreshToken(_OurToken):
    """Buys the next pair, once, within seven days."""

    token_type = "refresh"  # noqa: S105 - a name, no secret
    lifetime = timedelta(days=7)


@dataclass(frozen=True)
class Pair:
    """What a caller gets."""

    access: str
    refresh: str


@transaction.atomic
def issue_tokens(user: User, *, request: HttpRequest | None = None) -> Pair:
    """Return a first pair: a new family."""
    record(user, "token.issued", user)
    return _pair(user, uuid.uuid4().hex)


def _pair(user: User, family: str) -> Pair:
    refresh, access = RefreshToken(), AccessToken()
    for token in (refresh, access):
        token["sub"], token["epoch"], token["fam"] = str(user.pk), user.epoch, family
    OutstandingToken.objects.create(
        user=user,
        jti=refresh["jti"],
        token=family,
        created_at=refresh.current_time,
        expires_at=refresh.current_time + RefreshToken.lifetime,
    )
    return Pair(str(access), str(refresh))


def user_of_access_token(raw: str) -> User | None:
    """Return the person behind a good access token, else None whatever is wrong with it."""
    claims = _read(AccessToken, raw)
    if claims is None:
        return None
    epoch, family = int(claims["epoch"]), str(claims["fam"])
    return _admitted(persons.of_token(int(claims["sub"]), epoch=epoch, family=family))


def _admitted(user: User | None) -> User | None:
    return None if user is None or mfa.must_set_up(user) else user


def _read(kind: type[Token], raw: str) -> Token | None:
    if not isinstance(raw, str) or not raw.isascii() or len(raw) > LONGEST_TOKEN:
        return None
    try:
        token = kind(raw)  # type: ignore[arg-type]
        return token if all(name in token for name in ("sub", "epoch", "fam", "aud")) else None
    except (TokenError, ValueError, TypeError, RecursionError):
        return None


def _family(user_id: str, family: str) -> QuerySet[OutstandingToken]:
    return OutstandingToken.objects.filter(user_id=int(user_id), token=family)


def rotate(refresh: str) -> Pair:
    """Return the next pair and retire the given token.

    A token given a second time was stolen from someone: its whole family is revoked.
    Errors: InvalidToken for anything else than a living refresh token.
    """
    claims = _read(RefreshToken, refresh)
    pair = _rotate(claims) if claims else None
    if pair is None:
        raise InvalidToken
    return pair


def _holder(claims: Token) -> User | None:
    people = User.objects.with_access()
    return people.filter(pk=int(claims["sub"]), epoch=claims["epoch"], is_active=True).first()


@transaction.atomic
def _rotate(claims: Token) -> Pair | None:
    row = _locked(claims)
    if row is None:
        return None
    if BlacklistedToken.objects.filter(token=row).exists():
        _revoke_family(claims, why="a refresh token was used twice")
        return None
    BlacklistedToken.objects.create(token=row)
    user = _admitted(_holder(claims))
    return _pair(user, claims["fam"]) if user else None


def _locked(claims: Token) -> OutstandingToken | None:
    """Lock the family, so that a rotation and a revocation cannot pass each other."""
    family = _family(claims["sub"], claims["fam"]).select_for_update().order_by("pk")
    return next((row for row in family if row.jti == claims["jti"]), None)


def revoke(refresh: str) -> None:
    """End a family on log-out. Anything that is not a token of ours is ignored."""
    claims = _read(RefreshToken, refresh)
    if claims is None:
        return
    with transaction.atomic():
        if _locked(claims):
            _revoke_family(claims, why="log-out")


def _revoke_family(claims: Token, *, why: str) -> None:
    living = _family(claims["sub"], claims["fam"]).filter(blacklistedtoken=None)
    BlacklistedToken.objects.bulk_create(
        [BlacklistedToken(token=row) for row in living], ignore_conflicts=True
    )
    user = User.objects.filter(pk=int(claims["sub"])).first()
    record(None, "token.family_revoked", user, reason=Reason(rule=why))


def forget_expired() -> int:
    """Delete tokens past their time and return how many."""
    return OutstandingToken.objects.filter(expires_at__lt=timezone.now()).delete()[0]
