"""Password rules beyond Django's (AU-1): a length limit and words that are guessed first."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .models import CompanySettings, User

MINIMUM_LENGTH, MAXIMUM_LENGTH = 12, 128
PRODUCT_WORDS = ("madar", "مدار")
SHORTEST_NAME = 3  # letters of a part of the company's name that counts


class MinimumLengthValidator:
    """Refuse fewer than 12 characters, in words that Django's own Arabic lacks."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < MINIMUM_LENGTH:
            raise ValidationError(_("Use at least 12 characters."), code="password_too_short")

    def get_help_text(self) -> str:
        return _("Use at least 12 characters.")


class MaximumLengthValidator:
    """Refuse more than 128 characters instead of cutting them."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > MAXIMUM_LENGTH:
            raise ValidationError(_("Use at most 128 characters."), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Use at most 128 characters.")


class ProductWordsValidator:
    """Refuse passwords that are mostly the product's or the company's name."""

    def validate(self, password: str, user: User | None = None) -> None:
        company = CompanySettings.current()
        names = f"{company.name_ar} {company.name_en}".lower().split()
        folded = rest = password.lower()
        for word in (*PRODUCT_WORDS, *(name for name in names if len(name) >= SHORTEST_NAME)):
            rest = rest.replace(word, "")
        if len(rest) * 2 <= len(folded):
            raise ValidationError(
                _("This is too close to the name of the product or the company."),
                code="password_of_product_words",
            )

    def get_help_text(self) -> str:
        return _("Do not build it from the name of the product or the company.")
