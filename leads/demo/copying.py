"""What the database should know after many rows came in."""

from django.db import connection, models


def analyze(*tables: type[models.Model]) -> None:
    """Let the planner know about many new rows."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {quote(model._meta.db_table)}")
