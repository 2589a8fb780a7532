"""Numbers of records, unique under any concurrency: from sequences, which may leave gaps, and from
series, which never do.
"""

from django.db import connection
from django.utils import timezone

from accounts.models import Branch


def next_numbers(sequence: str, count: int = 1) -> list[int]:
    """Draw `count` numbers from a sequence made by a migration."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count]
        )
        return [row[0] for row in cursor.fetchall()]


def next_in_series(kind: str, branch: Branch, *, count: int = 1) -> list[str]:
    """Draw the next numbers of a series that has no gaps, as "RUH-2026-00042".

    The series' row stays locked until the caller's transaction ends, and a rolled-back one gives
    its numbers back: call it late in the transaction. The year is that of the branch's clock.
    """
    year = timezone.now().astimezone(branch.clock).year
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [kind, branch.pk, year, count, count])
        last = cursor.fetchone()[0]
    prefix = SERIES_PREFIX.get(kind, "")
    code = f"{prefix}{branch.code.upper()}-{year}"
    return [f"{code}-{number:05}" for number in range(last - count + 1, last + 1)]


SERIES_PREFIX = {"receipt": "R-", "delivery": "D-", "return": "RT-", "purchase": "PO-"}
DRAW = """
INSERT INTO accounts_numberseries AS series (kind, branch_id, year, last)
VALUES (%s, %s, %s, %s)
ON CONFLICT (kind, branch_id, year) DO UPDATE SET last = series.last + %s
RETURNING last
"""
