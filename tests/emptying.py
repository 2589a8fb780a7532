"""Emptying the database after a test with real commits."""

from typing import Any

from django.db import connection

KEPT = ("django_migrations", "django_content_type", "auth_permission")  # made by migrate
TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"


def empty_tables(_case: Any = None) -> None:
    """Delete the rows of every table that has some, past triggers and foreign keys.

    Django's way truncates all hundred tables and makes its permissions anew: ten times as long.
    """
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall() if name not in KEPT]
        asked = (f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables)
        cursor.execute(" UNION ALL ".join(asked))
        filled = [name for (name,) in cursor.fetchall()]
        deletes = "".join(f"DELETE FROM {name};" for name in filled)
        cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {deletes} COMMIT")
