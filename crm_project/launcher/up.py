"""`manage.py up`: from a bare checkout to a running Madar, and back to nothing on Ctrl-C."""

import os
import socket
import sys
import time

from . import debian, environment, figures, messages, paths, processes, venv
from .database import UP_LOCK, take_over
from .errors import LaunchError, Stopped
from .health import answers
from .locks import Lock
from .postgres import Cluster
from .progress import Step, say, step
from .supervisor import Service, Supervisor, signals

READY_SECONDS = 90
BACKLOG = 2048  # callers that wait for a web process
DEMO_USERS = ("manager", "supervisor", "sales", "inspector", "auditor", "sales.b")
MANAGE = paths.ROOT / "manage.py"


def run(arguments: list[str]) -> int:
    """Bring everything up and keep it up until a signal; return the exit code."""
    if arguments:
        say("usage: python3 manage.py up      Settings: docs/operations.md (PORT, WEB_HOST, …)")
        return 0 if arguments[0] in {"-h", "--help"} else 2
    environment.prepare()
    lock = Lock(UP_LOCK)
    _be_the_only_one(lock)
    supervisor = Supervisor([], None)
    with signals() as sleep:
        try:
            _bring_up(supervisor)
            while True:
                supervisor.look()
                sleep(supervisor.pause())
        except Stopped:
            say("\nStopping …")
            return 0
        finally:
            supervisor.stop()
            say("Stopped. Nothing is left running.")
            lock.drop()


def _be_the_only_one(lock: Lock) -> None:
    """Take the lock of this state folder, and end what a killed run left behind."""
    if not lock.take(wait=False):
        raise LaunchError(
            f"Madar is already running here: {lock.read_note() or 'just starting'}.",
            advice="Use that one, or stop it with Ctrl-C there (or kill and its process number).",
        )
    lock.note(f"process {os.getpid()}, {_address()}")
    mark = str(paths.state_dir())
    if count := processes.end_leftovers(mark):
        say(f"Ended {count} processes left by a run that was killed.")
    os.environ[processes.MARK] = mark


def _bring_up(supervisor: Supervisor) -> None:
    began = time.monotonic()
    port = _open_port()
    venv.ensure()
    messages.compile_stale()
    debian.ensure_for_documents()
    if not os.environ.get("DATABASE_URL") and environment.is_development(os.environ):
        with step("Starting the database"):
            supervisor.cluster = Cluster()
            take_over(supervisor.cluster)
        os.environ |= supervisor.cluster.environment()
    _prepare_data()
    if supervisor.cluster:
        supervisor.cluster.sql("CHECKPOINT")  # a crash now would otherwise repair all of it
    figures.share(os.environ)
    supervisor.services = _services(port)
    port.listen(BACKLOG)
    with step("Starting web and worker") as current:
        supervisor.look()
        _wait_until_ready(supervisor, current)
    _welcome(time.monotonic() - began)


def _prepare_data() -> None:
    is_demo = environment.is_development(os.environ)
    command: processes.Command = [
        paths.venv_python(),
        "-m",
        "crm_project.launcher.prepare",
        *["--demo"][:is_demo],
    ]
    name = "Migrating the database, " + ("demo company" if is_demo else "static files")
    advice = "Correct what the log says and run `python3 manage.py up` again; nothing was lost."
    with step(name) as current:
        log = paths.log_file("prepare")
        processes.run(command, step=current, log=log, env=dict(os.environ), advice=advice)


def _services(port: socket.socket) -> list[Service]:
    """The web processes and the worker. One web process may die while the others answer."""
    python, env = paths.venv_python(), dict(os.environ)
    web: processes.Command = [
        python, "-m", "crm_project.launcher.webserver", str(port.fileno()),
    ]  # fmt: skip
    names = ["web", *(f"web-{number}" for number in range(2, _web_processes() + 1))]
    return [
        *(Service(name, web, env, sockets=[port]) for name in names),
        Service("worker", [python, MANAGE, "worker"], env),
    ]


def _web_processes() -> int:
    raw = os.environ.get("WEB_PROCESSES") or "2"
    if not raw.isdigit() or not 0 < int(raw) <= 64:
        raise LaunchError(f"WEB_PROCESSES must be a number from 1 to 64, not {raw!r}.")
    return int(raw)


def _wait_until_ready(supervisor: Supervisor, current: Step) -> None:
    """Wait for /readyz. Raises LaunchError when a part keeps failing or it takes too long."""
    while current.seconds < READY_SECONDS:
        if answers(_port(), "/readyz", address=_local_host()):
            return
        current.tick()
        time.sleep(0.1)
        supervisor.look()
        for service in supervisor.services:
            if service.backoff.failures >= 3:
                log = paths.log_file(service.name)
                advice = "Correct what the log says and run this again."
                raise LaunchError(f"{service.name} does not stay up.", log=log, advice=advice)
    advice = f"See what {_address()}/readyz answers while it runs, and the logs."
    raise LaunchError(
        f"Madar is not ready after {READY_SECONDS} s.",
        log=paths.log_file("web"),
        advice=advice,
    )


def _port() -> int:
    raw = os.environ.get("PORT") or "8000"
    if not raw.isdigit() or not 0 < int(raw) < 65536:
        raise LaunchError(f"PORT must be a number from 1 to 65535, not {raw!r}.")
    return int(raw)


def _address() -> str:
    host = _local_host()
    return f"http://[{host}]:{_port()}" if ":" in host else f"http://{host}:{_port()}"


def _host() -> str:
    return os.environ.get("WEB_HOST") or "127.0.0.1"


def _local_host() -> str:
    """Return how this machine itself reaches the address that is listened on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(_host(), _host())  # noqa: S104


def _open_port() -> socket.socket:
    """Take the port; it listens from `_bring_up` on. Raises LaunchError when somebody has it."""
    family = socket.AF_INET6 if ":" in _host() else socket.AF_INET
    port = socket.socket(family)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        port.bind((_host(), _port()))
    except OSError as error:
        port.close()
        raise LaunchError(
            f"Port {_port()} can't be used: {error.strerror}.",
            advice=f"Choose another: PORT={_port() + 1} python3 manage.py up",
        ) from None
    return port


def _welcome(seconds: float) -> None:
    say(f"\nMadar is ready after {seconds:.1f} s:  {_address()}\n")
    if environment.is_development(os.environ):
        say("  Demo log-ins   " + "  ".join(f"{name}@demo.example" for name in DEMO_USERS[:3]))
        say("                 " + "  ".join(f"{name}@demo.example" for name in DEMO_USERS[3:]))
        say(f"  Password       {os.environ.get('DEMO_PASSWORD', '')}")
        say(f"  Integrator key {os.environ.get('DEMO_INTEGRATOR_KEY', '')}")
    say(f"  Logs           {paths.state_dir() / 'logs'}")
    if sys.stdout and sys.stdout.isatty():
        say("\nCtrl-C stops everything.")
