"""vCard 2.1, 3.0 and 4.0: one card is one row under fixed column names.

Sources: RFC 6350, RFC 2426, and the vCard 2.1 specification for quoted-printable values.
"""

import quopri
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .lines import bounded_lines

COLUMNS = (
    *("Name", "Company", "Job title", "Mobile", "Phone", "E-mail", "Address", "City", "Country"),
    *("Birthday", "Web site", "Tags", "Notes"),
)
MOST_LINES = 2_000  # of one card
LONGEST_VALUE = 200_000  # characters; photos are longer, and of no use here
_TEL_NOT = ("FAX", "PAGER")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL cannot keep these


@dataclass(frozen=True)
class _Line:
    name: str
    parameters: str  # upper case
    value: str


def rows(path: Path, encoding: str) -> Iterator[list[str]]:
    """Yield the column names, then a row for every card."""
    yield list(COLUMNS)
    for card in _cards(path, encoding):
        yield [_cell(card, column) for column in COLUMNS]


def _cards(path: Path, encoding: str) -> Iterator[dict[str, list[_Line]]]:
    card: dict[str, list[_Line]] | None = None
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        for text in _unfolded(bounded_lines(file)):
            line = _parsed(text, encoding)
            if line is None:
                continue
            if (line.name, line.value.upper()) == ("BEGIN", "VCARD"):
                card = defaultdict(list)
            elif line.name == "END" and card is not None:
                yield card
                card = None
            elif card is not None and sum(map(len, card.values())) < MOST_LINES:
                card[line.name].append(line)
    if card:
        yield card


def _unfolded(file: Iterator[str]) -> Iterator[str]:
    """Join continued lines: those that begin with a space, and soft breaks of quoted-printable."""
    waiting = ""
    for raw in file:
        text = raw.rstrip("\n")
        is_soft = waiting.endswith("=") and "QUOTED-PRINTABLE" in waiting[:200].upper()
        if len(waiting) > LONGEST_VALUE and (is_soft or text[:1] in (" ", "\t")):
            continue
        if is_soft:
            waiting = waiting[:-1] + text.lstrip(" \t")
        elif text[:1] in (" ", "\t"):
            waiting += text[1:]
        else:
            if waiting:
                yield waiting
            waiting = text
    if waiting:
        yield waiting


def _parsed(text: str, encoding: str) -> _Line | None:
    head, colon, value = _split_head(text)
    if not colon:
        return None
    name, _semicolon, parameters = head.partition(";")
    parameters = parameters.upper()
    if "QUOTED-PRINTABLE" in parameters:
        charset = _parameter(parameters, "CHARSET") or "utf-8"
        octets = quopri.decodestring(value.encode(encoding, "replace"))
        try:
            value = octets.decode(charset, "replace")
        except (LookupError, ValueError):  # an unknown one, or one that is none, such as IDNA
            value = octets.decode("utf-8", "replace")
    value = _UNSTORABLE.sub("", value)
    return _Line(name.rpartition(".")[2].strip().upper(), parameters, value)


def _split_head(text: str) -> tuple[str, str, str]:
    """Cut at the first colon outside quotes."""
    is_quoted = False
    for place, letter in enumerate(text):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == ":" and not is_quoted:
            return text[:place], ":", text[place + 1 :]
    return text, "", ""


def _parameter(parameters: str, name: str) -> str:
    for part in parameters.split(";"):
        key, _equals, value = part.partition("=")
        if key == name:
            return value.strip('"')
    return ""


def _cell(card: dict[str, list[_Line]], column: str) -> str:
    readers = {
        "Name": _name,
        "Company": lambda card: _parts(card, "ORG")[0],
        "Job title": lambda card: _first(card, "TITLE"),
        "Mobile": lambda card: _phones(card, is_mobile=True),
        "Phone": lambda card: _phones(card, is_mobile=False),
        "E-mail": lambda card: _all(card, "EMAIL"),
        "Address": lambda card: _place(card, (0, 1, 2)),
        "City": lambda card: _place(card, (3,)),
        "Country": lambda card: _place(card, (6,)),
        "Birthday": lambda card: _first(card, "BDAY"),
        "Web site": lambda card: _first(card, "URL"),
        "Tags": lambda card: _first(card, "CATEGORIES"),
        "Notes": lambda card: _first(card, "NOTE"),
    }
    return readers[column](card).strip()


def _name(card: dict[str, list[_Line]]) -> str:
    if full := _first(card, "FN").strip():
        return full
    family, given, middle, *_rest = [*_parts(card, "N"), "", "", ""]
    return " ".join(filter(None, (given.strip(), middle.strip(), family.strip())))


def _first(card: dict[str, list[_Line]], name: str) -> str:
    lines = card.get(name, ())
    return _unescaped(lines[0].value) if lines else ""


def _all(card: dict[str, list[_Line]], name: str) -> str:
    return " ; ".join(dict.fromkeys(_unescaped(line.value).strip() for line in card.get(name, ())))


def _phones(card: dict[str, list[_Line]], *, is_mobile: bool) -> str:
    found = [
        _unescaped(line.value).strip().removeprefix("tel:")
        for line in card.get("TEL", ())
        if not any(kind in line.parameters for kind in _TEL_NOT)
        and (any(kind in line.parameters for kind in ("CELL", "IPHONE", "MOBILE")) == is_mobile)
    ]
    return " ; ".join(dict.fromkeys(found))


def _place(card: dict[str, list[_Line]], places: tuple[int, ...]) -> str:
    parts = [*_parts(card, "ADR"), *[""] * 7]
    return ", ".join(filter(None, (parts[place].strip() for place in places)))


def _parts(card: dict[str, list[_Line]], name: str) -> list[str]:
    """The components of a structured value, split at semicolons that are not escaped."""
    lines = card.get(name, ())
    if not lines:
        return [""]
    parts, current, is_escaped = [], "", False
    for letter in lines[0].value:
        if is_escaped:
            current, is_escaped = current + "\\" + letter, False
        elif letter == "\\":
            is_escaped = True
        elif letter == ";":
            parts.append(current)
            current = ""
        else:
            current += letter
    return [_unescaped(part) for part in (*parts, current)]


def _unescaped(value: str) -> str:
    out, is_escaped = [], False
    for letter in value:
        if is_escaped:
            out.append("\n" if letter in "nN" else letter)
            is_escaped = False
        elif letter == "\\":
            is_escaped = True
        else:
            out.append(letter)
    return "".join(out)
