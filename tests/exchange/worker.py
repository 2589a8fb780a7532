"""A process of its own that runs one step of an import, to be killed in the middle of it.

python -m tests.exchange.worker <batch id> check|import|undo
"""

import os
import sys

import django
from django.conf import settings


def main() -> None:
    """Run the step; print a dot for every finished chunk."""
    batch_id, step = int(sys.argv[1]), sys.argv[2]
    django.setup()
    settings.MEDIA_ROOT = os.environ["IMPORT_FILES"]
    from customers.resources import CustomerResource
    from exchange import services
    from exchange.services import ahead, running, undoing

    ahead.CHUNK = undoing.CHUNK = int(os.environ.get("CHUNK", "50"))
    tell = running.tell_about

    def told(batch: object) -> None:
        print(".", flush=True)
        tell(batch)  # type: ignore[arg-type]

    running.tell_about = undoing.tell_about = told  # type: ignore[assignment]
    work = {
        "check": services.run_check,
        "import": services.run_import,
        "undo": services.run_undo,
    }[step]
    work(batch_id, resource=CustomerResource())


if __name__ == "__main__":
    main()
