"""Phones and e-mails of a row, as many as its cells hold."""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crm_project.kit.phones import parse_phones
from crm_project.kit.text import ascii_digits
from exchange.cells import is_nothing, split_many
from exchange.resource import Fault

_MAILS = re.compile(r"\s*(?::::|[;|\n\r\t،؛])\s*|\s+/\s+|,(?=[^,@]+@)")
_SHORTENED = re.compile(r"^\d(?:[.,]\d+)?E\+?\d+$", re.IGNORECASE)
_PLAIN_MAIL = re.compile(
    r"[a-z0-9._%+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}"
)
MOST = 20  # of one kind in a row
LONGEST_MAIL = 254


def read_phones(text: str, region: str) -> tuple[dict[str, str], list[Fault]]:
    """Return E.164 → as written, and what is wrong with the rest."""
    found: dict[str, str] = {}
    faults = []
    for part in split_many(text)[:MOST]:
        phones = parse_phones(part, region=region)
        for phone in phones:
            found.setdefault(phone.e164, phone.raw[:254] or part[:254])
        if not phones:
            faults.append(Fault(field="phone", code=_phone_fault(part, region), value=part))
    return found, faults


def _phone_fault(part: str, region: str) -> str:
    digits = re.sub(r"\D", "", ascii_digits(part[:100]))
    if _SHORTENED.match(part.strip()):
        return "phone_shortened"
    if not digits:
        return "not_a_phone"
    return "phone_too_short" if len(digits) < 9 else "phone_invalid"


def read_emails(text: str) -> tuple[dict[str, str], list[Fault]]:
    """Return lower-case address → as written, and what is wrong with the rest."""
    found: dict[str, str] = {}
    faults = []
    for part in _parts(text):
        address = part.lower()
        if _is_address(address):
            found.setdefault(address, part)
        else:
            faults.append(_mail_fault(part))
    return found, faults


def _parts(text: str) -> Iterator[str]:
    for raw in _MAILS.split(text.strip())[:MOST]:
        part = raw.strip().removeprefix("mailto:")
        if part.endswith(">") and "<" in part:
            part = part[part.rindex("<") + 1 : -1].strip()
        if not is_nothing(part):
            yield part


def _is_address(address: str) -> bool:
    if len(address) > LONGEST_MAIL:
        return False
    if _PLAIN_MAIL.fullmatch(address) and ".." not in address:
        return True
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _mail_fault(part: str) -> Fault:
    name, at, domain = part.rpartition("@")
    if not at:
        return Fault(field="email", code="email_without_at", value=part)
    mended = f"{name.replace(' ', '')}@{domain.replace(',', '.').replace(' ', '').strip('.')}"
    if mended != part and _is_address(mended.lower()):
        return Fault(field="email", code="email_mended", value=part, params={"meant": mended})
    if "." not in domain:
        return Fault(field="email", code="email_without_dot", value=part)
    return Fault(field="email", code="email_invalid", value=part)
