"""Two years of trade, drawn order by order from a number alone: dates, states, items, payments.

Amounts are whole halalas (hundredths of a riyal), so that half a million orders are exact and fast.
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from inventory.models import Product
from orders.models import Order

Status = Order.Status
PATH = (
    Status.QUOTE, Status.CONFIRMED, Status.IN_PROGRESS, Status.READY, Status.SHIPPED,
    Status.DELIVERED, Status.INSTALLED, Status.CLOSED,
)  # fmt: skip
# Shares of the states by the order's age in days: (up to, ((state, share), …)).
SHARES: tuple[tuple[int, tuple[tuple[str, float], ...]], ...] = (
    (10, ((Status.QUOTE, 0.34), (Status.CONFIRMED, 0.26), (Status.IN_PROGRESS, 0.14),
          (Status.READY, 0.10), (Status.SHIPPED, 0.08), (Status.DELIVERED, 0.04),
          (Status.CANCELLED, 0.04))),
    (40, ((Status.CLOSED, 0.46), (Status.INSTALLED, 0.14), (Status.DELIVERED, 0.08),
          (Status.SHIPPED, 0.04), (Status.IN_PROGRESS, 0.03), (Status.QUOTE, 0.15),
          (Status.CANCELLED, 0.08), (Status.RETURNED, 0.02))),
    (100_000, ((Status.CLOSED, 0.79), (Status.QUOTE, 0.11), (Status.CANCELLED, 0.08),
               (Status.RETURNED, 0.02))),
)  # fmt: skip
ITEMS = (1, 1, 2, 2, 3, 3, 3, 4, 5)
CHANNELS = ("whatsapp", "whatsapp", "whatsapp", "phone", "showroom", "web", "inspection", "email")
METHODS = ("card", "card", "transfer", "cash", "online")
TAX = 15  # percent


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line to be: amounts in halalas, before tax."""

    product: Product
    quantity: int
    price: int
    discount_percent: int
    net: int
    tax: int


@dataclass(frozen=True, kw_only=True)
class Paid:
    """One payment to be: negative halalas for a refund."""

    amount: int
    method: str
    at: datetime


@dataclass(kw_only=True)
class Deal:
    """One order to be."""

    index: int
    random: Random
    created_at: datetime
    status: str
    steps: list[tuple[str, datetime]]
    items: list[Item]
    channel: str
    payments: list[Paid] = field(default_factory=list)

    @property
    def subtotal(self) -> int:
        """Halalas before tax."""
        return sum(item.net for item in self.items)

    @property
    def tax(self) -> int:
        """Halalas of tax."""
        return sum(item.tax for item in self.items)

    @property
    def total(self) -> int:
        """Halalas to pay."""
        return self.subtotal + self.tax

    def at(self, status: str) -> datetime | None:
        """When it reached a state, if it did."""
        return next((when for name, when in self.steps if name == status), None)

    @property
    def is_shipped(self) -> bool:
        """True when its goods left."""
        return self.at(Status.SHIPPED) is not None


class Market:
    """What is sold, and how often."""

    def __init__(self, products: Sequence[Product], now: datetime, history: timedelta) -> None:
        self.now, self.history = now, history
        self.goods = [product for product in products if product.is_stocked]
        self.services = [product for product in products if not product.is_stocked]
        weight, self.bounds = 0.0, []
        for place in range(len(self.goods)):  # the first sell most
            weight += 1 / (place + 3)
            self.bounds.append(weight)

    def deal(self, index: int, of: int, seed: int) -> Deal:
        """Return the index-th of `of` orders; trade grows over the time."""
        random = Random(seed * 1_000_003 + index)
        share = ((index + random.random()) / of) ** 0.8
        created = self.now - self.history + self.history * share
        created = min(_in_office_hours(created, random), self.now - timedelta(minutes=9))
        status = self._status(random, (self.now - created).days)
        deal = Deal(
            index=index,
            random=random,
            created_at=created,
            status=status,
            steps=self._steps(random, created, status),
            items=self._items(random),
            channel=random.choice(CHANNELS),
        )
        deal.payments = _payments(deal)
        return deal

    def _status(self, random: Random, age: int) -> str:
        shares = next(shares for up_to, shares in SHARES if age < up_to)
        drawn, total = random.random(), 0.0
        for status, share in shares:
            total += share
            if drawn < total:
                return status
        return shares[0][0]

    def _steps(self, random: Random, created: datetime, status: str) -> list[tuple[str, datetime]]:
        reached: Any = PATH[: PATH.index(status) + 1] if status in PATH else ()
        if status == Status.CANCELLED:
            reached = (*PATH[: random.choice((1, 1, 2))], status)
        elif status == Status.RETURNED:
            reached = (*PATH[:6], status)
        at, steps = created, []
        for number, name in enumerate(reached):
            if number:
                wait = timedelta(
                    hours=random.choice((3, 8, 20, 26, 50, 75)) * (0.5 + random.random())
                )
                at = at + min(wait, (self.now - at) / 2)
            steps.append((str(name), at))
        return steps

    def _items(self, random: Random) -> list[Item]:
        chosen: dict[int, Product] = {}
        for _number in range(random.choice(ITEMS)):
            product = self.goods[bisect(self.bounds, random.random() * self.bounds[-1])]
            chosen[product.pk] = product
        if self.services and random.random() < 0.7:
            service = random.choice(self.services)
            chosen[service.pk] = service
        return [self._item(random, product) for product in chosen.values()]

    def _item(self, random: Random, product: Product) -> Item:
        quantity = random.choice((1, 1, 1, 2, 2, 3, 4))
        price = int(product.price * 100)
        discount = random.choice((0, 0, 0, 0, 5, 10))
        net = (quantity * price * (100 - discount) + 50) // 100
        return Item(
            product=product,
            quantity=quantity,
            price=price,
            discount_percent=discount,
            net=net,
            tax=(net * TAX + 50) // 100,
        )


def _payments(deal: Deal) -> list[Paid]:
    confirmed = deal.at(Status.CONFIRMED)
    if confirmed is None or deal.status == Status.CANCELLED or not deal.total:
        return []
    random, method = deal.random, deal.random.choice(METHODS)
    last = deal.steps[-1][1]
    if deal.status == Status.RETURNED:
        before = deal.steps[-2][1]
        return [
            Paid(amount=deal.total, method=method, at=before),
            Paid(amount=-deal.total, method=method, at=last),
        ]
    deposit = deal.total * random.choice((30, 50, 50, 100)) // 100
    payments = [Paid(amount=deposit, method=method, at=confirmed)] if random.random() < 0.8 else []
    rest = deal.total - sum(payment.amount for payment in payments)
    is_settled = deal.status in (Status.CLOSED, Status.INSTALLED) and random.random() < 0.95
    if is_settled and rest:
        payments.append(Paid(amount=rest, method=random.choice(METHODS), at=last))
    return payments


def _in_office_hours(moment: datetime, random: Random) -> datetime:
    """The same day between 9 and 18 o'clock in Riyadh (UTC+3)."""
    start = moment.replace(hour=6, minute=0, second=0, microsecond=0)
    return start + timedelta(minutes=random.randrange(0, 540), seconds=random.randrange(60))
