"""Looking at the certificate of the public address, as a visitor's browser gets it."""

import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

from operations.marks import CERTIFICATE, write_mark

PATIENCE = 5  # seconds


def look_at_certificate() -> None:
    """Note until when it is valid. A plain-HTTP address has none; one out of reach says nothing.

    It is not verified: an expired one, or one of a company's own authority, is to be read too.
    """
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme != "https" or not address.hostname:
        write_mark(CERTIFICATE, {})
        return
    noted = {"host": address.hostname}
    try:
        ends_at = _end_of(address.hostname, address.port or 443)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        write_mark(CERTIFICATE, {**noted, "error": str(error)[:200]})
    else:
        write_mark(CERTIFICATE, {**noted, "ends_at": ends_at.isoformat()})


def _end_of(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        shown = secured.getpeercert(binary_form=True)
    if not shown:
        raise ValueError("no certificate was shown")
    return x509.load_der_x509_certificate(shown).not_valid_after_utc.astimezone(UTC)
