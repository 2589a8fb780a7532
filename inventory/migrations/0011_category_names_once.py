"""The database keeps it that a name is one among the categories of a place in the tree."""

from typing import Any

import django.db.models.functions.text
from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Lower


def number_the_doubles(apps: Any, schema: Any) -> None:
    """The first keeps its name; each later one of the same name in its place gets a number behind it."""
    rows = apps.get_model("inventory", "ProductCategory").objects.order_by("pk")
    for field in ("name_ar", "name_en"):
        named = rows.annotate(low=Lower(field)).exclude(**{field: ""})
        for row in list(named):
            alike = named.filter(parent=row.parent_id)
            if not alike.filter(low=row.low, pk__lt=row.pk).exists():
                continue
            number, name = 2, ""
            while not name or alike.filter(low=Lower(Value(name))).exists():
                name, number = f"{getattr(row, field)[:112]} ({number})", number + 1
            rows.filter(pk=row.pk).update(**{field: name})
    schema.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a check that waits would refuse the indexes


TAKEN = "There is one with this name here already."


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_reservations_lead_to_their_order")]
    operations = [
        migrations.RunPython(number_the_doubles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="productcategory",
            constraint=models.UniqueConstraint(
                models.F("parent"),
                django.db.models.functions.text.Lower("name_ar"),
                condition=models.Q(("name_ar", ""), _negated=True),
                name="product_category_name_ar_once",
                nulls_distinct=False,
                violation_error_message=TAKEN,
            ),
        ),
        migrations.AddConstraint(
            model_name="productcategory",
            constraint=models.UniqueConstraint(
                models.F("parent"),
                django.db.models.functions.text.Lower("name_en"),
                condition=models.Q(("name_en", ""), _negated=True),
                name="product_category_name_en_once",
                nulls_distinct=False,
                violation_error_message=TAKEN,
            ),
        ),
    ]
