"""One web process of `manage.py up`, on the socket that the launcher listens on.

Run in the virtual environment: python -m crm_project.launcher.webserver FD. The socket is the
launcher's and outlives every process: when one is killed, the others answer, and nobody is refused.
"""

import socket
import sys

import uvicorn

from crm_project.kit.process import keep_what_is_loaded
from crm_project.kit.shared_counts import keep_counts_of_killed

GRACE_SECONDS = 10  # for open requests after SIGTERM


def main(descriptor: int) -> None:
    """Serve until a signal."""
    config = uvicorn.Config(
        "crm_project.asgi:application",
        access_log=False,
        server_header=False,  # nobody needs to know what serves (SECURITY.md WB-2)
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    keep_counts_of_killed()  # before anything counts: a killed process has no websocket open
    config.load()
    keep_what_is_loaded()
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
