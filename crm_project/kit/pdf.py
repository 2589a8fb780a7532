"""HTML as PDF. Nothing is fetched from anywhere but our own fonts and the company's logo."""

import atexit
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from PIL import ImageFile

from .errors import BusinessError

FONTS = settings.BASE_DIR / "static" / "vendor" / "fonts"
WEIGHTS = (400, 600)
PORTRAIT, LANDSCAPE = 182.0, 269.0  # millimetres between the margins of layouts/print.html
_POINT = 0.3528  # millimetres
_CHARACTER = 0.62  # of the font's size: a digit of Plex has 0.6, and capitals are few
_PADDING = 4.4  # millimetres beside a text, see .c and .n in layouts/print.html
_LEAST_FIRST = 0.26  # of the table's width, for the column of names
_ORDINARY, _LARGE = gc.get_threshold(), (200_000, 20, 100)


class PdfUnavailable(BusinessError):
    """The library that lays out text is not installed on this server."""

    code = "pdf_unavailable"
    message = _("PDF documents need Pango on the server. Ask your operator to install it.")
    http_status = 503


def render_pdf(template: str, context: dict[str, Any], *, language: str) -> bytes:
    """Return a template as PDF in a language, laid out right to left for Arabic.

    Errors: PdfUnavailable.
    """
    try:
        from weasyprint import HTML
    except OSError as error:  # cffi finds no Pango
        raise PdfUnavailable from error
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # its import lets uploads be cut off, process-wide
    with override(language):
        html = render_to_string(
            template,
            {**context, "lang": language, "dir": "rtl" if language == "ar" else "ltr"},
        )
    with _rare_collections():
        document = HTML(string=html, base_url="madar:", url_fetcher=_fetcher())
        pdf: bytes = document.write_pdf(stylesheets=[_fonts()], font_config=_font_config())
    return pdf


@dataclass(frozen=True)
class Columns:
    """Widths of a table's columns in millimetres and its font's size in points, as CSS has them."""

    widths: tuple[str, ...]
    size: str


def fit_columns(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, width: float, size: float
) -> Columns:
    """Return columns wide enough that no text but the first column's is broken or runs over.

    The first column, of names, gets the rest and at least a quarter; where that is too much for
    `width` millimetres, the font is smaller than `size` points. A table of known columns is laid
    out twice as fast as one whose every cell has to be measured.
    """
    longest = [
        max((len(text) for text in column[1:]), default=0)
        for column in zip_longest(*([""] * len(heads), *rows), fillvalue="")
    ][1:]
    words = [max(map(len, head.split()), default=0) for head in heads[1:]]
    counts = [max(pair) for pair in zip(words, longest, strict=True)]
    room = width * (1 - _LEAST_FIRST) - _PADDING * len(counts)
    wanted = sum(counts) * size * _CHARACTER * _POINT
    fitting = size if wanted <= room else max(size * room / wanted, 1.0)
    others = [count * fitting * _CHARACTER * _POINT + _PADDING for count in counts]
    widths = [width - sum(others), *others]
    return Columns(tuple(f"{one:.2f}" for one in widths), f"{fitting:.2f}")


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage less often: the boxes of a long document are many, and none of them is.

    A third of the time of 150 items went into it. Threads that print side by side at worst
    collect as often as ever.
    """
    gc.set_threshold(*_LARGE)
    try:
        yield
    finally:
        gc.set_threshold(*_ORDINARY)


@lru_cache(maxsize=1)
def _font_config() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


atexit.register(_font_config.cache_clear)  # before the library it would be cleaned up with is gone


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The faces of the product's font, read once by each process."""
    from weasyprint import CSS

    faces = "".join(
        f'@font-face {{ font-family: "Plex {script}"; font-weight: {weight};'
        f' src: url("font:plex-{script.lower()}-{weight}.woff2"); }}\n'
        for script in ("Arabic", "Latin")
        for weight in WEIGHTS
    )
    return CSS(string=faces, url_fetcher=_fetcher(), font_config=_font_config())


@lru_cache(maxsize=1)
def _fetcher() -> Any:
    """What gives WeasyPrint a font ("font:<file>") or a stored picture ("stored:<name>"), else nothing."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        """Never the network, never another file of this machine."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            kind, _colon, name = url.partition(":")
            if kind == "font" and name in {path.name for path in FONTS.glob("*.woff2")}:
                body, media = (FONTS / name).read_bytes(), "font/woff2"
            elif kind == "stored":
                with default_storage.open(name) as file:
                    body, media = file.read(), _picture_type(name)
            else:
                raise ValueError(f"not fetched: {kind}")
            return URLFetcherResponse(url, body, headers={"Content-Type": media})

    return OwnFilesOnly()


def _picture_type(name: str) -> str:
    return {".png": "image/png", ".webp": "image/webp"}.get(Path(name).suffix, "image/jpeg")
