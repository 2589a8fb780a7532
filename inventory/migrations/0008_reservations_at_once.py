"""The reservations of a statement write their movements in one statement, in the order of the stock.

One by one, each of an order's ten reservations started every trigger of the ledger anew while its
rivals waited. What must not be is refused row by row as before, where a row asks for it.
"""

from django.db import migrations

FORWARD = """
DROP TRIGGER reservation_is_added_up ON inventory_reservation;
DROP FUNCTION madar_reserve();

CREATE FUNCTION madar_refuse_reservation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', CASE TG_OP
        WHEN 'DELETE' THEN 'a reservation is settled to zero, never deleted'
        ELSE 'a reservation keeps its stock and its source' END
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER reservation_is_never_deleted BEFORE DELETE ON inventory_reservation
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_reservation();
CREATE TRIGGER reservation_keeps_its_stock BEFORE UPDATE ON inventory_reservation
    FOR EACH ROW WHEN (OLD.id <> NEW.id OR OLD.inventory_id <> NEW.inventory_id
                       OR OLD.source <> NEW.source)
    EXECUTE FUNCTION madar_refuse_reservation();

CREATE FUNCTION madar_add_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_stockmovement
        (inventory_id, kind, quantity, reserved_change, on_hand_after, source, reference, url,
         note, actor_id, at)
    SELECT inventory_id, 'reservation', 0, quantity, 0, source, reference, '', '', actor_id, now()
    FROM now_rows WHERE quantity <> 0 ORDER BY inventory_id, id;
    RETURN NULL;
END $$;
CREATE TRIGGER reservation_is_added_up AFTER INSERT ON inventory_reservation
    REFERENCING NEW TABLE AS now_rows
    FOR EACH STATEMENT EXECUTE FUNCTION madar_add_reservations();

CREATE FUNCTION madar_change_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_stockmovement
        (inventory_id, kind, quantity, reserved_change, on_hand_after, source, reference, url,
         note, actor_id, at)
    SELECT n.inventory_id, CASE WHEN n.quantity > w.quantity THEN 'reservation' ELSE 'release' END,
        0, n.quantity - w.quantity, 0, n.source, n.reference, '', '', n.actor_id, now()
    FROM now_rows n JOIN was_rows w USING (id) WHERE n.quantity <> w.quantity
    ORDER BY n.inventory_id, n.id;
    RETURN NULL;
END $$;
CREATE TRIGGER reservation_change_is_added_up AFTER UPDATE ON inventory_reservation
    REFERENCING OLD TABLE AS was_rows NEW TABLE AS now_rows
    FOR EACH STATEMENT EXECUTE FUNCTION madar_change_reservations();
"""
BACKWARD = """
DROP TRIGGER reservation_change_is_added_up ON inventory_reservation;
DROP TRIGGER reservation_is_added_up ON inventory_reservation;
DROP TRIGGER reservation_keeps_its_stock ON inventory_reservation;
DROP TRIGGER reservation_is_never_deleted ON inventory_reservation;
DROP FUNCTION madar_change_reservations();
DROP FUNCTION madar_add_reservations();
DROP FUNCTION madar_refuse_reservation();

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


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_movement_places")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
