"""HTML as PDF. Nothing is fetched from anywhere but our own fonts and the company's logo."""

import atexit
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .errors import BusinessError

FONTS = settings.BASE_DIR / "static" / "vendor" / "fonts"
WEIGHTS = (400, 600)


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
    with override(language):
        html = render_to_string(
            template,
            {**context, "lang": language, "dir": "rtl" if language == "ar" else "ltr"},
        )
    document = HTML(string=html, base_url="madar:", url_fetcher=_fetcher())
    pdf: bytes = document.write_pdf(stylesheets=[_fonts()], font_config=_font_config())
    return pdf


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
