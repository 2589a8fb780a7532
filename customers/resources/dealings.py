"""What a row says about a customer besides the own data: notes and consents."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from .reading import LONGEST_NOTE


def note_of(values: dict[str, Any]) -> str:
    """The note of a row: what it says, and phones and e-mails that nobody can call or write to."""
    lines = [values.get("notes", "")]
    if values.get("unread"):
        lines.append(_("As it stood in the file: %s") % " ; ".join(values["unread"]))
    return "\n".join(filter(None, lines))[:LONGEST_NOTE]


def consents_of(
    values: dict[str, Any], points: Iterable[tuple[int, str]]
) -> Iterator[tuple[int, bool]]:
    """Yield the points (id, kind) that the row's consent columns speak of, and what they say."""
    general = False if values.get("opt_out") else values.get("consent_marketing")
    for pk, kind in points:
        own = values.get("consent_whatsapp" if kind == "phone" else "consent_email")
        said = own if own is not None and not values.get("opt_out") else general
        if said is not None:
            yield pk, said
