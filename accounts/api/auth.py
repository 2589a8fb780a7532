"""Tokens: signing in by program with the same factors as the form."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.errors import TooManyTries
from accounts.services import sign_in, tokens
from crm_project.kit.api.fields import StrictSerializer

REFUSED = OpenApiResponse(description="Wrong, expired or revoked.")
LOCKED = OpenApiResponse(description="Too many wrong tries; Retry-After says for how many seconds.")


class SignInSerializer(StrictSerializer):
    """E-mail, password and, for people with one-time codes, the code."""

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    code = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)


class RefreshSerializer(StrictSerializer):
    """A refresh token."""

    refresh = serializers.CharField(max_length=tokens.LONGEST_TOKEN)


class PairSerializer(serializers.Serializer[Any]):
    """An access token for ten minutes and a refresh token for seven days, good for one use."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class PublicView(APIView):
    """A call that needs nobody to be signed in: it is how one signs in."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]


class TokenView(PublicView):
    """Sign in."""

    @extend_schema(
        request=SignInSerializer, responses={200: PairSerializer, 401: REFUSED, 429: LOCKED}
    )
    def post(self, request: Request) -> Response:
        """Exchange e-mail, password and code for a pair of tokens."""
        asked = SignInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            user = sign_in.user_for_tokens(**asked.validated_data, request=request._request)
        except TooManyTries as error:
            raise Throttled(wait=error.retry_after, detail=str(error.message)) from error
        return Response(_pair(tokens.issue_tokens(user)))


class RefreshView(PublicView):
    """Renew."""

    @extend_schema(request=RefreshSerializer, responses={200: PairSerializer, 401: REFUSED})
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for the next pair. Used twice, it revokes the whole family."""
        asked = RefreshSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(_pair(tokens.rotate(asked.validated_data["refresh"])))


class LogoutView(PublicView):
    """Sign out."""

    @extend_schema(request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Revoke a refresh token and all that came from it; unknown ones are ignored."""
        asked = RefreshSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        tokens.revoke(asked.validated_data["refresh"])
        return Response(status=status.HTTP_204_NO_CONTENT)


def _pair(pair: tokens.Pair) -> dict[str, str]:
    return {"access": pair.access, "refresh": pair.refresh}
