"""Half a million orders with 1.5 million lines over three years, and stock that moved, by SQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests.bench.customers_data import FILL as CUSTOMERS

CATALOGUE = """
INSERT INTO inventory_productcategory (name_ar, name_en, code, icon, position)
SELECT 'فئة ' || n, 'Category ' || n, 'b' || n, 'package', n FROM generate_series(1, 30) AS n;
INSERT INTO inventory_product (sku, name_ar, name_en, description_ar, description_en, category_id,
    kind, tracking, unit, currency, price, cost, tax_percent, allows_backorder, is_active, version,
    created_at)
SELECT 'B-' || n, 'منتج ' || n, 'Product ' || n, '', '', categories[1 + n % 30],
    'stocked', 'none', 'piece', 'SAR', 50 + n % 40 * 75, 30 + n % 40 * 50, 15, false, true, 1, now()
FROM generate_series(1, 300) AS n,
    (SELECT array_agg(id) AS categories FROM inventory_productcategory) AS c;
INSERT INTO inventory_warehouse (name_ar, name_en, branch_id, code, address, is_active)
SELECT 'مستودع ' || id, 'Warehouse ' || id, id, 'w' || id, '', true FROM accounts_branch;
INSERT INTO inventory_inventory (product_id, warehouse_id, on_hand, reserved, average_cost,
    allows_backorder, reorder_point, bin, moved_at)
SELECT p.id, w.id, 40 + p.id % 60, p.id % 7, p.cost, false, 45, '', now()
FROM inventory_product p CROSS JOIN inventory_warehouse w;
"""
ORDERS = """
INSERT INTO orders_order (number, branch_id, owner_id, customer_id, status, channel, currency,
    subtotal, discount, tax, total, paid, credited, requires_inspection, delivery_address, note,
    terms, cancel_reason, search_text, version, created_at, confirmed_at, promised_on)
SELECT 'B-' || n, c.branch_id, people[1 + (n * 31) %% array_length(people, 1)], c.id,
    CASE WHEN n %% 20 = 0 THEN 'quote' WHEN n %% 33 = 0 THEN 'cancelled'
         WHEN n > 495000 THEN 'confirmed' ELSE 'closed' END,
    (ARRAY['whatsapp', 'phone', 'web', 'showroom', 'email', 'other'])[1 + n * 7 %% 6],
    CASE WHEN n %% 50 = 0 THEN 'USD' ELSE 'SAR' END,
    sum, 0, round(sum * 0.15, 2), sum + round(sum * 0.15, 2), 0, 0, false, '', '', '', '', '', 1,
    at - interval '2 days', CASE WHEN n %% 20 = 0 THEN NULL ELSE at END, at::date + 7
FROM (
    SELECT n, now() - (%(orders)s - n) * (interval '1095 days' / %(orders)s) AS at,
        (100 + n %% 97 * 53)::numeric AS sum, 1 + (n * 7919) %% %(customers)s AS place
    FROM generate_series(1, %(orders)s::bigint) AS n
) AS made
JOIN (SELECT id, branch_id, row_number() OVER (ORDER BY id) AS place FROM customers_customer) AS c
    USING (place)
JOIN (SELECT branch_id, array_agg(id) AS people FROM accounts_user
      WHERE branch_id IS NOT NULL GROUP BY 1) AS p ON p.branch_id = c.branch_id
ORDER BY n
"""
LINES = """
INSERT INTO orders_orderline (order_id, position, product_id, name, quantity, unit_price,
    discount_percent, tax_percent, net, discount_share, tax, cost, shipped, returned)
SELECT o.id, k, products[1 + (o.id * 13 + k * k * 101) % 300], 'Item', 1 + k,
    0, 0, 15, CASE k WHEN 1 THEN o.subtotal - 2 * trunc(o.subtotal / 3) ELSE trunc(o.subtotal / 3) END,
    0, 0, trunc(o.subtotal / 5), CASE WHEN o.status = 'closed' THEN 1 + k ELSE 0 END, 0
FROM orders_order o CROSS JOIN generate_series(1, 3) AS k,
    (SELECT array_agg(id) AS products FROM inventory_product) AS p
ORDER BY o.id, k
"""
RETURNS = """
INSERT INTO orders_orderreturn (order_id, number, reason, credit, request_id, at)
SELECT id, 'B-' || id, 'Too big', 100, gen_random_uuid(), confirmed_at + interval '5 days'
FROM orders_order WHERE status = 'closed' AND id % 40 = 7;
INSERT INTO orders_returnline (order_return_id, line_id, quantity, is_restocked)
SELECT DISTINCT ON (r.id) r.id, l.id, 1, true
FROM orders_orderreturn r JOIN orders_orderline l USING (order_id) ORDER BY r.id, l.id;
UPDATE orders_orderline l SET returned = 1 FROM orders_returnline r WHERE r.line_id = l.id;
UPDATE orders_order o SET credited = r.credit FROM orders_orderreturn r WHERE r.order_id = o.id;
"""
MOVEMENTS = """
INSERT INTO inventory_stockmovement (inventory_id, warehouse_id, kind, quantity, reserved_change,
    unit_cost, on_hand_after, source, reference, url, note, at)
SELECT stocks[1 + n * 17 % array_length(stocks, 1)], places[1 + n * 17 % array_length(stocks, 1)],
    CASE WHEN n % 5 = 0 THEN 'receipt' ELSE 'issue' END, CASE WHEN n % 5 = 0 THEN 8 ELSE -2 END,
    0, 60, 40, 'bench:' || n, '', '', '', now() - (1000000 - n) * interval '94 seconds'
FROM generate_series(1, 1000000::bigint) AS n,
    (SELECT array_agg(id ORDER BY id) AS stocks, array_agg(warehouse_id ORDER BY id) AS places
     FROM inventory_inventory) AS i
"""
RATES = (
    "INSERT INTO orders_exchangerate (currency, \"on\", rate) VALUES ('USD', '2000-01-01', 3.75)"
)


def fill_sales(orders: int, customers: int) -> None:
    """Insert customers, products, orders, returns and movements; constraints checked by nobody."""
    sizes = {"orders": orders, "customers": customers}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        with _without_word_indexes():
            cursor.execute("SELECT count(*) FROM customers_customer")
            if cursor.fetchone()[0] < customers:
                cursor.execute(CUSTOMERS, [customers])
            cursor.execute(CATALOGUE)
            cursor.execute(ORDERS, sizes)
            cursor.execute(LINES)
            cursor.execute(RETURNS)
            cursor.execute(MOVEMENTS)
            cursor.execute(RATES)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _without_word_indexes() -> Iterator[None]:
    """GIN indexes are built faster at once than row by row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%USING gin%'"
            " AND tablename IN ('customers_customer', 'orders_order')"
        )
        known = cursor.fetchall()
        for name, _definition in known:
            cursor.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            for _name, definition in known:
                cursor.execute(definition)
