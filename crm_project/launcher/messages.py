"""Compiles translation catalogues (.po to .mo), so that gettext need not be installed.

Format: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
Run alone: python3 -m crm_project.launcher.messages
"""

import ast
import errno
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import paths
from .errors import LaunchError

KEYWORD = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr|msgstr\[(\d+)\])\s*(".*")$')
MO_MAGIC = 0x950412DE


@dataclass
class Entry:
    """One message of a catalogue, its parts by keyword."""

    is_fuzzy: bool = False
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The message as gettext looks it up: context, EOT, id, NUL, plural id."""
        context = self.parts.get("msgctxt")
        plural = self.parts.get("msgid_plural")
        start = "" if context is None else f"{context}\x04"
        return start + self.parts.get("msgid", "") + ("" if plural is None else f"\0{plural}")

    @property
    def text(self) -> str:
        """The translation; plural forms joined by NUL; empty when any is missing."""
        if "msgid_plural" not in self.parts:
            return self.parts.get("msgstr", "")
        forms = [self.parts[name] for name in sorted(self.parts, key=_form) if "[" in name]
        return "\0".join(forms) if all(forms) else ""


def parse(text: str) -> Iterator[Entry]:
    """Yield the entries of a .po text. Obsolete ones are comments there, so they don't appear.

    Raises ValueError, naming the line, for what is neither keyword, string nor comment.
    """
    entry, last = Entry(), ""
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = raw.strip()
        if match := KEYWORD.match(line):
            if _begins(match[1], entry):
                yield entry
                entry = Entry()
            last = match[1]
            entry.parts[last] = _string(match[3], number)
        elif line.startswith('"') and last:
            entry.parts[last] += _string(line, number)
        elif line.startswith("#") or not line:
            if entry.parts:
                yield entry
                entry, last = Entry(), ""
            entry.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
        else:
            raise ValueError(f"line {number}: {line[:60]}")
    if entry.parts:
        yield entry


def compile_catalogue(text: str) -> bytes:
    """Return the .mo form of a .po text, without untranslated and fuzzy messages."""
    entries = [e for e in parse(text) if e.text and (not e.is_fuzzy or e.key == "")]
    table = sorted({e.key.encode(): e.text.encode() for e in entries}.items())
    count, header = len(table), 7 * 4
    ids, texts = (b"".join(column[i] + b"\0" for column in table) for i in (0, 1))
    place, index = header + 16 * count, b""
    for column in (0, 1):
        for row in table:
            index += struct.pack("<II", len(row[column]), place)
            place += len(row[column]) + 1
    head = struct.pack("<7I", MO_MAGIC, 0, count, header, header + 8 * count, 0, place)
    return head + index + ids + texts


def compile_stale(root: Path = paths.ROOT) -> list[Path]:
    """Compile every catalogue under a tree's `locale` folders that is newer than its .mo.

    Raises LaunchError naming the file and line that can't be read. A tree that can't be
    written (an image) is left as it is.
    """
    done = []
    for source in sorted(
        [
            *root.glob("locale/*/LC_MESSAGES/*.po"),
            *root.glob("*/locale/*/LC_MESSAGES/*.po"),
        ]
    ):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            compiled = compile_catalogue(source.read_text(encoding="utf-8"))
            draft = target.with_suffix(".mo.new")
            draft.write_bytes(compiled)
            draft.replace(target)
        except ValueError as error:
            raise LaunchError(f"{source.relative_to(root)} is not a catalogue: {error}") from None
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            continue
        done.append(target)
    return done


def _begins(keyword: str, entry: Entry) -> bool:
    """Tell whether a keyword starts the next entry, with no blank line between them."""
    if keyword == "msgctxt":
        return bool(entry.parts)
    return keyword == "msgid" and "msgid" in entry.parts


def _form(name: str) -> int:
    return int(name[7:-1]) if name.startswith("msgstr[") else -1


def _string(quoted: str, number: int) -> str:
    try:
        return str(ast.literal_eval(quoted))
    except (SyntaxError, ValueError):
        raise ValueError(f"line {number}: {quoted[:60]}") from None


if __name__ == "__main__":
    for path in compile_stale():
        print(path)
