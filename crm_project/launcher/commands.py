"""Every Django command: in the virtual environment, with the embedded database if none is named."""

import importlib.util
import os
import signal
import sys
from types import FrameType

from . import environment, messages, paths, venv
from .database import Loan
from .errors import LaunchError, Stopped
from .postgres import Cluster

NEED_NO_DATABASE = {
    "help", "--help", "-h", "version", "--version", "compilemessages", "makemessages",
    "collectstatic", "diffsettings", "compile_translations", "check_translations",
}  # fmt: skip
ONCE = "MADAR_REEXECUTED"


def run(argv: list[str]) -> int:
    """Run a Django command line and return its exit code."""
    environment.prepare()
    if importlib.util.find_spec("django") is None:
        return _run_in_environment(argv)
    messages.compile_stale()
    loan = _borrow(argv[1] if len(argv) > 1 else "help")
    try:
        return _run_django(argv)
    finally:
        if loan:
            loan.give_back()


def _run_in_environment(argv: list[str]) -> int:
    """Start again with the virtual environment's Python, making it first if need be."""
    if os.environ.get(ONCE):
        raise LaunchError(
            f"Django is not in {paths.venv_dir()} although it was installed.",
            advice="Remove that folder and run the same command again.",
        )
    venv.ensure()
    python = paths.venv_python()
    sys.stdout.flush()
    os.execve(  # noqa: S606 - this very command line, under another Python
        python, [str(python), *argv], {**os.environ, ONCE: "1"}
    )


def _borrow(command: str) -> Loan | None:
    """Have the embedded database running and named in the environment, where it is wanted."""
    os.environ.pop(ONCE, None)
    if os.environ.get("DATABASE_URL") or not environment.is_development(os.environ):
        return None
    cluster = Cluster()
    if command in NEED_NO_DATABASE:
        os.environ |= cluster.environment()  # settings want the name, nobody connects
        return None
    loan = Loan(cluster)
    loan.take()
    os.environ |= cluster.environment()
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _stop)  # so that `finally` gives the database back
    return loan


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)


def _run_django(argv: list[str]) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(argv)
    except ImproperlyConfigured as error:  # a missing setting wants a line, not a traceback
        raise LaunchError(str(error), advice="Set it in the environment or in .env.") from error
    return 0
