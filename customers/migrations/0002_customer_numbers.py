"""The sequence of customer numbers; the consent ledger is append-only."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE customers_customer_code_seq;
CREATE TRIGGER consent_is_append_only BEFORE UPDATE ON customers_consent
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_change();
"""
BACKWARD = """
DROP TRIGGER consent_is_append_only ON customers_consent;
DROP SEQUENCE customers_customer_code_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_customers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
