"""Which earlier mails a mail may answer."""

from __future__ import annotations

from .mail import ParsedEmail


def thread_parent_ids(mail: ParsedEmail) -> list[str]:
    """Ids of possible parents, best first: In-Reply-To, then References from last to first.

    Never the mail's own id and none twice, so a loop in the headers leads nowhere. The first id
    that the caller knows is the parent; a subject never is (RFC 5322 3.6.4).
    """
    candidates = [*mail.in_reply_to, *reversed(mail.references)]
    return [one for one in dict.fromkeys(candidates) if one != mail.message_id]
