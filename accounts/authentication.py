"""Who calls the API: an integrator key, a JWT, or the session of an open page."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions

from .models import User
from .services import keys, tokens


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <access token>`."""

    def authenticate(self, request: Any) -> tuple[User, str] | None:
        scheme, _blank, credential = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or credential.startswith(keys.PREFIX):
            return None
        user = tokens.user_of_access_token(credential.strip())
        if user is None:
            raise exceptions.AuthenticationFailed(_("The token is not valid or has expired."))
        return user, "jwt"

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class IntegratorKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer mdr_…` or `X-Api-Key: mdr_…`."""

    def authenticate(self, request: Any) -> tuple[User, str] | None:
        scheme, _blank, credential = request.headers.get("Authorization", "").partition(" ")
        given = request.headers.get("X-Api-Key") or (
            credential.strip() if scheme.lower() in ("bearer", "api-key") else ""
        )
        if not given.startswith(keys.PREFIX):
            return None
        user = keys.user_of_key(given)
        if user is None:
            raise exceptions.AuthenticationFailed(_("The key is not valid, revoked or expired."))
        return user, "key"

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """The session cookie, with CSRF protection on writes."""


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the token in the schema."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the integrator key in the schema."""

    target_class = "accounts.authentication.IntegratorKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-Api-Key"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the session cookie in the schema."""

    target_class = "accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
