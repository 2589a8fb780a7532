"""The `.env` file: one `NAME=value` a line, `#` comments, optional `export` and quotes."""

import re
from collections.abc import Mapping
from pathlib import Path

from .errors import LaunchError

LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def parse(text: str) -> dict[str, str]:
    r"""Return the names and values of an env file.

    Raises ValueError, naming the line, for one that is neither a setting, blank nor a comment: a
    `DEBUG: false` passed over would start production as a development machine.

    >>> parse("PORT=8001 # the office\nexport A=\"x\\ny\"\nB='#1'\n")
    {'PORT': '8001', 'A': 'x\ny', 'B': '#1'}
    """
    found = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if match := LINE.match(line):
            found[match[1]] = _value(match[2])
        elif line.strip() and not line.lstrip().startswith("#"):
            raise ValueError(f"line {number} is not NAME=value")
    return found


def _value(raw: str) -> str:
    if quoted := re.match(r'"((?:[^"\\]|\\.)*)"', raw):
        return re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[0]), quoted[1])
    if quoted := re.match(r"'([^']*)'", raw):
        return quoted[1]
    return re.split(r"(?:^|\s+)#", raw, maxsplit=1)[0].rstrip()


def read(path: Path) -> dict[str, str]:
    """Return what an env file says; nothing when there is none.

    Raises LaunchError for one that can't be read: its settings would be left out in silence.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # UnicodeDecodeError is a ValueError
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        advice = "Correct it, or name another file: MADAR_ENV_FILE."
        raise LaunchError(f"{path} can't be read: {why}.", advice=advice) from None


def render(values: Mapping[str, str]) -> str:
    """Write values the way `parse` reads them."""
    return "".join(f"{name}={value}\n" for name, value in values.items())
