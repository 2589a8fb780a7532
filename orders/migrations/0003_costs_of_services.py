"""Services that were delivered before their cost was kept get what the product costs now.

It is the best that is known of them; from here on the cost is kept at the delivery. Where it would
need an exchange rate that nobody has said, the line stays as it was.
"""

from django.db import migrations

RATE = """CASE WHEN {currency} = company.currency THEN 1 ELSE (
    SELECT rate FROM orders_exchangerate AS known
    WHERE known.currency = {currency} AND known."on" <= o.created_at::date
    ORDER BY known."on" DESC LIMIT 1) END"""
FORWARD = f"""
UPDATE orders_orderline AS line SET cost = known.cost FROM (
    SELECT l.id, round(l.shipped * p.cost * CASE WHEN p.currency = b.currency THEN 1 ELSE
        ({RATE.format(currency="p.currency")}) / ({RATE.format(currency="b.currency")}) END, 3
    ) AS cost
    FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
    JOIN inventory_product p ON p.id = l.product_id JOIN accounts_branch b ON b.id = o.branch_id
    LEFT JOIN accounts_companysettings company ON company.id = 1
    WHERE l.warehouse_id IS NULL AND l.shipped > 0 AND l.cost = 0 AND p.cost > 0
) AS known WHERE known.id = line.id AND known.cost < 10::numeric ^ 12
"""  # noqa: S608 (our own pieces)


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_order_invariants"),
        ("inventory", "0007_movement_places"),
        ("accounts", "0003_activity_seal"),
    ]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
