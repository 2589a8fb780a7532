"""Build the icon sprite from the names the product uses. Run after using a new icon; the result is committed."""

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
USES = [
    (
        "*.html",
        re.compile(rf"""\{{%\s*icon\s+["']({NAME})["']|\bicon(?:\|default:|=)["']({NAME})["']"""),
    ),
    ("*.py", re.compile(rf"""\bicon["']?\s*[=:]\s*["']({NAME})["']""")),
    ("*.js", re.compile(rf"""\bicon(?::\s*|\()["']({NAME})["']""")),
]
SKIPPED = {"node_modules", "vendor", "bundle", ".venv", ".madar", ".git", "tests"}
FRAME = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
BACKGROUND = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


class Command(BaseCommand):
    """`manage.py build_icons --source node_modules/@tabler/icons` writes static/img/icons.svg."""

    help = "Collect the used icon names and write static/img/icons.svg (symbols i-<name>)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The icon package is not shipped: it comes from `npm ci --ignore-scripts`."""
        parser.add_argument("--source", type=Path, default=Path("node_modules/@tabler/icons"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the sprite; raises CommandError, writing nothing, where an icon does not exist."""
        root = Path(settings.BASE_DIR)
        names = used_names(root)
        symbols = [symbol(options["source"], name) for name in sorted(names)]
        sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n{}\n</svg>\n'.format("\n".join(symbols))
        (root / "static" / "img" / "icons.svg").write_text(sprite, encoding="utf-8")
        self.stdout.write(f"{len(names)} icons, {len(sprite):,} characters")


def used_names(root: Path) -> set[str]:
    """Names in templates, Python and scripts under `root`, and those kept in static/img/icons.txt."""
    kept = (root / "static" / "img" / "icons.txt").read_text(encoding="utf-8").split()
    names = set(kept)
    for pattern, use in USES:
        for path in _sources(root, pattern):
            for found in use.findall(path.read_text(encoding="utf-8")):
                names.update(filter(None, [found] if isinstance(found, str) else found))
    return names


def _sources(root: Path, pattern: str) -> Iterator[Path]:
    """Our own files of one kind, without what others wrote or scripts made."""
    for path in root.rglob(pattern):
        if not SKIPPED.intersection(path.relative_to(root).parts):
            yield path


def symbol(source: Path, name: str) -> str:
    """One `<symbol>`; `…-filled` names come from the filled set, which is painted, not stroked."""
    is_filled = name.endswith("-filled")
    folder, stem = ("filled", name.removesuffix("-filled")) if is_filled else ("outline", name)
    file = source / "icons" / folder / f"{stem}.svg"
    if not file.is_file():
        raise CommandError(f"No icon {name!r} in {source}")
    drawing = FRAME.search(file.read_text(encoding="utf-8"))
    if drawing is None:
        raise CommandError(f"{file} is not one <svg>")
    paths = " ".join(BACKGROUND.sub("", drawing[1]).split())
    if is_filled:
        paths = f'<g fill="currentColor" stroke="none">{paths}</g>'
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{paths}</symbol>'
