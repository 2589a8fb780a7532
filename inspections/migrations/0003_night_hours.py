"""Working hours may last past midnight, and one stretch may go on where another ends.

An end that is no later than its start is the next day's: ["20:00", "02:00"] on Monday ("1") ends
on Tuesday. A visit must lie in the union of the stretches of its day, the day before and the day
after. Only the function is replaced: no row is read or changed.
"""

from django.db import migrations

HEAD = """
CREATE OR REPLACE FUNCTION madar_check_visit() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""
TAIL = """
        RAISE EXCEPTION 'outside working hours'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inspection_within_working_hours';
    END IF;
    RETURN NEW;
END $$;
"""
FORWARD = f"""{HEAD}
    IF NOT coalesce((
        SELECT range_agg(tstzrange(span.opens, span.closes))
               @> tstzrange(NEW.starts_at, NEW.ends_at)
        FROM generate_series(
            (starts::date - 1)::timestamp, (starts::date + 1)::timestamp, interval '1 day'
        ) AS day,
        jsonb_array_elements(
            coalesce(branch.working_hours -> extract(isodow FROM day)::int::text, '[]'::jsonb)
        ) AS stretch,
        LATERAL (
            SELECT (day + (stretch ->> 0)::interval) AT TIME ZONE branch.time_zone AS opens,
                   (day + (stretch ->> 1)::interval
                    + CASE WHEN (stretch ->> 1)::interval <= (stretch ->> 0)::interval
                           THEN interval '1 day' ELSE interval '0' END
                   ) AT TIME ZONE branch.time_zone AS closes
        ) AS span
        WHERE span.opens < span.closes  -- a change of the clock may swallow one
    ), false) THEN{TAIL}"""
BACKWARD = f"""{HEAD}
    ends := NEW.ends_at AT TIME ZONE branch.time_zone;
    IF starts::date <> ends::date OR NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(
            coalesce(branch.working_hours -> extract(isodow FROM starts)::int::text, '[]'::jsonb)
        ) AS stretch
        WHERE starts::time >= (stretch ->> 0)::time AND ends::time <= (stretch ->> 1)::time
    ) THEN{TAIL}"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0002_inspection_invariants")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
