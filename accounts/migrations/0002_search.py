"""The Arabic-aware normaliser in SQL, and the trigram extension that searching it needs."""

from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations

from crm_project.kit.search import DROP_NORMALISE_SQL, NORMALISE_SQL


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]
    operations = [
        TrigramExtension(),
        BtreeGinExtension(),
        migrations.RunSQL(NORMALISE_SQL, DROP_NORMALISE_SQL),
    ]
