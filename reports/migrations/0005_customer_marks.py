"""Another customer of an order, or a changed customer, makes kept months of customers stale.

Months that are kept already lack their customers: all are built anew.
"""

from django.db import migrations

ORDERS = """
CREATE OR REPLACE FUNCTION madar_order_made_stale() RETURNS trigger LANGUAGE plpgsql AS $$
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
            {was}w.status IN ('quote', 'cancelled')
        ) IS DISTINCT FROM (
            n.branch_id, n.owner_id, n.channel, n.currency, n.confirmed_at, n.total, n.tax,
            {now}n.status IN ('quote', 'cancelled')
        );
    END IF;
    IF branches IS NOT NULL THEN
        PERFORM madar_mark_stale(branches, times);
    END IF;
    RETURN NULL;
END $$;
"""
FORWARD = ORDERS.replace("{was}", "w.customer_id, ").replace("{now}", "n.customer_id, ") + """
CREATE FUNCTION madar_customer_made_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM madar_mark_stale(array_agg(o.branch_id), array_agg(o.confirmed_at))
        FROM was_rows w JOIN now_rows n USING (id) JOIN orders_order o ON o.customer_id = n.id
        WHERE w.source <> n.source AND o.confirmed_at IS NOT NULL;
        INSERT INTO reports_stalemonth (branch_id, month, is_customers)
        SELECT DISTINCT b.id, date_trunc('month', r.at AT TIME ZONE b.time_zone)::date, true
        FROM was_rows w JOIN now_rows n USING (id)
        CROSS JOIN LATERAL (
            VALUES (w.branch_id, w.created_at), (n.branch_id, n.created_at)
        ) AS r (branch_id, at) JOIN accounts_branch b ON b.id = r.branch_id
        WHERE (w.branch_id, w.owner_id, w.source, w.created_at, w.archived_at IS NULL)
            IS DISTINCT FROM
            (n.branch_id, n.owner_id, n.source, n.created_at, n.archived_at IS NULL)
        AND date_trunc('month', r.at AT TIME ZONE b.time_zone)
            < date_trunc('month', clock_timestamp() AT TIME ZONE b.time_zone);
    ELSE
        INSERT INTO reports_stalemonth (branch_id, month, is_customers)
        SELECT DISTINCT b.id, date_trunc('month', r.created_at AT TIME ZONE b.time_zone)::date, true
        FROM touched r JOIN accounts_branch b ON b.id = r.branch_id
        WHERE date_trunc('month', r.created_at AT TIME ZONE b.time_zone)
            < date_trunc('month', clock_timestamp() AT TIME ZONE b.time_zone);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customer_insert_stales AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_customer_made_stale();
CREATE TRIGGER customer_update_stales AFTER UPDATE ON customers_customer
    REFERENCING OLD TABLE AS was_rows NEW TABLE AS now_rows
    FOR EACH STATEMENT EXECUTE FUNCTION madar_customer_made_stale();
CREATE TRIGGER customer_delete_stales AFTER DELETE ON customers_customer
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_customer_made_stale();
DELETE FROM reports_builtmonth;
"""
BACKWARD = ORDERS.replace("{was}", "").replace("{now}", "") + """
DROP TRIGGER customer_delete_stales ON customers_customer;
DROP TRIGGER customer_update_stales ON customers_customer;
DROP TRIGGER customer_insert_stales ON customers_customer;
DROP FUNCTION madar_customer_made_stale();
"""

# With what an order is worth: the largest orders of a year are then found in the index alone.
WIDER = """
DROP INDEX report_buyers;
CREATE INDEX report_buyers ON orders_order (confirmed_at)
    INCLUDE (customer_id, branch_id, owner_id, status, currency, total)
    WHERE confirmed_at IS NOT NULL;
"""
NARROWER = WIDER.replace(", currency, total)", ")")


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_customer_months"),
        ("customers", "0001_customers"),
        ("orders", "0002_order_invariants"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD), migrations.RunSQL(WIDER, NARROWER)]
