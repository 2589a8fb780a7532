"""Returns are kept with the sales of their month.

Months that are kept already lack them: all are built anew in the background, and read from the
orders until then. Columns with a constant default are added without rewriting a table.
"""

from django.db import migrations, models

MARKS = """
CREATE FUNCTION madar_return_made_stale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE branches bigint[]; times timestamptz[];
BEGIN
    IF TG_TABLE_NAME = 'orders_returnline' THEN
        SELECT array_agg(o.branch_id), array_agg(r.at) INTO branches, times
        FROM (SELECT DISTINCT order_return_id FROM touched) t
        JOIN orders_orderreturn r ON r.id = t.order_return_id JOIN orders_order o ON o.id = r.order_id;
    ELSE
        SELECT array_agg(o.branch_id), array_agg(t.at) INTO branches, times
        FROM touched t JOIN orders_order o ON o.id = t.order_id;
    END IF;
    IF branches IS NOT NULL THEN
        PERFORM madar_mark_stale(branches, times);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER return_insert_stales AFTER INSERT ON orders_orderreturn REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_return_made_stale();
CREATE TRIGGER return_update_stales AFTER UPDATE ON orders_orderreturn REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_return_made_stale();
CREATE TRIGGER return_moved_stales AFTER UPDATE ON orders_orderreturn REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_return_made_stale();
CREATE TRIGGER return_delete_stales AFTER DELETE ON orders_orderreturn REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_return_made_stale();
CREATE TRIGGER return_line_insert_stales AFTER INSERT ON orders_returnline
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_return_made_stale();
CREATE TRIGGER return_line_update_stales AFTER UPDATE ON orders_returnline
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_return_made_stale();
CREATE TRIGGER return_line_delete_stales AFTER DELETE ON orders_returnline
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION madar_return_made_stale();

DELETE FROM reports_builtmonth;
"""
UNMARKED = """
DROP TRIGGER return_line_delete_stales ON orders_returnline;
DROP TRIGGER return_line_update_stales ON orders_returnline;
DROP TRIGGER return_line_insert_stales ON orders_returnline;
DROP TRIGGER return_delete_stales ON orders_orderreturn;
DROP TRIGGER return_moved_stales ON orders_orderreturn;
DROP TRIGGER return_update_stales ON orders_orderreturn;
DROP TRIGGER return_insert_stales ON orders_orderreturn;
DROP FUNCTION madar_return_made_stale();
"""
# A return is counted under the branch, person and channel of its order: when those change, its month
# is as stale as that of the sale. The function is that of 0005 with {returns} added.
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
            w.customer_id, w.status IN ('quote', 'cancelled')
        ) IS DISTINCT FROM (
            n.branch_id, n.owner_id, n.channel, n.currency, n.confirmed_at, n.total, n.tax,
            n.customer_id, n.status IN ('quote', 'cancelled')
        );
        {returns}
    END IF;
    IF branches IS NOT NULL THEN
        PERFORM madar_mark_stale(branches, times);
    END IF;
    RETURN NULL;
END $$;
"""
WITH_RETURNS = """IF branches IS NOT NULL THEN
            PERFORM madar_mark_stale(array_agg(b.branch_id), array_agg(r.at))
            FROM was_rows w JOIN now_rows n USING (id) JOIN orders_orderreturn r ON r.order_id = n.id
            CROSS JOIN LATERAL (VALUES (w.branch_id), (n.branch_id)) AS b (branch_id);
        END IF;"""
KEPT = ("salesday", "ownermonth", "productmonth")


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_customer_marks"), ("orders", "0002_order_invariants")]
    operations = [
        *(
            migrations.AddField(name, column, field, preserve_default=False)
            for name in KEPT
            for column, field in (
                ("returns", models.IntegerField(default=0)),
                (
                    "returned",
                    models.DecimalField(max_digits=22, decimal_places=6, default=0),
                ),
            )
        ),
        migrations.RunSQL(MARKS, UNMARKED),
        migrations.RunSQL(
            ORDERS.replace("{returns}", WITH_RETURNS), ORDERS.replace("{returns}", "")
        ),
    ]
