"""The sequence of lead numbers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_leads")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE leads_lead_code_seq", "DROP SEQUENCE leads_lead_code_seq"
        )
    ]
