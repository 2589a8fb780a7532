"""A merge moves consents to the kept customer and its contact point; what they say stays fixed."""

from django.db import migrations

FORWARD = """
DROP TRIGGER consent_is_append_only ON customers_consent;
CREATE TRIGGER consent_is_append_only BEFORE UPDATE ON customers_consent FOR EACH ROW
    WHEN ((OLD.purpose, OLD.is_granted, OLD.source, OLD.evidence, OLD.at, OLD.recorded_by_id)
          IS DISTINCT FROM
          (NEW.purpose, NEW.is_granted, NEW.source, NEW.evidence, NEW.at, NEW.recorded_by_id))
    EXECUTE FUNCTION madar_refuse_change();
"""
BACKWARD = """
DROP TRIGGER consent_is_append_only ON customers_consent;
CREATE TRIGGER consent_is_append_only BEFORE UPDATE ON customers_consent
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_complete")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
