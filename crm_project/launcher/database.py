"""Who keeps the embedded database running: `up`, or the commands that happen to use it.

Every user of a cluster holds its `-users` lock shared. A command that leaves tries to take it
alone: if it can, it was the last one and stops the server, unless `up` keeps it.
"""

from .locks import Lock, is_held, locked
from .postgres import Cluster

UP_LOCK = "up"


class Loan:
    """A running cluster for the length of one command."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.users = Lock(f"{cluster.name}-users")

    def take(self) -> None:
        """Start the cluster unless it runs, and make its database."""
        with locked(f"{self.cluster.name}-start"):
            self.users.take(shared=True)
            self.cluster.start(dies_with_us=False)
            self.cluster.ensure_database()

    def give_back(self) -> None:
        """Stop the cluster if nobody else uses it."""
        with locked(f"{self.cluster.name}-start"):
            is_last = self.users.take(wait=False) and not is_held(UP_LOCK)
            if is_last:
                self.cluster.stop()
            self.users.drop()


def take_over(cluster: Cluster) -> None:
    """Start the cluster as our own child for `up`. A command's server that is in use is kept."""
    users = Lock(f"{cluster.name}-users")
    with locked(f"{cluster.name}-start"):
        if cluster.running_pid() and users.take(wait=False):
            cluster.stop()
        users.drop()
        cluster.start()
        cluster.ensure_database()
