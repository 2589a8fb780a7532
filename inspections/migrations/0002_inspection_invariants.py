"""A visit lies within its branch's working hours and outside absences; the history is append-only.

`accounts_branch.working_hours` is {"<ISO weekday>": [["09:00", "18:00"], …]} in the branch's time
zone. A visit must lie in one of the stretches of its day unless `is_outside_hours_allowed`.
"""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE inspections_inspection_seq;

CREATE FUNCTION madar_check_visit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    branch accounts_branch;
    starts timestamp;
    ends timestamp;
BEGIN
    IF NEW.status <> 'scheduled' OR NEW.starts_at IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(x'496e73'::int, NEW.inspector_id::int);  -- against new absences
    IF EXISTS (
        SELECT 1 FROM inspections_absence a WHERE a.inspector_id = NEW.inspector_id
          AND tstzrange(a.starts_at, a.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)
    ) THEN
        RAISE EXCEPTION 'the inspector is absent then'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'inspection_no_double_booking';
    END IF;
    IF NEW.is_outside_hours_allowed THEN
        RETURN NEW;
    END IF;
    SELECT * INTO branch FROM accounts_branch WHERE id = NEW.branch_id;
    starts := NEW.starts_at AT TIME ZONE branch.time_zone;
    ends := NEW.ends_at AT TIME ZONE branch.time_zone;
    IF starts::date <> ends::date OR NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(
            coalesce(branch.working_hours -> extract(isodow FROM starts)::int::text, '[]'::jsonb)
        ) AS stretch
        WHERE starts::time >= (stretch ->> 0)::time AND ends::time <= (stretch ->> 1)::time
    ) THEN
        RAISE EXCEPTION 'outside working hours'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inspection_within_working_hours';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inspection_is_bookable BEFORE INSERT ON inspections_inspection
    FOR EACH ROW EXECUTE FUNCTION madar_check_visit();
CREATE TRIGGER inspection_stays_bookable
    BEFORE UPDATE OF starts_at, ends_at, inspector_id, status, branch_id, is_outside_hours_allowed
    ON inspections_inspection FOR EACH ROW
    WHEN (OLD.starts_at IS DISTINCT FROM NEW.starts_at OR OLD.ends_at IS DISTINCT FROM NEW.ends_at
          OR OLD.inspector_id IS DISTINCT FROM NEW.inspector_id OR OLD.status <> NEW.status
          OR OLD.branch_id <> NEW.branch_id
          OR OLD.is_outside_hours_allowed <> NEW.is_outside_hours_allowed)
    EXECUTE FUNCTION madar_check_visit();

CREATE FUNCTION madar_check_absence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(x'496e73'::int, NEW.inspector_id::int);
    IF EXISTS (
        SELECT 1 FROM inspections_inspection i WHERE i.inspector_id = NEW.inspector_id
          AND i.status IN ('scheduled', 'on_the_way', 'in_progress')
          AND tstzrange(i.starts_at, i.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)
    ) THEN
        RAISE EXCEPTION 'the inspector has visits then'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'inspection_no_double_booking';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER absence_is_free BEFORE INSERT OR UPDATE ON inspections_absence
    FOR EACH ROW EXECUTE FUNCTION madar_check_absence();
CREATE TRIGGER inspection_event_is_append_only BEFORE UPDATE ON inspections_inspectionevent
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_change();
"""
BACKWARD = """
DROP TRIGGER inspection_event_is_append_only ON inspections_inspectionevent;
DROP TRIGGER absence_is_free ON inspections_absence;
DROP FUNCTION madar_check_absence();
DROP TRIGGER inspection_stays_bookable ON inspections_inspection;
DROP TRIGGER inspection_is_bookable ON inspections_inspection;
DROP FUNCTION madar_check_visit();
DROP SEQUENCE inspections_inspection_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_inspections"), ("accounts", "0003_activity_seal")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
