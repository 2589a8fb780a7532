"""Filters that few rows pass read few rows; a tag is one, in capitals or not."""

import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


ONE_OF_EACH = """
CREATE TEMP TABLE madar_double_tag ON COMMIT DROP AS
    SELECT tag.id, first.id AS kept FROM customers_tag AS tag
    JOIN (SELECT lower(name) AS name, min(id) AS id FROM customers_tag GROUP BY 1) AS first
        ON first.name = lower(tag.name) AND first.id <> tag.id;
INSERT INTO customers_customer_tags (customer_id, tag_id)
    SELECT link.customer_id, double.kept FROM customers_customer_tags AS link
    JOIN madar_double_tag AS double ON double.id = link.tag_id ON CONFLICT DO NOTHING;
DELETE FROM customers_customer_tags USING madar_double_tag AS double WHERE tag_id = double.id;
DELETE FROM customers_tag USING madar_double_tag AS double WHERE customers_tag.id = double.id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_call_count"),
        ("customers", "0004_consents_may_move"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(ONE_OF_EACH, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["source"], name="customer_source"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)),
                fields=["-last_contact_at", "-id"],
                name="customer_archived",
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"), name="tag_once"
            ),
        ),
    ]
