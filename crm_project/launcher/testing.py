"""`manage.py test`: what the checks need, then the checks, to the first that fails."""

import atexit
import os
import re
import shlex
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager

from . import debian, environment, messages, paths, processes, redis, venv
from .database import Loan
from .errors import Stopped
from .pgsettings import THROWAWAY
from .postgres import Cluster
from .progress import Step, say
from .supervisor import signals

SETTINGS = "crm_project.settings.test"
MANAGE = str(paths.ROOT / "manage.py")
CHECKS: dict[str, list[str]] = {
    "Lint": ["-m", "ruff", "check", "."],
    "Format": ["-m", "ruff", "format", "--check", "."],
    "Types": ["-m", "mypy", "."],
    "Layers": ["-c", "from importlinter.cli import lint_imports_command as check; check()"],
    "Migrations": [MANAGE, "makemigrations", "--check", "--dry-run"],
    "Translations": [MANAGE, "check_translations"],
}
SUITE = ["-n", "2"]
SERVED = ("DATABASE_URL", "REDIS_URL", "CHROMIUM")  # what tests find their services by
RUN_NAME = re.compile(r"^(?:test_)?run_(\d+)(?:_gw\d+)?$")  # databases are named by their run


def run(arguments: list[str]) -> int:
    """Run all checks, or only pytest with the given arguments; return the first failure's code."""
    with signals():
        try:
            venv.ensure(venv.DEV)
            debian.ensure_for_tests()
            messages.compile_stale()
            with services() as env:
                return _run_suite(env, arguments) if arguments else _run_all(env)
        except Stopped as stopped:
            return stopped.code


@contextmanager
def services() -> Iterator[dict[str, str]]:
    """Keep the test database and Redis running for a block; yield the environment naming them."""
    cluster = Cluster(suffix="-test", settings=THROWAWAY)
    loan, started = Loan(cluster), None
    try:
        loan.take()
        _drop_old_runs(cluster)
        started = redis.start()
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            environment.ENV_FILE: os.devnull,  # what a developer has set must not colour a test
            **cluster.environment(),
            "PYTHONUNBUFFERED": "1",
        }
        if started:
            env["REDIS_URL"] = started[1]
        if browser := debian.program(debian.BROWSER):
            env["CHROMIUM"] = browser
        yield env
    finally:
        if started:
            processes.end_group(started[0], grace_seconds=3)
        loan.give_back()


def provide(environ: MutableMapping[str, str] = os.environ) -> None:
    """Have a bare `pytest` find its database and Redis too: started now, stopped at exit.

    For the test settings. Nothing happens where `DATABASE_URL` says what to use, as it does
    in the processes that a run starts.
    """
    if environ.get("DATABASE_URL"):
        return
    stack = ExitStack()
    env = stack.enter_context(services())
    owner = os.getpid()
    atexit.register(lambda: stack.close() if os.getpid() == owner else None)
    environ.update({name: env[name] for name in (*SERVED, "PATH") if name in env})
    environ["DATABASE_URL"] = run_url(environ["DATABASE_URL"])


def run_url(url: str) -> str:
    """Return the URL of this run's own database, so that two runs don't meet."""
    return url.rpartition("/")[0] + f"/run_{os.getpid()}"


def _drop_old_runs(cluster: Cluster) -> None:
    """Drop the databases of runs that were killed."""
    for name in cluster.sql("SELECT datname FROM pg_database"):
        match = RUN_NAME.match(name)
        if match and not processes.is_alive(int(match[1])):
            cluster.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run_all(env: dict[str, str]) -> int:
    for name, command in CHECKS.items():
        if code := _run_check(name, command, env):
            return code
    return _run_suite(env, SUITE)


def _run_check(name: str, command: list[str], env: dict[str, str]) -> int:
    """Run one check, its clock running, and show its output only if it fails."""
    log = paths.log_file(f"check-{name.lower()}")
    current = Step(name)
    with log.open("wb") as file:
        process = processes.spawn([paths.venv_python(), *command], log=file, env=env)
        try:
            code = processes.wait(process, step=current)
        finally:
            processes.end_group(process, grace_seconds=3)
    current.end("✗" if code else "✓")
    if code:
        say(log.read_text(encoding="utf-8", errors="replace").rstrip())
        say(f"\n✗ {name} failed. The same alone: {_alone(command)}")
    return code


def _alone(command: list[str]) -> str:
    return shlex.join([".venv/bin/python", *command]).replace(f"{paths.ROOT}/", "")


def _run_suite(env: dict[str, str], arguments: list[str]) -> int:
    """Run pytest on this terminal, in databases of this run's own name."""
    url = run_url(env["DATABASE_URL"])
    command: processes.Command = [paths.venv_python(), "-m", "pytest", *arguments]
    process = processes.spawn(command, log=None, env={**env, "DATABASE_URL": url})
    try:
        return processes.wait(process)
    finally:
        processes.end_group(process, grace_seconds=10)
