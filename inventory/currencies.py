"""What a cost is in another currency.

The table of rates belongs to orders, an app above: what reads it is handed in at start.
"""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.utils import timezone
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError

from .errors import RateUnknown

RateOn = Callable[[str, date], Decimal]  # a currency on a day, in the company's own currency
COST = Decimal("0.000001")  # what costs are rounded to
RATE = Decimal("0.00000001")
_readers: list[RateOn] = []


def connect(rate_on: RateOn) -> None:
    """Take what reads the company's table of rates; it refuses with a BusinessError."""
    _readers[:] = [rate_on]


def rate_between(of: str, to: str, *, on: date | None = None) -> Decimal:
    """Return what one unit of a currency is worth in another on a day (default: today).

    Rounded half up to eight places, as purchase orders keep it. Errors: RateUnknown, also where
    no table is connected or the rate is too small to be kept.
    """
    if of == to:
        return Decimal(1)
    day = on or timezone.localdate()
    with localcontext() as context:
        context.prec = 40
        rate = _own(of, of, to, day) / _own(to, of, to, day)
        kept = rate.quantize(RATE, ROUND_HALF_UP)
    if not 0 < kept < 10**10:
        raise _unknown(of, to)
    return kept


def convert_cost(cost: Decimal, *, of: str, to: str, on: date | None = None) -> Decimal:
    """Return a cost of one unit in another currency, rounded half up to six places.

    Errors: RateUnknown.
    """
    if of == to:
        return cost
    return (cost * rate_between(of, to, on=on)).quantize(COST, ROUND_HALF_UP)


def _own(currency: str, of: str, to: str, day: date) -> Decimal:
    if not _readers:
        raise _unknown(of, to)
    try:
        return _readers[0](currency, day)
    except BusinessError as error:
        raise _unknown(of, to) from error


def _unknown(of: str, to: str) -> RateUnknown:
    return RateUnknown(
        _("There is no exchange rate from %(of)s to %(to)s. Add one first.") % {"of": of, "to": to}
    )
