"""Proof that a webhook call comes from Meta, and the answer to its subscription handshake."""

import hashlib
import hmac

SIGNATURE_PREFIX = b"sha256="
LONGEST_CHALLENGE = 512  # characters; Meta sends about ten digits


def verify_signature(*, body: bytes, header: str | None, secret: str) -> bool:
    """Return whether `header` (X-Hub-Signature-256) signs exactly these raw bytes.

    The digest covers the body as received: JSON parsed and written again has another one.
    No header, a malformed one, the legacy SHA-1 header or an empty secret are all False.
    Source: developers.facebook.com, Webhooks, "Validate payloads".
    """
    if not header or not secret:
        return False
    # Bytes, because compare_digest raises TypeError for a non-ASCII str.
    given = header.strip().encode("utf-8", "surrogatepass")
    if not given.startswith(SIGNATURE_PREFIX):
        return False
    digest = hmac.new(secret.encode("utf-8", "surrogatepass"), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(SIGNATURE_PREFIX + digest.encode(), given)


def answer_handshake(
    *, mode: str | None, token: str | None, challenge: str | None, expected: str
) -> str | None:
    """Return the challenge to send back as text/plain, or None to refuse.

    None for a mode other than "subscribe", a wrong token, no challenge, or no token configured.
    """
    if mode != "subscribe" or not token or not expected or not challenge:
        return None
    given, ours = (text.encode("utf-8", "surrogatepass") for text in (token, expected))
    if not hmac.compare_digest(given, ours) or len(challenge) > LONGEST_CHALLENGE:
        return None
    return challenge
