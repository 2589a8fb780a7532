"""Payments, stages and returns are append-only; what is paid is the sum of the payments."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION madar_add_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The checks of the order refuse more than its total and less than nothing, under any race.
    UPDATE orders_order SET paid = paid + NEW.amount
        WHERE id = NEW.order_id AND (NEW.amount < 0 OR paid + NEW.amount <= total - credited);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'more than what is owed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_paid_within_total';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_adds_up AFTER INSERT ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION madar_add_payment();
CREATE TRIGGER payment_is_append_only BEFORE UPDATE OR DELETE ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_change();
CREATE TRIGGER order_stage_is_append_only BEFORE UPDATE ON orders_orderstage
    FOR EACH ROW EXECUTE FUNCTION madar_refuse_change();

CREATE FUNCTION madar_order_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.paid <> 0 THEN
            RAISE EXCEPTION 'an order starts unpaid; insert payments'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'what is paid is the sum of the payments'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER order_starts_unpaid BEFORE INSERT ON orders_order
    FOR EACH ROW EXECUTE FUNCTION madar_order_guard();
CREATE TRIGGER order_paid_by_payments BEFORE UPDATE OF paid ON orders_order
    FOR EACH ROW WHEN (OLD.paid <> NEW.paid) EXECUTE FUNCTION madar_order_guard();
"""
BACKWARD = """
DROP TRIGGER order_paid_by_payments ON orders_order;
DROP TRIGGER order_starts_unpaid ON orders_order;
DROP FUNCTION madar_order_guard();
DROP TRIGGER order_stage_is_append_only ON orders_orderstage;
DROP TRIGGER payment_is_append_only ON orders_payment;
DROP TRIGGER payment_adds_up ON orders_payment;
DROP FUNCTION madar_add_payment();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_orders"), ("accounts", "0003_activity_seal")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
