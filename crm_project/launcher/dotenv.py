"""The `.env` file: one `NAME=value` a line, `#` comments, optional `export` and quotes."""

import re
from collections.abc import Mapping
from pathlib import Path

LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def parse(text: str) -> dict[str, str]:
    r"""Return the names and values of an env file. A line that isn't one is passed over.

    >>> parse("PORT=8001 # the office\nexport A=\"x\\ny\"\nB='#1'\n")
    {'PORT': '8001', 'A': 'x\ny', 'B': '#1'}
    """
    found = {}
    for line in text.removeprefix("\ufeff").splitlines():
        if match := LINE.match(line):
            found[match[1]] = _value(match[2])
    return found


def _value(raw: str) -> str:
    if quoted := re.match(r'"((?:[^"\\]|\\.)*)"', raw):
        return re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[0]), quoted[1])
    if quoted := re.match(r"'([^']*)'", raw):
        return quoted[1]
    return re.split(r"(?:^|\s+)#", raw, maxsplit=1)[0].rstrip()


def read(path: Path) -> dict[str, str]:
    """Return what an env file says; nothing when it isn't there or can't be read."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return {}


def render(values: Mapping[str, str]) -> str:
    """Write values the way `parse` reads them."""
    return "".join(f"{name}={value}\n" for name, value in values.items())
