"""`manage.py check_translations`: every text that people read is translated into every language."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from crm_project.launcher.messages import parse

NOT_OURS = ["locale", ".venv/*", ".madar/*", "node_modules/*", "tests/*", "static/*"]


class Command(BaseCommand):
    """Compares the texts in the code with the committed catalogues."""

    help = "Fail when a text in code or templates has no Arabic translation."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--missing", help="write the missing texts to this .po file")

    def handle(self, *args: Any, missing: str | None = None, **options: Any) -> None:
        if not shutil.which("xgettext"):
            self.stdout.write("Skipped: gettext (xgettext) is not installed.")
            return
        wanted = _texts_in_code()
        known = _translated(Path(settings.LOCALE_PATHS[0]) / "ar" / "LC_MESSAGES" / "django.po")
        lacking = sorted(wanted - known)
        if missing:
            Path(missing).write_text(_as_po(lacking), encoding="utf-8")
        if lacking:
            shown = "\n".join(f"  {key.replace(chr(0), ' / ')!r}" for key in lacking[:40])
            raise CommandError(f"{len(lacking)} texts have no Arabic translation:\n{shown}")
        self.stdout.write(f"{len(wanted)} texts, all translated.")


def _texts_in_code() -> set[str]:
    """Collect every text with Django's own extraction, into a catalogue that is thrown away.

    It lies beside `locale`, else makemessages would write into the committed one.
    """
    beside = tempfile.TemporaryDirectory(prefix=".translations-", dir=settings.BASE_DIR)
    with beside as folder, override_settings(LOCALE_PATHS=[folder]):
        (Path(folder) / "ar" / "LC_MESSAGES").mkdir(parents=True)
        call_command(
            "makemessages", locale=["ar"], ignore_patterns=NOT_OURS, no_location=True, verbosity=0
        )
        text = (Path(folder) / "ar" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    return {entry.key for entry in parse(text) if entry.parts.get("msgid")}


def _translated(path: Path) -> set[str]:
    if not path.exists():
        return set()
    entries = parse(path.read_text(encoding="utf-8"))
    return {entry.key for entry in entries if entry.text and not entry.is_fuzzy}


def _as_po(keys: list[str]) -> str:
    blocks = []
    for key in keys:
        context, _mark, rest = key.rpartition("\x04")
        single, _nul, plural = rest.partition("\0")
        lines = [f"msgctxt {_quoted(context)}"] if context else []
        lines.append(f"msgid {_quoted(single)}")
        if plural:
            lines += [f"msgid_plural {_quoted(plural)}", *(f'msgstr[{n}] ""' for n in range(6))]
        else:
            lines.append('msgstr ""')
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
