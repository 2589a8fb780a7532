"""Amounts in tables whose head names the currency."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from crm_project.kit.money import minor_digits, round_money
from crm_project.kit.templatetags.crm import ltr

register = template.Library()


@register.simple_tag
def amount(value: Decimal | None, currency: str) -> SafeString:
    """The amount with all digits of its currency, so that columns stand under each other."""
    if value is None:
        return ltr(None)
    written = f"{round_money(value, currency):,.{minor_digits(currency)}f}"
    return ltr(written.replace("-", "\u2212"))
