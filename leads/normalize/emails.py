"""E-mail addresses, also where Arabic text is glued to them or a provider's name is set apart."""

import re
from collections.abc import Iterator

from .candidate import Candidate
from .document import Document

_LOCAL = r"[a-z0-9](?:[a-z0-9_+%&'-]|\.(?!\.)){0,63}"
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}"
_PLAIN = re.compile(rf"(?<![a-z0-9._%+-])({_LOCAL})@({_DOMAIN})(?![a-z0-9-])")
_MAILTO = re.compile(rf"mailto:({_LOCAL})@({_DOMAIN})")
_APART = re.compile(
    rf"(?<![a-z0-9._%+-])({_LOCAL})(?:\s?(?:@|\(at\)|\[at\])\s?|\sat\s)"
    r"((?:gmail|hotmail|yahoo|outlook|icloud|live|protonmail)\s?(?:\.|\(dot\)|"
    r"\[dot\])\s?[a-z]{2,3})(?![a-z])"
)
_SPELT = re.compile(
    rf"(?<![a-z0-9._%+-])({_LOCAL})\s?(?:\(at\)|\[at\])\s?"
    r"([a-z0-9-]{2,40}(?:\s?(?:\.|\(dot\)|\[dot\])\s?[a-z0-9-]{2,24}){1,3})"
)
_SPACED = re.compile(rf"(?<![a-z0-9._%+-])({_LOCAL})(?:\s@\s?|@\s)({_DOMAIN})(?![a-z0-9-])")
_SPOKEN = re.compile(
    rf"(?<![a-z0-9._%+-])({_LOCAL})\s(?:at|ات)\s([a-z0-9-]{{2,40}}(?:\sdot\s[a-z0-9-]{{2,24}}){{1,3}})\b"
)
_MAY_HOLD = re.compile(
    r"@|\bat[)\]]|\sdot\s|\sat\s(?:gmail|hotmail|yahoo|outlook|icloud|live|proton)"
)
_NO_LOCAL = {
    "us", "me", "it", "is", "are", "be", "here", "meet", "visit", "email", "mail", "contact",
    "reach", "find", "look", "shop", "available", "open", "and", "or", "to", "online", "site",
}  # fmt: skip
_IN_ADDRESS = re.compile(r"(?:://|www\.)\S*$")
_LONGEST_LINK = 200  # characters looked back for the beginning of a link


def _matches(text: str) -> Iterator[tuple[re.Match[str], float, int]]:
    for match in _PLAIN.finditer(text):
        if not _IN_ADDRESS.search(text[max(0, match.start() - _LONGEST_LINK) : match.start()]):
            yield match, 0.99, match.start()
    for match in _MAILTO.finditer(text):
        yield match, 0.99, match.start(1)
    for pattern in (_APART, _SPELT, _SPACED, _SPOKEN):
        for match in pattern.finditer(text):
            if match[1] not in _NO_LOCAL and not match[2].startswith("www."):
                yield match, 0.85, match.start()


def find_emails(document: Document) -> list[Candidate]:
    """Return the e-mail addresses in text order, lower-cased, each once."""
    text = document.folded.text
    if not _MAY_HOLD.search(text):
        return []
    found: dict[str, Candidate] = {}
    for match, confidence, start in sorted(_matches(text), key=lambda item: (item[2], -item[1])):
        domain = re.sub(
            r"\sdot\s|\s|\(dot\)|\[dot\]", lambda m: "." if "dot" in m[0] else "", match[2]
        )
        address = f"{match[1].strip('.')}@{domain}"
        found.setdefault(
            address,
            document.candidate("email", address, start, match.end(), confidence, "email-rule"),
        )
    return list(found.values())
