"""Amounts as the log and printed documents have them."""

from decimal import Decimal

from crm_project.kit.money import minor_digits


def written(amount: Decimal, currency: str, *, is_grouped: bool = False) -> str:
    """Return a finite amount with the digits of its currency: 2173.50 SAR, 6520.500 KWD, 90 JPY.

    One that is finer, as prices may be, keeps all of its own. Grouped is 2,173.50.

    >>> written(Decimal("0.000"), "SAR"), written(Decimal("1.555"), "SAR")
    ('0.00', '1.555')
    """
    exponent = amount.normalize().as_tuple().exponent
    digits = max(minor_digits(currency), -exponent if isinstance(exponent, int) else 0)
    return f"{amount:{',' if is_grouped else ''}.{digits}f}"
