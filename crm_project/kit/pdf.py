"""HTML as PDF. Nothing is fetched from anywhere but our own fonts and the company's logo."""

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
    document = HTML(string=html, base_url="madar:", url_fetcher=_fetch)
    pdf: bytes = document.write_pdf(stylesheets=[_fonts()], font_config=_font_config())
    return pdf


@lru_cache(maxsize=1)
def _font_config() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


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
    return CSS(string=faces, url_fetcher=_fetch, font_config=_font_config())


def _fetch(url: str, *_arguments: Any, **_options: Any) -> dict[str, Any]:
    """Give WeasyPrint a font ("font:<file>") or a stored picture ("stored:<name>"), else nothing."""
    kind, _colon, name = url.partition(":")
    if kind == "font" and name in {path.name for path in FONTS.glob("*.woff2")}:
        return {"string": (FONTS / name).read_bytes(), "mime_type": "font/woff2"}
    if kind == "stored":
        with default_storage.open(name) as file:
            return {"string": file.read(), "mime_type": _picture_type(name)}
    raise ValueError(f"not fetched: {kind}")


def _picture_type(name: str) -> str:
    return {".png": "image/png", ".webp": "image/webp"}.get(Path(name).suffix, "image/jpeg")
