"""Company-wide settings."""

import io
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from accounts.models import CompanySettings, User
from crm_project.kit.errors import BusinessError

from .activity import record
from .uploads import check_upload

LOGO_BYTES = 2 * 1024 * 1024
LOGO_PIXELS = 24_000_000  # before it is made smaller
LOGO_SIDE = 512  # pixels, the longer side as stored
LOGO_FORMATS = ("PNG", "JPEG", "WEBP")
EDITABLE = frozenset(
    {"name_ar", "name_en", "currency", "tax_percent", "customer_prefix", "lead_prefix"}
    | {"first_reply_minutes", "is_auto_reply_on"}
    | {"tax_number", "register_number", "address_ar", "address_en", "phone", "email"}
    | {"bank_details", "quote_days", "quote_terms"}
)


class UnreadableLogo(BusinessError):
    """The file is no PNG, JPEG or WebP picture, or is too large."""

    code = "unreadable_logo"
    message = _("Choose a PNG, JPEG or WebP picture of at most 2 MB.")
    http_status = 400


@transaction.atomic
def update_company(
    fields: Mapping[str, Any], *, actor: User, logo: UploadedFile | bool | None = None
) -> CompanySettings:
    """Change the company's settings. `logo` False removes it, None leaves it.

    Errors: UnreadableLogo, those of check_upload.
    """
    if isinstance(logo, UploadedFile):
        check_upload(logo, actor=actor, field="logo")
    CompanySettings.current()
    company = CompanySettings.objects.select_for_update().get(pk=1)
    changes = {
        name: [str(getattr(company, name)), str(value)]
        for name, value in fields.items()
        if name in EDITABLE and getattr(company, name) != value
    }
    for name in changes:
        setattr(company, name, fields[name])
    if logo is not None:
        changes["logo"] = [bool(company.logo), bool(logo)]  # type: ignore[list-item]
        _put_logo(company, logo)
    if changes:
        company.save()
        record(actor, "settings.changed", company, changes=changes)
    return company


def _put_logo(company: CompanySettings, logo: UploadedFile | bool) -> None:
    """Store the picture as a new PNG: nothing but its pixels survives. The old one goes at the end."""
    if company.logo:
        transaction.on_commit(partial(company.logo.storage.delete, str(company.logo.name)))
    company.logo = ""
    if isinstance(logo, UploadedFile):
        name = f"logo-{get_random_string(12).lower()}.png"
        company.logo.save(name, ContentFile(reencoded(logo)), save=False)


def reencoded(upload: UploadedFile) -> bytes:
    """Return an uploaded picture as a PNG of at most 512 × 512 pixels. Errors: UnreadableLogo."""
    if (upload.size or 0) > LOGO_BYTES:
        raise UnreadableLogo(field="logo")
    try:
        with Image.open(upload, formats=LOGO_FORMATS) as picture:
            if picture.width * picture.height > LOGO_PIXELS:
                raise UnreadableLogo(field="logo")
            small = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadableLogo(field="logo") from error
    except Image.DecompressionBombError as error:
        raise UnreadableLogo(field="logo") from error
    small.thumbnail((LOGO_SIDE, LOGO_SIDE))
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
