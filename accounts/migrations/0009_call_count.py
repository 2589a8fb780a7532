"""Counts of calls within their windows, for installations without Redis."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_session_of_browser")]

    operations = [
        migrations.CreateModel(
            name="CallCount",
            fields=[
                ("key", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField(default=1)),
                ("ends_at", models.DateTimeField()),
            ],
            options={"verbose_name": "count of calls", "verbose_name_plural": "counts of calls"},
        ),
        # No write-ahead log: counting costs no disk, and after a crash the windows start anew
        migrations.RunSQL(
            "ALTER TABLE accounts_callcount SET UNLOGGED",
            "ALTER TABLE accounts_callcount SET LOGGED",
        ),
    ]
