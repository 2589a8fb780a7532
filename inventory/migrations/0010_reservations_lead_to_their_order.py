"""A reservation knows where its order is shown, and tells the movements that it writes.

What was reserved before gets the address from the line of the order that its source names, and the
ledger from there; only what looks at append-only rows is lifted for the one update. On a new
database there are no orders yet, and nothing to fill.
"""

from django.db import migrations, models

MOVEMENTS = """
CREATE OR REPLACE FUNCTION madar_add_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_stockmovement
        (inventory_id, kind, quantity, reserved_change, on_hand_after, source, reference, url,
         note, actor_id, at)
    SELECT inventory_id, 'reservation', 0, quantity, 0, source, reference, {url}, '', actor_id,
        now()
    FROM now_rows WHERE quantity <> 0 ORDER BY inventory_id, id;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION madar_change_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_stockmovement
        (inventory_id, kind, quantity, reserved_change, on_hand_after, source, reference, url,
         note, actor_id, at)
    SELECT n.inventory_id, CASE WHEN n.quantity > w.quantity THEN 'reservation' ELSE 'release' END,
        0, n.quantity - w.quantity, 0, n.source, n.reference, {n_url}, '', n.actor_id, now()
    FROM now_rows n JOIN was_rows w USING (id) WHERE n.quantity <> w.quantity
    ORDER BY n.inventory_id, n.id;
    RETURN NULL;
END $$;
"""
FILL = """
DO $$ BEGIN
    IF to_regclass('orders_orderline') IS NOT NULL THEN
        UPDATE inventory_reservation r SET url = '/orders/' || line.order_id || '/'
            FROM orders_orderline line WHERE r.source = 'order_line:' || line.id;
    END IF;
END $$;
ALTER TABLE inventory_stockmovement DISABLE TRIGGER stock_movement_is_append_only;
UPDATE inventory_stockmovement m SET url = r.url FROM inventory_reservation r
    WHERE r.source = m.source AND r.url <> '' AND m.kind IN ('reservation', 'release');
ALTER TABLE inventory_stockmovement ENABLE TRIGGER stock_movement_is_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0009_fewer_indexes")]
    operations = [
        migrations.AddField(
            model_name="reservation",
            name="url",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.RunSQL(
            MOVEMENTS.format(url="url", n_url="n.url"), MOVEMENTS.format(url="''", n_url="''")
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
