"""Numbers of records, from PostgreSQL sequences: unique under any concurrency, gaps allowed."""

from django.db import connection


def next_numbers(sequence: str, count: int = 1) -> list[int]:
    """Draw `count` numbers from a sequence made by a migration."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count]
        )
        return [row[0] for row in cursor.fetchall()]
