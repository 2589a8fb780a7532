"""The database itself says when kept sums are stale, whoever changes an order.

The marks are appended, so rivals never wait for each other, and written only for months that are
over by the branch's clock: the usual order, confirmed this month, leaves none. Rates, the company's
currency and a branch's clock change every month since; they take turns with the builder.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION madar_mark_stale(branches bigint[], times timestamptz[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO reports_stalemonth (branch_id, month)
    SELECT DISTINCT b.id, date_trunc('month', t.at AT TIME ZONE b.time_zone)::date
    FROM unnest(branches, times) AS t (branch_id, at) JOIN accounts_branch b ON b.id = t.branch_id
    WHERE date_trunc('month', t.at AT TIME ZONE b.time_zone)
        < date_trunc('month', clock_timestamp() AT TIME ZONE b.time_zone)
$$;

CREATE FUNCTION madar_order_made_stale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE branches bigint[]; times timestamptz[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(branch_id), array_agg(confirmed_at) INTO branches, times
        FROM (SELECT DISTINCT branch_id, confirmed_at FROM now_rows
              WHERE confirmed_at IS NOT NULL) r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(branch_id), array_agg(confirmed_at) INTO branches, times
        FROM was_rows WHERE confirmed_at IS NOT NULL;
    ELSE
        SELECT array_agg(r.branch_id), array_agg(r.confirmed_at) INTO branches, times
        FROM was_rows w JOIN now_rows n USING (id)
        CROSS JOIN LATERAL (
            VALUES (w.branch_id, w.confirmed_at), (n.branch_id, n.confirmed_at)
        ) AS r (branch_id, confirmed_at)
        WHERE r.confirmed_at IS NOT NULL AND (
            w.branch_id, w.owner_id, w.channel, w.currency, w.confirmed_at, w.total, w.tax,
            w.status IN ('quote', 'cancelled')
        ) IS DISTINCT FROM (
            n.branch_id, n.owner_id, n.channel, n.currency, n.confirmed_at, n.total, n.tax,
            n.status IN ('quote', 'cancelled')
        );
    END IF;
    IF branches IS NOT NULL THEN
        PERFORM madar_mark_stale(branches, times);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER order_insert_stales AFTER INSERT ON orders_order REFERENCING NEW TABLE AS now_rows
    FOR EACH STATEMENT EXECUTE FUNCTION madar_order_made_stale();
CREATE TRIGGER order_update_stales AFTER UPDATE ON orders_order
    REFERENCING OLD TABLE AS was_rows NEW TABLE AS now_rows
    FOR EACH STATEMENT EXECUTE FUNCTION madar_order_made_stale();
CREATE TRIGGER order_delete_stales AFTER DELETE ON orders_order REFERENCING OLD TABLE AS was_rows
    FOR EACH STATEMENT EXECUTE FUNCTION madar_order_made_stale();

CREATE FUNCTION madar_line_made_stale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE branches bigint[]; times timestamptz[];
BEGIN
    SELECT array_agg(o.branch_id), array_agg(o.confirmed_at) INTO branches, times
    FROM (SELECT DISTINCT order_id FROM touched) l
    JOIN orders_order o ON o.id = l.order_id AND o.confirmed_at IS NOT NULL;
    IF branches IS NOT NULL THEN
        PERFORM madar_mark_stale(branches, times);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_insert_stales AFTER INSERT ON orders_orderline REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_line_made_stale();
CREATE TRIGGER line_update_stales AFTER UPDATE ON orders_orderline REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_line_made_stale();
CREATE TRIGGER line_delete_stales AFTER DELETE ON orders_orderline REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_line_made_stale();

CREATE FUNCTION madar_movement_made_stale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE branches bigint[]; times timestamptz[];
BEGIN
    SELECT array_agg(w.branch_id), array_agg(m.at) INTO branches, times
    FROM now_rows m JOIN inventory_inventory i ON i.id = m.inventory_id
    JOIN inventory_warehouse w ON w.id = i.warehouse_id
    WHERE m.quantity <> 0 AND m.at < date_trunc('month', clock_timestamp()) + interval '1 day';
    IF branches IS NOT NULL THEN
        PERFORM madar_mark_stale(branches, times);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER movement_insert_stales AFTER INSERT ON inventory_stockmovement
    REFERENCING NEW TABLE AS now_rows
    FOR EACH STATEMENT EXECUTE FUNCTION madar_movement_made_stale();

CREATE FUNCTION madar_all_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(21093);
    INSERT INTO reports_stalemonth (branch_id, month)
    SELECT branch_id, month FROM reports_builtmonth
    WHERE CASE TG_TABLE_NAME
        WHEN 'accounts_branch' THEN branch_id = (to_jsonb(NEW) ->> 'id')::bigint
        WHEN 'orders_exchangerate' THEN month >= date_trunc('month', LEAST(
            (to_jsonb(OLD) ->> 'on')::date, (to_jsonb(NEW) ->> 'on')::date))
        ELSE true END;
    RETURN NULL;
END $$;
CREATE TRIGGER rate_stales AFTER INSERT OR UPDATE OR DELETE ON orders_exchangerate
    FOR EACH ROW EXECUTE FUNCTION madar_all_stale();
CREATE TRIGGER company_currency_stales AFTER UPDATE ON accounts_companysettings
    FOR EACH ROW WHEN (OLD.currency IS DISTINCT FROM NEW.currency)
    EXECUTE FUNCTION madar_all_stale();
CREATE TRIGGER branch_clock_stales AFTER UPDATE ON accounts_branch FOR EACH ROW
    WHEN (OLD.time_zone <> NEW.time_zone OR OLD.currency <> NEW.currency)
    EXECUTE FUNCTION madar_all_stale();
"""
BACKWARD = """
DROP TRIGGER branch_clock_stales ON accounts_branch;
DROP TRIGGER company_currency_stales ON accounts_companysettings;
DROP TRIGGER rate_stales ON orders_exchangerate;
DROP TRIGGER movement_insert_stales ON inventory_stockmovement;
DROP TRIGGER line_delete_stales ON orders_orderline;
DROP TRIGGER line_update_stales ON orders_orderline;
DROP TRIGGER line_insert_stales ON orders_orderline;
DROP TRIGGER order_delete_stales ON orders_order;
DROP TRIGGER order_update_stales ON orders_order;
DROP TRIGGER order_insert_stales ON orders_order;
DROP FUNCTION madar_all_stale();
DROP FUNCTION madar_movement_made_stale();
DROP FUNCTION madar_line_made_stale();
DROP FUNCTION madar_order_made_stale();
DROP FUNCTION madar_mark_stale(bigint[], timestamptz[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_rollups"),
        ("orders", "0002_order_invariants"),
        ("inventory", "0002_stock_invariants"),
        ("accounts", "0006_company_details"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
