"""Pictures of products: nothing but the pixels of an upload survives."""

import io
from functools import partial
from typing import cast

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.crypto import get_random_string
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User
from accounts.services import check_upload, record
from inventory.errors import TooManyPictures, UnreadablePicture
from inventory.models import Product, ProductImage

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000  # before it is made smaller
LONGEST_SIDE = 1600  # pixels, as stored
THUMBNAIL = 320  # pixels, the longer side
FORMATS = ("PNG", "JPEG", "WEBP")
MOST = 12  # of one product


def reencoded(upload: UploadedFile) -> tuple[bytes, bytes]:
    """Return an upload as two WebP pictures: at most 1600 and at most 320 pixels long.

    What it is, is read from its content; its name counts for nothing. The camera's data, also the
    place where it was taken, is left behind. Errors: UnreadablePicture.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise UnreadablePicture(field="image")
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise UnreadablePicture(field="image")
            upright = ImageOps.exif_transpose(picture)
            has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            pixels = upright.convert("RGBA" if has_alpha else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadablePicture(field="image") from error
    except Image.DecompressionBombError as error:
        raise UnreadablePicture(field="image") from error
    return _webp(pixels, LONGEST_SIDE), _webp(pixels, THUMBNAIL)


def _webp(pixels: Image.Image, side: int) -> bytes:
    small = pixels.copy()
    small.thumbnail((side, side))
    out = io.BytesIO()
    small.save(out, "WEBP", quality=82)
    return out.getvalue()


@transaction.atomic
def add_picture(product: Product, upload: UploadedFile, *, actor: User) -> ProductImage:
    """Store a picture; the first one becomes the cover. Errors: UnreadablePicture, TooManyPictures."""
    check_upload(upload, actor=actor, field="image")
    large, small = reencoded(upload)
    locked = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    count = locked.images.count()
    if count >= MOST:
        raise TooManyPictures(field="image")
    name = get_random_string(20).lower()
    image = ProductImage(product=locked, position=count)
    image.image.save(f"{name}.webp", ContentFile(large), save=False)
    image.thumbnail.save(f"{name}-320.webp", ContentFile(small), save=False)
    image.save()
    if locked.cover_id is None:
        _set_cover(locked, image)
    record(actor, "product.picture_added", locked)
    return image


@transaction.atomic
def remove_picture(image: ProductImage, *, actor: User) -> None:
    """Remove a picture and its files; the next one becomes the cover."""
    product = Product.objects.select_for_update(no_key=True).get(pk=image.product_id)
    files = [image.image, image.thumbnail]
    image.delete()
    product.refresh_from_db(fields=["cover"])
    if product.cover_id is None and (following := product.images.first()):
        _set_cover(product, cast(ProductImage, following))
    record(actor, "product.picture_removed", product)
    for file in files:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))


@transaction.atomic
def choose_cover(image: ProductImage, *, actor: User) -> None:
    """Show this picture in lists."""
    product = Product.objects.select_for_update(no_key=True).get(pk=image.product_id)
    if product.cover_id == image.pk:
        return
    _set_cover(product, image)
    record(actor, "product.cover_chosen", product)


def _set_cover(product: Product, image: ProductImage) -> None:
    product.cover = image
    product.save(update_fields=["cover"])
