"""Put answers where they belong: who, how to reach them, what about, and everything else."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .labels import folded, role_of
from .submission import NO_ANSWER, Answer, FormSubmission, UnreadableForm
from .values import campaign_marks, unescaped

_EMAIL = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\"]{1,250}\.[^\s@<>,;:\"]{2,63}")
_BARE_PHONE = re.compile(r"(?:\+|00|0)[\d\s().\-/]{7,24}")
_CSV_PREFIX = re.compile(r"^[pl]:(?=[+\d])")  # Meta's exports write p:+2010…
_PLACEHOLDER_NAME = re.compile(
    r"(?:guest|visitor|anonymous|unknown|user|زائر|ضيف|مجهول)[\s#_\-:.]*[\w\-]*", re.IGNORECASE
)
_LONGEST_NAME = 150  # characters
_LONGEST_FACT = 250  # characters; the whole answer stays in the fields
_FEWEST_DIGITS = 6  # of a phone
_NO = frozenset(["no", "n", "off", "false", "0", "declined", "unchecked", "لا"])
_HINTS = {
    "email": "email",
    "input email": "email",
    "tel": "phone",
    "phone": "phone",
    "phone number": "phone",
    "input phone number": "phone",
    "acceptance": "consent",
    "consent": "consent",
    "legal": "consent",
}
_UPLOADS = frozenset(["file", "files", "upload", "file upload", "fileupload", "file url"])
_LINK = re.compile(  # a comma or semicolon is a part of it where it is not between two of them
    r"https://(?:(?![,;]{1,3}(?:\s|https://|$))[^\s\"'<>]){3,2000}"
)
_MOST_UPLOADS = 20  # of one form
_ROLE_NAMES = (
    "name first_name last_name company email phone city country product subject message consent "
    "utm ignored"
)
ROLES = frozenset(_ROLE_NAMES.split())


@dataclass(slots=True)
class _Sorted:
    """The answers by what they are about."""

    by_role: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    utm: dict[str, str] = field(default_factory=dict)
    uploads: list[str] = field(default_factory=list)
    answered: int = 0

    def all(self, role: str) -> list[str]:
        return self.by_role.get(role, [])

    def first(self, role: str) -> str:
        return next(iter(self.all(role)), "")[:_LONGEST_FACT].strip()


def assemble(
    answers: Iterable[Answer], *, known: Mapping[str, str] | None = None, about: FormSubmission
) -> FormSubmission:
    """Return `about` completed with the answers.

    `known` says for keys or labels what they ask for (a saved mapping, or a provider's own
    names) and wins over every guess. Raises UnreadableForm when nothing was answered.
    """
    answered = _sort(answers, {folded(key): role for key, role in (known or {}).items()})
    if not answered.answered:
        raise UnreadableForm("answers", NO_ANSWER)
    words = [text for text in answered.all("message") if text] or answered.all("subject")
    return replace(
        about,
        name=_name(answered),
        company=answered.first("company"),
        emails=_unique(mail for text in answered.all("email") for mail in _EMAIL.findall(text)),
        phones=_unique(_CSV_PREFIX.sub("", phone) for phone in answered.all("phone")),
        city=answered.first("city"),
        country=answered.first("country"),
        product=", ".join(_unique(answered.all("product")))[:_LONGEST_FACT],
        message="\n".join(dict.fromkeys([*words, *answered.others])),
        fields=answered.fields | about.fields,
        is_test=about.is_test or any(_is_dummy(value) for value in answered.fields.values()),
        utm=answered.utm | about.utm,
        uploads=tuple(dict.fromkeys(answered.uploads))[:_MOST_UPLOADS],
        consent=_consent(answered.all("consent")),
    )


def _sort(answers: Iterable[Answer], known: Mapping[str, str]) -> _Sorted:
    found = _Sorted()
    for answer in answers:
        value = unescaped(answer.value).strip()
        role = _role(answer, value, known)
        _remember(found, answer, answer.value)
        found.utm |= campaign_marks(value)
        if folded(answer.hint) in _UPLOADS:
            found.uploads += _LINK.findall(value)
        if not value:
            continue
        if role == "utm":
            found.utm[folded(answer.key).replace(" ", "_")] = value
        elif role == "ignored":
            continue
        elif role:
            found.by_role.setdefault(role, []).append(value)
        else:
            found.others.append(f"{answer.caption}: {value}")
        found.answered += role not in ("utm", "consent")
    return found


def _remember(found: _Sorted, answer: Answer, value: str) -> None:
    label = answer.label or answer.key
    if found.fields.get(label, value) != value:
        label = f"{label} ({answer.key})"
    found.fields[label] = value


def _role(answer: Answer, value: str, known: Mapping[str, str]) -> str:
    """What the answer is about; a guess must be borne out by the value itself."""
    for name in (answer.key, answer.label):
        if name and (role := known.get(folded(name))) is not None:
            return role if role in ROLES else ""
    guesses = (
        _HINTS.get(folded(answer.hint), ""),
        role_of(answer.label),
        role_of(answer.key),
        "message" if answer.hint == "textarea" and not role_of(answer.label) else "",
    )
    for role in guesses:
        if role and _fits(role, value):
            return role
    if _EMAIL.fullmatch(value):
        return "email"
    if _BARE_PHONE.fullmatch(value) and not answer.hint:
        return "phone"
    return ""


def _fits(role: str, value: str) -> bool:
    match role:
        case "email":
            return not value or _EMAIL.search(value) is not None
        case "phone":
            return not value or sum(c.isdigit() for c in value) >= _FEWEST_DIGITS
        case "name" | "first_name" | "last_name" | "company":
            return len(value) <= _LONGEST_NAME and "@" not in value
        case "consent":
            return not value or len(value) <= _LONGEST_NAME
    return True


def _name(answered: _Sorted) -> str:
    parts = [answered.first("first_name"), answered.first("last_name")]
    name = " ".join((answered.first("name") or " ".join(filter(None, parts))).split())
    if answered.first("last_name") and answered.first("name") and not parts[0]:
        name = f"{name} {parts[1]}" if parts[1] not in name else name
    return real_name(name)


def real_name(name: str) -> str:
    """Return the name, or "" for one that software gave: "Guest 482" is nobody's."""
    name = name.strip()
    is_short = len(name) <= _LONGEST_NAME
    return "" if is_short and _PLACEHOLDER_NAME.fullmatch(name) else name


def _is_dummy(value: str) -> bool:
    return value.lower().startswith("<test lead")


def _consent(values: list[str]) -> bool | None:
    """One refusal refuses; a text that is neither yes nor no is what the box was called: yes."""
    if not values:
        return None
    return not any(folded(value) in _NO for value in values)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
