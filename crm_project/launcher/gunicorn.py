"""Gunicorn's configuration: threads, because the views are synchronous and wait for the database.

Start: gunicorn crm_project.wsgi:application --config python:crm_project.launcher.gunicorn
"""

import os
import tempfile
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from .figures import FOLDER


class DrainingWorker(ThreadWorker):
    """A gthread worker that refuses new connections as soon as it stops.

    gunicorn's own keeps the listening socket open while it finishes its work, so the kernel goes on
    taking connections that nobody will serve: each is reset at the end, and a proxy can't repeat the
    form that it sent there. A refused connection it sends to another machine at once.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take new connections or not; for good when the process is to end."""
        super().set_accept_enabled(enabled)
        if not (enabled or self.alive):
            self._close_listeners()

    def _close_listeners(self) -> None:
        for listener in self.sockets:
            waiting = -1
            while waiting != self.nr_conns:  # those who are waiting are served still
                waiting = self.nr_conns
                self.accept(listener)
            listener.close()


bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
worker_class = DrainingWorker
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 30  # seconds without a sign of life before a process is replaced
graceful_timeout = 15  # seconds for open requests after SIGTERM
keepalive = 75  # seconds; longer than nginx keeps its side open
max_requests = 20_000  # a process is renewed after so many, at different moments
max_requests_jitter = 2_000
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# Nobody controls it but by signals, and a container could not keep the socket
control_socket_disable = True
errorlog = "-"
os.environ.setdefault(FOLDER, tempfile.mkdtemp())  # the processes count for /metrics together


def child_exit(server: Any, worker: Any) -> None:
    """Take the gauges of a process that ended out of the sums, and keep its counts in them."""
    from crm_project.kit.shared_counts import keep_counts_of

    try:
        keep_counts_of(worker.pid)
    except Exception:  # e.g. no room on the disk: it would end gunicorn, and with it every process
        server.log.exception("The counts of process %s are lost", worker.pid)
