"""Leave out of Bootstrap what no page uses: a fifth of the first visit. The result is committed."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

FILES = {
    "bootstrap.min.css": "bootstrap.slim.css",
    "bootstrap.rtl.min.css": "bootstrap.slim.rtl.css",
}
WORD = re.compile(r"[A-Za-z][\w-]*")  # whatever might name a class: in markup, a script, a widget
CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
EXCEPT = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
KINDS = ("*.html", "*.py", "*.js")
SKIPPED = {"node_modules", "bundle", ".venv", ".madar", ".git", "tests"}
NOTE = "/* Of Bootstrap, what the product uses: manage.py slim_bootstrap writes this file. {licence} */\n"


class Command(BaseCommand):
    """`manage.py slim_bootstrap` writes static/vendor/bootstrap.slim.css and its RTL twin."""

    help = "Write the parts of Bootstrap whose classes occur in templates, scripts or Python."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write both files."""
        root = Path(settings.BASE_DIR)
        words = used_words(root)
        for source, target in FILES.items():
            whole = (root / "static" / "vendor" / source).read_text(encoding="utf-8")
            slim = slimmed(whole, words)
            (root / "static" / "vendor" / target).write_text(slim, encoding="utf-8")
            self.stdout.write(f"{target}: {len(slim):,} of {len(whole):,} characters")


def used_words(root: Path) -> set[str]:
    """Every word that could be the name of a class, also in Bootstrap's own script."""
    return {
        word
        for kind in KINDS
        for path in root.rglob(kind)
        if not SKIPPED.intersection(path.relative_to(root).parts)
        for word in WORD.findall(path.read_text(encoding="utf-8", errors="replace"))
    }


def slimmed(css: str, words: set[str]) -> str:
    r"""Return the licence and the rules that could match. Minified CSS only.

    >>> slimmed("/*! L */.a{b:c}.d .a{b:c}@media print{.d{b:c}.a,.d{b:e}}", {"a"})[-39:]
    'file. L */\n.a{b:c}@media print{.a{b:e}}'
    """
    licence = re.match(r"(?:@charset [^;]+;)?/\*!(.*?)\*/", css, re.DOTALL)
    said = " ".join(licence[1].split()) if licence else ""
    body = css[licence.end() :] if licence else css
    return NOTE.format(licence=said.strip(" *")) + "".join(_kept(body, words))


def _kept(css: str, words: set[str]) -> Iterator[str]:
    for head, inside in _rules(css):
        if head.startswith(("@media", "@supports")):
            if kept := "".join(_kept(inside, words)):
                yield f"{head}{{{kept}}}"
        elif head.startswith("@"):
            yield f"{head}{{{inside}}}"
        elif selectors := [one for one in _selectors(head) if words.issuperset(_classes(one))]:
            yield f"{','.join(selectors)}{{{inside}}}"


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield head and body of each rule at the outer level."""
    depth = start = opened = 0
    for place, mark in enumerate(css):
        if mark == "{":
            depth += 1
            opened = place if depth == 1 else opened
        elif mark == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened], css[opened + 1 : place]
                start = place + 1


def _classes(selector: str) -> list[str]:
    """The classes that an element must have; what it must not have needs no use."""
    return CLASS.findall(EXCEPT.sub("", selector))


def _selectors(head: str) -> Iterable[str]:
    """Split a list of selectors at its commas, but not within :not(…, …)."""
    return re.split(r",(?![^(]*\))", head)
