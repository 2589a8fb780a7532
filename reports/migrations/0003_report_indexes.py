"""Indexes that only reports read: narrow copies of wide rows, so that a year is counted from them."""

from django.db import migrations

INDEXES = {
    "report_buyers": "orders_order (confirmed_at) INCLUDE (customer_id, branch_id, owner_id, status)"
    " WHERE confirmed_at IS NOT NULL",
    "report_quotes": "orders_order (created_at) INCLUDE (branch_id, owner_id, confirmed_at, status)",
    "report_returns": "orders_orderreturn (at)",
    "report_new_customers": "customers_customer (created_at) INCLUDE (branch_id, owner_id, source)"
    " WHERE archived_at IS NULL",
    "report_last_contact": "customers_customer (last_contact_at)"
    " INCLUDE (branch_id, owner_id, source) WHERE archived_at IS NULL",
    "report_customer_source": "customers_customer (id) INCLUDE (source)",
}


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_rollup_triggers"),
        ("customers", "0001_customers"),
    ]
    operations = [
        migrations.RunSQL(f"CREATE INDEX {name} ON {columns}", f"DROP INDEX {name}")
        for name, columns in INDEXES.items()
    ]
