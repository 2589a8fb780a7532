"""The database keeps it that a category's name is one, in capitals or not."""

from typing import Any

import django.db.models.functions.text
from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Lower


def number_the_doubles(apps: Any, _schema: Any) -> None:
    """The first keeps its name; each later one of the same name gets a number behind it."""
    rows = apps.get_model("customers", "Category").objects.order_by("pk")
    for field in ("name_ar", "name_en"):
        named = rows.annotate(low=Lower(field)).exclude(**{field: ""})
        for row in list(named):
            if not named.filter(low=row.low, pk__lt=row.pk).exists():
                continue
            number, name = 2, ""
            while not name or named.filter(low=Lower(Value(name))).exists():
                name, number = f"{getattr(row, field)[:112]} ({number})", number + 1
            rows.filter(pk=row.pk).update(**{field: name})


TAKEN = "There is one with this name already."


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_rare_filters")]
    operations = [
        migrations.RunPython(number_the_doubles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name_ar"),
                condition=models.Q(("name_ar", ""), _negated=True),
                name="category_name_ar_once",
                violation_error_message=TAKEN,
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name_en"),
                condition=models.Q(("name_en", ""), _negated=True),
                name="category_name_en_once",
                violation_error_message=TAKEN,
            ),
        ),
        migrations.AlterConstraint(
            model_name="tag",
            name="tag_once",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                name="tag_once",
                violation_error_message=TAKEN,
            ),
        ),
    ]
