"""Filters that few rows pass read few rows; orders by the day promised are read in its order."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_call_count"),
        ("customers", "0005_rare_filters"),
        ("inventory", "0009_fewer_indexes"),
        ("orders", "0004_branch_currency"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["channel"], name="order_channel"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("promised_on__isnull", False)),
                fields=["promised_on", "id"],
                name="order_first_promised",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["method"], name="payment_method"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("amount__lt", 0)), fields=["-at", "-id"], name="payment_refund"
            ),
        ),
    ]
