"""A closed warehouse is empty, a serial number on its way comes in nowhere else: by the database.

- `inventory_inventory.is_open` is copied from the warehouse, so that the row that everybody locks
  who promises or moves stock also says whether the place is in use. Closing locks these rows.
- A warehouse that was closed but still holds goods is opened again: the check would refuse it.
- Costs that are in transit already arrive at what they left at.
"""

from django.db import migrations, models
from django.db.models import Q

FORWARD = """
CREATE FUNCTION madar_inventory_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- FOR SHARE waits for whoever closes the warehouse at this moment.
        SELECT is_active INTO NEW.is_open
            FROM inventory_warehouse WHERE id = NEW.warehouse_id FOR SHARE;
        NEW.is_open := coalesce(NEW.is_open, true);  -- no such warehouse: the key says so
    ELSIF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'stock is as open as its warehouse'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION madar_warehouse_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In the order in which everybody locks stock, so that nobody waits in a circle.
    PERFORM 1 FROM inventory_inventory
        WHERE warehouse_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    UPDATE inventory_inventory SET is_open = NEW.is_active WHERE warehouse_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION madar_serial_in_transit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- After the sums: whoever sends the piece at this moment was waited for there.
    IF EXISTS (
        SELECT 1 FROM inventory_transferline line
        JOIN inventory_transfer transfer ON transfer.id = line.transfer_id
        JOIN inventory_product product ON product.id = line.product_id
        WHERE line.lot_id = NEW.lot_id AND product.tracking = 'serial'
          AND transfer.status = 'sent' AND line.received < line.quantity
          AND NOT (NEW.kind = 'transfer' AND NEW.source LIKE 'transfer:' || line.id || ':%')
    ) THEN
        RAISE EXCEPTION 'this piece is on its way between two warehouses'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'serial_is_not_in_transit';
    END IF;
    RETURN NULL;
END $$;

UPDATE inventory_warehouse SET is_active = true
    WHERE NOT is_active AND EXISTS (
        SELECT 1 FROM inventory_inventory i
        WHERE i.warehouse_id = inventory_warehouse.id AND (i.on_hand <> 0 OR i.reserved <> 0)
    );
UPDATE inventory_inventory SET is_open = false
    WHERE warehouse_id IN (SELECT id FROM inventory_warehouse WHERE NOT is_active);
UPDATE inventory_transferline SET arrival_cost = unit_cost WHERE unit_cost IS NOT NULL;

CREATE TRIGGER inventory_is_as_open_as_its_warehouse
    BEFORE INSERT ON inventory_inventory
    FOR EACH ROW EXECUTE FUNCTION madar_inventory_is_open();
CREATE TRIGGER inventory_opens_with_its_warehouse
    BEFORE UPDATE OF is_open ON inventory_inventory
    FOR EACH ROW WHEN (OLD.is_open <> NEW.is_open)
    EXECUTE FUNCTION madar_inventory_is_open();
CREATE TRIGGER warehouse_opens_and_closes AFTER UPDATE OF is_active ON inventory_warehouse
    FOR EACH ROW WHEN (OLD.is_active <> NEW.is_active)
    EXECUTE FUNCTION madar_warehouse_opens();
CREATE TRIGGER serial_comes_in_where_it_was_sent AFTER INSERT ON inventory_stockmovement
    FOR EACH ROW WHEN (NEW.quantity > 0 AND NEW.lot_id IS NOT NULL)
    EXECUTE FUNCTION madar_serial_in_transit();
"""
BACKWARD = """
DROP TRIGGER serial_comes_in_where_it_was_sent ON inventory_stockmovement;
DROP TRIGGER warehouse_opens_and_closes ON inventory_warehouse;
DROP TRIGGER inventory_opens_with_its_warehouse ON inventory_inventory;
DROP TRIGGER inventory_is_as_open_as_its_warehouse ON inventory_inventory;
DROP FUNCTION madar_serial_in_transit();
DROP FUNCTION madar_warehouse_opens();
DROP FUNCTION madar_inventory_is_open();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_lot_references")]
    operations = [
        migrations.AddField(
            model_name="inventory",
            name="is_open",
            field=models.BooleanField(db_default=True, default=True, editable=False),
        ),
        migrations.AddField(
            model_name="transferline",
            name="arrival_cost",
            field=models.DecimalField(
                decimal_places=6, editable=False, max_digits=18, null=True
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddConstraint(
            model_name="inventory",
            constraint=models.CheckConstraint(
                condition=Q(("is_open", True), Q(("on_hand", 0), ("reserved", 0)), _connector="OR"),
                name="inventory_closed_is_empty",
            ),
        ),
    ]
