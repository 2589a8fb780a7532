"""Signs that software filled in an open form."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

FASTEST_PERSON = timedelta(seconds=2)
MOST_LINKS = 4  # in all answers together
_LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)


def looks_automated(
    pairs: Iterable[tuple[str, str]],
    *,
    honeypot: str,
    rendered_at: datetime | None,
    now: datetime,
) -> str | None:
    """Return why the form looks filled in by software, or None.

    "honeypot": the field that people don't see was filled. "too_fast": sent within two seconds of
    being shown, or before it. "links": more links than a person writes.
    """
    answers = list(pairs)
    if any(key == honeypot and value.strip() for key, value in answers):
        return "honeypot"
    if rendered_at is not None and now - rendered_at < FASTEST_PERSON:
        return "too_fast"
    links = sum(len(_LINK.findall(value)) for _, value in answers)
    return "links" if links > MOST_LINKS else None
