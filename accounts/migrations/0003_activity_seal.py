"""Append-only tables, and the chain of hashes that the database itself writes at commit.

The canonical text of an entry is what `madar_activity_text` returns: jsonb prints its keys in one
fixed order, times in UTC with microseconds. hash = SHA-256(previous hash || canonical text).
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION madar_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION madar_activity_text(entry accounts_activity) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'id', entry.id,
        'at', to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        'actor', entry.actor_id, 'verb', entry.verb,
        'object_type', entry.object_type, 'object_id', entry.object_id,
        'object_label', entry.object_label, 'branch', entry.branch_id,
        'changes', entry.changes, 'reason', entry.reason,
        'ip', host(entry.ip), 'request_id', entry.request_id
    )::text
$$;

CREATE FUNCTION madar_seal_activity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head accounts_activityhead;
    sealed bytea;
BEGIN
    INSERT INTO accounts_activityhead (id, number, hash) VALUES (1, 0, '') ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM accounts_activityhead WHERE id = 1 FOR UPDATE;
    sealed := sha256(head.hash || convert_to(madar_activity_text(NEW), 'UTF8'));
    INSERT INTO accounts_activityseal (number, activity_id, previous_hash, hash)
        VALUES (head.number + 1, NEW.id, head.hash, sealed);
    UPDATE accounts_activityhead SET number = head.number + 1, hash = sealed WHERE id = 1;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER activity_is_sealed AFTER INSERT ON accounts_activity
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION madar_seal_activity();
CREATE TRIGGER activity_is_append_only BEFORE UPDATE OR DELETE ON accounts_activity
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_change();
CREATE TRIGGER activity_is_never_emptied BEFORE TRUNCATE ON accounts_activity
    FOR EACH STATEMENT EXECUTE FUNCTION madar_refuse_change();
CREATE TRIGGER activity_seal_is_append_only BEFORE UPDATE OR DELETE ON accounts_activityseal
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_change();
CREATE TRIGGER activity_seal_is_never_emptied BEFORE TRUNCATE ON accounts_activityseal
    FOR EACH STATEMENT EXECUTE FUNCTION madar_refuse_change();
"""
BACKWARD = """
DROP TRIGGER activity_is_sealed ON accounts_activity;
DROP TRIGGER activity_is_append_only ON accounts_activity;
DROP TRIGGER activity_is_never_emptied ON accounts_activity;
DROP TRIGGER activity_seal_is_append_only ON accounts_activityseal;
DROP TRIGGER activity_seal_is_never_emptied ON accounts_activityseal;
DROP FUNCTION madar_seal_activity();
DROP FUNCTION madar_activity_text(accounts_activity);
DROP FUNCTION madar_refuse_change();
DELETE FROM accounts_activityhead;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_search")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
