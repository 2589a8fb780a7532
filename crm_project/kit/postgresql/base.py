"""Django's PostgreSQL backend without what every request would pay for and nobody reads.

Django 5.2 finds a backend as the `DatabaseWrapper` of the module `base` in the package ENGINE names.
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import Format

TIMES = psycopg.adapters.types["timestamptz"].oid


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. Raises psycopg.OperationalError when the server doesn't answer."""
        connection = super().get_new_connection(conn_params)
        compiled: Any = psycopg.adapters.get_loader(TIMES, Format.TEXT)
        connection.adapters.register_loader("timestamptz", compiled)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor whose times psycopg's compiled reader reads, in the connection's zone: UTC.

        Django's way to it gives each cursor a reader of its own: two Python calls a value.
        """
        if name is None:
            return self.connection.cursor()
        of_server: Any = base.ServerSideCursor  # the stubs know the class of psycopg 2
        withhold = self.connection.autocommit
        return of_server(self.connection, name, scrollable=False, withhold=withhold)

    @property
    def queries_logged(self) -> bool:
        """Keep statements only where a test captures them, not for every page of the demo."""
        return bool(self.force_debug_cursor)

    def is_usable(self) -> bool:
        """Tell whether the server is still there; ask it only if its silent line has something to say.

        A server that died, or ended this session, has closed the line: it reads as ended.
        """
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.pgconn.socket, select.POLLIN)
        return bool(super().is_usable()) if line.poll(0) else True
