"""A movement names its warehouse, so that the ledger of one, and of a kind, is read from an index.

Stock never changes its warehouse, so the copy stays right; the trigger that adds a movement up fills
it, whatever was given. Only what looks at append-only rows is lifted for the one update.
"""

import django.db.models.deletion
from django.db import migrations, models

ADDS_UP = """
CREATE OR REPLACE FUNCTION madar_add_movement() RETURNS trigger LANGUAGE plpgsql AS $$
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
                         THEN NEW.unit_cost ELSE i.average_cost END{place}
    INTO NEW.on_hand_after, NEW.unit_cost{into};
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
"""
FILL = """
ALTER TABLE inventory_stockmovement DISABLE TRIGGER stock_movement_is_append_only;
UPDATE inventory_stockmovement m SET warehouse_id = i.warehouse_id
    FROM inventory_inventory i WHERE i.id = m.inventory_id;
ALTER TABLE inventory_stockmovement ENABLE TRIGGER stock_movement_is_append_only;
"""
PLACE = models.ForeignKey(
    editable=False,
    db_constraint=False,
    db_index=False,
    on_delete=django.db.models.deletion.PROTECT,
    related_name="+",
    to="inventory.warehouse",
)
EMPTY = PLACE.clone()
EMPTY.null = True


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_company_currency")]
    operations = [
        migrations.AddField(model_name="stockmovement", name="warehouse", field=EMPTY),
        migrations.RunSQL(
            ADDS_UP.replace("{place}", ", i.warehouse_id").replace("{into}", ", NEW.warehouse_id"),
            ADDS_UP.replace("{place}", "").replace("{into}", ""),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(model_name="stockmovement", name="warehouse", field=PLACE),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(fields=["warehouse", "-at", "-id"], name="stock_movement_place"),
        ),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(fields=["kind", "-at", "-id"], name="stock_movement_kind"),
        ),
    ]
