"""Sums of sales and movements of stock, kept for whole months of a branch that are over.

They are copies: `reports.services.rebuild` makes them from orders and movements, the triggers of migration
0002 say when a month is stale, and a stale month is read from the orders. Nobody reads these rows
by themselves, so they have no `visible_to()`: figures.sales adds up only what the reader reaches.
Amounts are in the company's currency at the dated rates. See docs/decisions (report rollups).
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Branch
from inventory.models import Product, Warehouse

SUM: dict[str, Any] = {"max_digits": 22, "decimal_places": 6}
_COPY: dict[str, Any] = {
    "on_delete": models.DO_NOTHING,
    "db_constraint": False,
    "related_name": "+",
}


class BuiltMonth(models.Model):
    """The sums of this branch and month (by its first day) are kept."""

    branch = models.ForeignKey(Branch, **_COPY)
    month = models.DateField()
    built_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "month"], name="built_month_once")]


class StaleMonth(models.Model):
    """Something of this branch and month has changed since. Appended by triggers, never updated, so
    that rivals never wait for each other; the rebuild deletes the rows that it saw."""

    branch = models.ForeignKey(Branch, **_COPY)
    month = models.DateField()
    # Only a customer who was entered then has changed: sums of orders and movements still hold.
    is_customers = models.BooleanField(db_default=False)

    class Meta:
        indexes = [models.Index(fields=["branch", "month"], name="stale_month")]


class Sums(models.Model):
    """What every kept sum holds, of orders confirmed on `day` (the first of the month for months),
    and of what came back then."""

    branch = models.ForeignKey(Branch, **_COPY)
    day = models.DateField()
    channel = models.CharField(max_length=10)
    orders = models.IntegerField()
    unrated = models.IntegerField()  # of these, in a currency without a rate: not in the amounts
    quantity = models.DecimalField(**SUM)
    net = models.DecimalField(**SUM)  # after discounts, before tax
    tax = models.DecimalField(**SUM)
    kept = models.DecimalField(**SUM)  # net of what was delivered and not returned
    cost = models.DecimalField(**SUM)  # of what was delivered and is not back in stock
    returns = models.IntegerField()  # that came then, whenever sold; by product, with the product
    returned = models.DecimalField(**SUM)  # their credit with tax

    class Meta:
        abstract = True


class SalesDay(Sums):
    """By day and channel."""

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="sales_day")]


class OwnerMonth(Sums):
    """By month, responsible person and channel."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_COPY)

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="owner_month")]


class ProductMonth(Sums):
    """By month, product and channel; `orders` counts the lines sold."""

    product = models.ForeignKey(Product, **_COPY)

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="product_month")]


class BuyerMonth(models.Model):
    """Who bought, by month, responsible person and the customer's source: one id for each order.

    Distinct customers of several months can't be added up, but their ids can be united.
    """

    branch = models.ForeignKey(Branch, **_COPY)
    day = models.DateField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_COPY)
    source = models.CharField(max_length=20)
    customers = ArrayField(models.BigIntegerField())  # sorted; twice for two orders

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="buyer_month")]


class NewMonth(models.Model):
    """How many customers were entered who are not archived, by month, responsible person, source."""

    branch = models.ForeignKey(Branch, **_COPY)
    day = models.DateField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_COPY)
    source = models.CharField(max_length=20)
    customers = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="new_month")]


class MovementMonth(models.Model):
    """What came to and left a warehouse, by month and product; values as above."""

    branch = models.ForeignKey(Branch, **_COPY)
    day = models.DateField()
    warehouse = models.ForeignKey(Warehouse, **_COPY)
    product = models.ForeignKey(Product, **_COPY)
    came = models.DecimalField(**SUM)
    went = models.DecimalField(**SUM)
    came_value = models.DecimalField(**SUM)
    went_value = models.DecimalField(**SUM)
    issued = models.DecimalField(**SUM)  # value issued and not returned; no transfers, no counts

    class Meta:
        indexes = [models.Index(fields=["branch", "day"], name="movement_month")]
