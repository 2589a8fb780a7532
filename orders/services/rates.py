"""Dated exchange rates."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.models import Branch, CompanySettings, User
from accounts.services import record
from crm_project.kit.money import round_money
from orders.errors import BadFigure, RateMissing, RateTaken, UnknownCurrency
from orders.models import ExchangeRate

MOST_RATE = Decimal(10) ** 10
_SMALLEST = Decimal("0.00000001")


def rate_on(currency: str, day: date) -> Decimal:
    """Return how many units of the company's currency one unit was worth on that day.

    The newest rate from that day or before counts; the company's own currency is worth 1.
    Errors: RateMissing.
    """
    if currency == CompanySettings.current().currency:
        return Decimal(1)
    known = ExchangeRate.objects.filter(currency=currency, on__lte=day).order_by("-on").first()
    if known is None:
        raise RateMissing(field="currency")
    return Decimal(known.rate)


class DayRates:
    """The rates of one day, each read once."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._known: dict[str, Decimal] = {}

    def exchange(self, amount: Decimal, *, of: str, to: str) -> Decimal:
        """Return the amount in another currency, rounded half up; nothing needs no rate.

        Errors: RateMissing, BadFigure for more than an amount of money can be.
        """
        if of == to or not amount:
            return amount
        try:
            return round_money(amount * self._worth(of) / self._worth(to), to)
        except ValueError as error:
            raise BadFigure from error

    def _worth(self, currency: str) -> Decimal:
        if currency not in self._known:
            self._known[currency] = rate_on(currency, self._day)
        return self._known[currency]


def exchange(amount: Decimal, *, of: str, to: str, on: date) -> Decimal:
    """Return the amount in another currency at the rates of that day, rounded half up.

    Errors: RateMissing, BadFigure for more than an amount of money can be.
    """
    return DayRates(on).exchange(amount, of=of, to=to)


def check_currency(currency: str) -> None:
    """Refuse a currency that the company has nothing to do with. Errors: UnknownCurrency."""
    if currency == CompanySettings.current().currency:
        return
    is_used = Branch.objects.filter(currency=currency).exists()
    if not is_used and not ExchangeRate.objects.filter(currency=currency).exists():
        raise UnknownCurrency(field="currency")


@transaction.atomic
def add_rate(*, currency: str, on: date, rate: Decimal, actor: User) -> ExchangeRate:
    """Say what a currency is worth from a day on. Errors: RateTaken, BadFigure."""
    if not rate.is_finite() or not 0 < rate < MOST_RATE or rate != rate.quantize(_SMALLEST):
        raise BadFigure(field="rate")
    try:
        with transaction.atomic():
            made = ExchangeRate.objects.create(currency=currency, on=on, rate=rate)
    except IntegrityError as error:
        raise RateTaken(field="on") from error
    record(actor, "exchange_rate.added", made, changes={"rate": ["", f"{rate:f}"]})
    return made
