"""Pictures from phones, made anew: only their pixels survive (SECURITY.md on uploads)."""

import io
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from PIL import Image, ImageOps

from inspections.errors import UnreadablePhoto

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 80_000_000  # a phone's largest; more is a decompression bomb
SIDE, THUMBNAIL_SIDE = 1600, 320  # pixels, the longer side
SIGNATURE_SIDE = 1200
FORMATS = ("JPEG", "PNG", "WEBP")
_GPS = 0x8825  # EXIF's pointer to the GPS block
_BAD = (OSError, ValueError, SyntaxError, KeyError, EOFError, OverflowError, MemoryError)


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
    source = _opened(upload, size)
    latitude, longitude = _place(source)
    try:
        source.draft("RGB", (SIDE, SIDE))  # JPEG: decodes at a fraction of the size
        upright = _on_white(ImageOps.exif_transpose(source))
    except (*_BAD, Image.DecompressionBombError) as error:
        raise UnreadablePhoto(field="photo") from error
    upright.thumbnail((SIDE, SIDE))
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Picture(_jpeg(upright), _jpeg(small), latitude, longitude)


def read_signature(upload: IO[bytes], size: int) -> bytes:
    """Return a drawn signature as PNG on white. Errors: UnreadablePhoto."""
    source = _opened(upload, size)
    try:
        drawn = _on_white(source)
    except (*_BAD, Image.DecompressionBombError) as error:
        raise UnreadablePhoto(field="signature") from error
    drawn.thumbnail((SIGNATURE_SIDE, SIGNATURE_SIDE))
    out = io.BytesIO()
    drawn.convert("L").save(out, "PNG", optimize=True)
    return out.getvalue()


def _opened(upload: IO[bytes], size: int) -> Image.Image:
    if not 0 < size <= MOST_BYTES:
        raise UnreadablePhoto(field="photo")
    try:
        source = Image.open(upload, formats=FORMATS)
    except (*_BAD, Image.DecompressionBombError) as error:
        raise UnreadablePhoto(field="photo") from error
    if source.width * source.height > MOST_PIXELS:  # told by the head, before anything is decoded
        raise UnreadablePhoto(field="photo")
    return source


def _on_white(source: Image.Image) -> Image.Image:
    if source.mode in ("RGBA", "LA", "PA") or "transparency" in source.info:
        layer = source.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return source.convert("RGB")


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
