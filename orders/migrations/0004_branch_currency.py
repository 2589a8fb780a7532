"""A branch whose stock has moved, or that has sold, keeps its currency.

What its goods cost, on the shelf, in the ledger and on the lines of its orders, is written in the
branch's currency without its name: another currency would call the same figures another money.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION madar_branch_keeps_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever moves this stock now is waited for, in the order in which everybody locks it.
    PERFORM 1 FROM inventory_inventory stock
        JOIN inventory_warehouse place ON place.id = stock.warehouse_id
        WHERE place.branch_id = NEW.id ORDER BY stock.id FOR NO KEY UPDATE OF stock;
    IF EXISTS (
        SELECT 1 FROM inventory_inventory stock
        JOIN inventory_warehouse place ON place.id = stock.warehouse_id
        WHERE place.branch_id = NEW.id AND stock.moved_at IS NOT NULL
    ) OR EXISTS (
        SELECT 1 FROM orders_order WHERE branch_id = NEW.id AND confirmed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a branch with stock or orders keeps its currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'branch_currency_is_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER branch_keeps_its_currency BEFORE UPDATE OF currency ON accounts_branch
    FOR EACH ROW WHEN (OLD.currency <> NEW.currency)
    EXECUTE FUNCTION madar_branch_keeps_currency();
"""
BACKWARD = """
DROP TRIGGER branch_keeps_its_currency ON accounts_branch;
DROP FUNCTION madar_branch_keeps_currency();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_costs_of_services")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
