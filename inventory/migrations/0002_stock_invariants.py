"""The sums of stock are kept by the database: nothing but a movement changes what is on hand.

- `inventory_stockmovement` (append-only) adds itself up in `inventory_inventory` and, for tracked
  products, in `inventory_lotstock`; checks there refuse what must never be.
- `inventory_reservation` writes the movements that change what is reserved.
- The sums can't be written in any other way.
"""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE inventory_transfer_seq;
CREATE SEQUENCE inventory_count_seq;

CREATE FUNCTION madar_inventory_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.on_hand <> 0 OR NEW.reserved <> 0 THEN
            RAISE EXCEPTION 'stock starts at zero; insert movements'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        SELECT allows_backorder INTO NEW.allows_backorder
            FROM inventory_product WHERE id = NEW.product_id;
    ELSIF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'stock is changed by movements only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_starts_empty BEFORE INSERT ON inventory_inventory
    FOR EACH ROW EXECUTE FUNCTION madar_inventory_guard();
CREATE TRIGGER inventory_changes_by_movements
    BEFORE UPDATE OF on_hand, reserved, average_cost, allows_backorder, product_id, warehouse_id
    ON inventory_inventory FOR EACH ROW
    WHEN (OLD.on_hand <> NEW.on_hand OR OLD.reserved <> NEW.reserved
          OR OLD.average_cost <> NEW.average_cost OR OLD.allows_backorder <> NEW.allows_backorder
          OR OLD.product_id <> NEW.product_id OR OLD.warehouse_id <> NEW.warehouse_id)
    EXECUTE FUNCTION madar_inventory_guard();
CREATE TRIGGER lot_stock_changes_by_movements BEFORE INSERT OR UPDATE OR DELETE
    ON inventory_lotstock FOR EACH ROW WHEN (pg_trigger_depth() < 1)
    EXECUTE FUNCTION madar_refuse_change();

CREATE FUNCTION madar_product_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.tracking <> NEW.tracking OR OLD.kind <> NEW.kind) AND EXISTS (
        SELECT 1 FROM inventory_stockmovement m JOIN inventory_inventory i ON i.id = m.inventory_id
        WHERE i.product_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a product that has moved keeps its kind and tracking'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'product_tracking_is_fixed';
    END IF;
    IF OLD.allows_backorder <> NEW.allows_backorder THEN
        UPDATE inventory_inventory SET allows_backorder = NEW.allows_backorder
            WHERE product_id = NEW.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER product_keeps_its_tracking AFTER UPDATE ON inventory_product
    FOR EACH ROW
    WHEN (OLD.tracking <> NEW.tracking OR OLD.kind <> NEW.kind
          OR OLD.allows_backorder <> NEW.allows_backorder)
    EXECUTE FUNCTION madar_product_guard();

CREATE FUNCTION madar_add_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    product inventory_product;
    lot inventory_lot;
BEGIN
    IF NEW.reserved_change <> 0 AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'what is reserved is changed by reservations only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- One statement checks and changes; it also queues behind others who move the same stock.
    UPDATE inventory_inventory i SET
        on_hand = i.on_hand + NEW.quantity,
        reserved = i.reserved + NEW.reserved_change,
        average_cost = CASE
            WHEN NEW.quantity <= 0 OR NEW.unit_cost IS NULL THEN i.average_cost
            WHEN i.on_hand <= 0 THEN NEW.unit_cost
            ELSE round((i.on_hand * i.average_cost + NEW.quantity * NEW.unit_cost)
                       / (i.on_hand + NEW.quantity), 6)
        END,
        moved_at = greatest(NEW.at, i.moved_at)
    WHERE i.id = NEW.inventory_id
    RETURNING i.on_hand, CASE WHEN NEW.quantity > 0 AND NEW.unit_cost IS NOT NULL
                         THEN NEW.unit_cost ELSE i.average_cost END
    INTO NEW.on_hand_after, NEW.unit_cost;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such stock' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF NEW.quantity = 0 THEN
        RETURN NEW;
    END IF;
    -- The row above is locked, so nobody can write the same source meanwhile; raising here keeps the
    -- sums right even under ON CONFLICT DO NOTHING, which runs this trigger before it looks.
    IF EXISTS (
        SELECT 1 FROM inventory_stockmovement
        WHERE inventory_id = NEW.inventory_id AND source = NEW.source
          AND kind NOT IN ('reservation', 'release')
    ) THEN
        RAISE EXCEPTION 'this movement is written already'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'stock_movement_once_per_source';
    END IF;
    SELECT p.* INTO product FROM inventory_product p JOIN inventory_inventory i
        ON i.product_id = p.id WHERE i.id = NEW.inventory_id;
    IF product.kind <> 'stocked' THEN
        RAISE EXCEPTION 'a service has no stock'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_movement_of_stocked';
    END IF;
    IF product.tracking = 'none' AND NEW.lot_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO lot FROM inventory_lot WHERE id = NEW.lot_id;
    IF NOT FOUND OR lot.product_id <> product.id OR product.tracking = 'none' THEN
        RAISE EXCEPTION 'a tracked product moves with its own lot, others without'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_movement_names_its_lot';
    END IF;
    INSERT INTO inventory_lotstock AS s (lot_id, inventory_id, on_hand, is_serial)
        VALUES (lot.id, NEW.inventory_id, 0, product.tracking = 'serial')
        ON CONFLICT (lot_id, inventory_id) DO NOTHING;
    UPDATE inventory_lotstock SET on_hand = on_hand + NEW.quantity
        WHERE lot_id = lot.id AND inventory_id = NEW.inventory_id;
    RETURN NEW;
END $$;
CREATE TRIGGER stock_movement_adds_up BEFORE INSERT ON inventory_stockmovement
    FOR EACH ROW EXECUTE FUNCTION madar_add_movement();
CREATE TRIGGER stock_movement_is_append_only BEFORE UPDATE OR DELETE ON inventory_stockmovement
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_change();

CREATE FUNCTION madar_reserve() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change numeric;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a reservation is settled to zero, never deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'UPDATE' THEN
        IF NEW.inventory_id <> OLD.inventory_id OR NEW.source <> OLD.source THEN
            RAISE EXCEPTION 'a reservation keeps its stock and its source'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        change := NEW.quantity - OLD.quantity;
    ELSE
        change := NEW.quantity;
    END IF;
    IF change <> 0 THEN
        INSERT INTO inventory_stockmovement
            (inventory_id, kind, quantity, reserved_change, on_hand_after, source, reference, url,
             note, actor_id, at)
        VALUES
            (NEW.inventory_id, CASE WHEN change > 0 THEN 'reservation' ELSE 'release' END,
             0, change, 0, NEW.source, NEW.reference, '', '', NEW.actor_id, now());
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reservation_is_added_up AFTER INSERT OR UPDATE OR DELETE ON inventory_reservation
    FOR EACH ROW EXECUTE FUNCTION madar_reserve();
"""
BACKWARD = """
DROP TRIGGER reservation_is_added_up ON inventory_reservation;
DROP FUNCTION madar_reserve();
DROP TRIGGER stock_movement_is_append_only ON inventory_stockmovement;
DROP TRIGGER stock_movement_adds_up ON inventory_stockmovement;
DROP FUNCTION madar_add_movement();
DROP TRIGGER product_keeps_its_tracking ON inventory_product;
DROP FUNCTION madar_product_guard();
DROP TRIGGER lot_stock_changes_by_movements ON inventory_lotstock;
DROP TRIGGER inventory_changes_by_movements ON inventory_inventory;
DROP TRIGGER inventory_starts_empty ON inventory_inventory;
DROP FUNCTION madar_inventory_guard();
DROP SEQUENCE inventory_count_seq;
DROP SEQUENCE inventory_transfer_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_inventory"), ("accounts", "0003_activity_seal")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
