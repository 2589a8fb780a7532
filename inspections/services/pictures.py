"""Pictures from phones, made anew: only their pixels survive (SECURITY.md on uploads)."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from inspections.errors import UnreadablePhoto

MOST_BYTES = 15 * 1024 * 1024
SIDE, THUMBNAIL_SIDE = 1600, 320  # pixels, the longer side
SIGNATURE_SIDE = 1200
_GPS = 0x8825  # EXIF's pointer to the GPS block
# Pixels that one picture may have: more is a decompression bomb. A JPEG is decoded at a fraction
# of its size; of the others all pixels must be held at once, so no more than phones make.
MOST_PIXELS = {"JPEG": 80_000_000, "PNG": 25_000_000, "WEBP": 25_000_000, "HEIF": 50_000_000}


def _reads_heic() -> bool:
    """Teach Pillow the format of iPhones, where `pillow-heif` is installed.

    Its small sister `pi-heif` 1.4.0 will not do: a broken file crashes the process (2026-11).
    """
    with suppress(ImportError):
        import_module("pillow_heif").register_heif_opener(thumbnails=False)
        return True
    return False


READS_HEIC = _reads_heic()
FORMATS = ("JPEG", "PNG", "WEBP", *(("HEIF",) if READS_HEIC else ()))
MEDIA_TYPES = "image/jpeg,image/png,image/webp" + (",image/heic,image/heif" * READS_HEIC)
_WORDS = _("Choose a JPEG, PNG, WebP or HEIC picture of at most 15 MB.") if READS_HEIC else None


@dataclass(frozen=True)
class Picture:
    """A picture ready to be stored, and where it was taken if it said so."""

    image: bytes
    thumbnail: bytes
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def read_picture(upload: IO[bytes], size: int) -> Picture:
    """Return the picture as JPEG of at most 1,600 px and its thumbnail of 320. `size` in bytes.

    The kind is told by the content. Errors: UnreadablePhoto.
    """
    with _refusing("photo"):
        source = _opened(upload, size)
        latitude, longitude = _place(source)
        upright = _on_white(ImageOps.exif_transpose(_shrunk(source, SIDE)))
        small = upright.copy()
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return Picture(_jpeg(upright), _jpeg(small), latitude, longitude)


def read_signature(upload: IO[bytes], size: int) -> bytes:
    """Return a drawn signature as PNG on white. Errors: UnreadablePhoto."""
    with _refusing("signature"):
        drawn = _on_white(_shrunk(_opened(upload, size), SIGNATURE_SIDE))
        out = io.BytesIO()
        drawn.convert("L").save(out, "PNG", optimize=True)
        return out.getvalue()


@contextmanager
def _refusing(field: str) -> Iterator[None]:
    """Turn whatever a decoder says about a broken file into UnreadablePhoto: they raise anything."""
    try:
        yield
    except Exception as error:
        raise UnreadablePhoto(_WORDS, field=field) from error


def _opened(upload: IO[bytes], size: int) -> Image.Image:
    if not 0 < size <= MOST_BYTES:
        raise ValueError("too many bytes, or none")
    source = Image.open(upload, formats=FORMATS)
    most = MOST_PIXELS.get(source.format or "", MOST_PIXELS["JPEG"])  # an MPO is a JPEG with more
    if source.width * source.height > most:  # told by the head, before anything is decoded
        raise ValueError("too many pixels")
    return source


def _shrunk(source: Image.Image, side: int) -> Image.Image:
    """Make a picture small before anything copies all of its pixels."""
    if source.mode not in ("L", "RGB", "RGBA", "CMYK", "YCbCr"):  # a palette is no scale of colours
        source = source.convert("RGBA" if _is_clear(source) else "RGB")
    source.draft("RGB", (side, side))  # JPEG: decodes at a fraction of its size
    source.thumbnail((side, side), reducing_gap=None)  # which a gap would draft anew
    return source


def _is_clear(source: Image.Image) -> bool:
    return source.mode in ("RGBA", "LA", "PA") or "transparency" in source.info


def _on_white(source: Image.Image) -> Image.Image:
    """Return the pixels and nothing else: no comment, profile or place goes on."""
    picture = source.convert("RGB")
    if _is_clear(source):
        layer = source.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    picture.info = {}
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82, optimize=True, exif=b"")
    return out.getvalue()


def _place(source: Image.Image) -> tuple[Decimal | None, Decimal | None]:
    """Return latitude and longitude in degrees, or nothing: EXIF is written by anybody."""
    with suppress(Exception):
        block = source.getexif().get_ifd(_GPS)
        latitude, longitude = _degrees(block, 2, 1, "S"), _degrees(block, 4, 3, "W")
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    return None, None


def _degrees(block: Any, values: int, sign: int, negative: str) -> Decimal:
    """Degrees, minutes and seconds as EXIF 2.32 keeps them (4.6.6, GPSLatitude)."""
    degrees, minutes, seconds = (Decimal(str(float(part))) for part in block[values])
    angle = degrees + minutes / 60 + seconds / 3600
    is_negative = str(block[sign]).upper().startswith(negative)
    return (-angle if is_negative else angle).quantize(Decimal("0.000001"))
