"""One PostgreSQL cluster of the state folder: made, started, found, stopped, recovered."""

import contextlib
import locale
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from . import paths, pgplace, processes
from .errors import LaunchError
from .pgsettings import DEVELOPMENT
from .progress import Ticking, step

ROLE = "madar"
START_SECONDS = 120  # long enough to replay a large log after a crash
LOCALES = ("C.UTF-8", "en_US.UTF-8", "C")  # pg_trgm needs one that knows Arabic letters
PASSING = ("lock file", "shared memory", "in use", "is another", "starting up", "shutting down")
ESCALATION = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))  # fast first


class Cluster:
    """A database cluster, named by its major version. Log-ins are by system user (peer)."""

    def __init__(self, suffix: str = "", settings: Mapping[str, str] = DEVELOPMENT) -> None:
        self.place = pgplace.find(suffix)
        self.name = self.place.name
        self.settings = settings
        self.log = paths.log_file(self.name)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket: where the running server says, else where it would be."""
        lines = self._pid_file()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else self.place.socket_dir

    def url(self, database: str = ROLE) -> str:
        """Return the `DATABASE_URL` of one database, in the form django-environ reads."""
        return f"postgres://{ROLE}@/{self.socket_dir}/{database}"

    def environment(self) -> dict[str, str]:
        """Return what a program needs to use the cluster: its URL, and pg_dump and psql on PATH.

        Its own pg_dump comes first: one older than the server refuses to work.
        """
        programs = f"{self.place.programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {"DATABASE_URL": self.url(), "PATH": programs}

    def create(self) -> None:
        """Make the cluster if it isn't there: under another name first, so that half never counts.

        Raises LaunchError with initdb's words when it can't.
        """
        if (self.place.data / "PG_VERSION").exists():
            return
        with step(f"Creating the database cluster {self.name}") as current:
            draft = self.place.home / f"{self.name}.new"
            shutil.rmtree(draft, ignore_errors=True)
            self.place.make_private(draft)
            log = paths.log_file(f"{self.name}-initdb")
            with log.open("wb") as file:
                process = self._popen("initdb", self._initdb_flags(draft), log=file)
                code = processes.wait(process, step=current)
            if code:
                advice = "Is the disk full? Is the folder writable?"
                raise LaunchError("initdb failed.", log=log, advice=advice)
            draft.replace(self.place.data)

    def _initdb_flags(self, data: Path) -> list[str]:
        flags = [f"--pgdata={data}", f"--username={ROLE}", "--encoding=UTF8"]
        flags += [f"--locale={_locale()}", "--auth-local=peer", "--auth-host=reject"]
        return [*flags, "--no-instructions", *["--no-sync"][: self.settings.get("fsync") == "off"]]

    def running_pid(self) -> int | None:
        """Return the server's process number if it truly runs: no zombie, no stranger."""
        lines = self._pid_file()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        if self.process is not None and self.process.pid == pid:
            return None if self.process.poll() is not None else pid  # poll() buries the dead
        return pid if processes.is_alive(pid) and _is_server(pid, self.place.data) else None

    def is_ready(self) -> bool:
        """Tell whether the server runs and accepts connections."""
        lines = self._pid_file()
        return len(lines) > 7 and lines[7].strip() == "ready" and self.running_pid() is not None

    def start(self, *, dies_with_us: bool = True, current: Ticking | None = None) -> None:
        """Start the server and wait until it accepts connections; at once if it already does.

        After a kill -9 the dead server's memory and pid file are in the way for a moment: it
        is tried again until they are gone. Raises LaunchError when it does not start.
        """
        self.create()
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if time.monotonic() > deadline:
                advice = "Another program may be using its files; the log says more."
                raise LaunchError("The database does not start.", log=self.log, advice=advice)
            if self.running_pid() is None:
                (self.place.data / "postmaster.pid").unlink(missing_ok=True)  # of a dead server
                self._launch(dies_with_us=dies_with_us)
            self._wait_ready(deadline, current)

    def _launch(self, *, dies_with_us: bool) -> None:
        self.place.admit()
        self.place.make_private(self.place.socket_dir)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.socket_dir),
            "unix_socket_permissions": "0700",
            **self.settings,
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        on_death = processes.die_with_parent(signal.SIGINT) if dies_with_us else None
        with self.log.open("ab") as log:
            data = ["-D", str(self.place.data)]
            self.process = self._popen("postgres", [*data, *flags], log=log, on_death=on_death)

    def _wait_ready(self, deadline: float, current: Ticking | None) -> None:
        """Wait until the server is ready or has given up, then for a moment."""
        while time.monotonic() < deadline and not self.is_ready():
            if self.running_pid() is None and (
                self.process is None or self.process.poll() is not None
            ):
                self._fail_unless_passing()
                time.sleep(0.2)
                return
            if current:
                current.tick()
            time.sleep(0.02)

    def _fail_unless_passing(self) -> None:
        """Raise LaunchError unless the log's end names something that waiting cures."""
        end = self.log.read_bytes()[-2000:].decode("utf-8", "replace")
        if self.process and self.process.returncode and not any(word in end for word in PASSING):
            advice = "The log says why; the data is untouched."
            raise LaunchError("The database does not start.", log=self.log, advice=advice)

    def stop(self) -> None:
        """Stop the server: fast, then immediate, then by force."""
        folder = self.socket_dir
        for number, seconds in ESCALATION:
            if (pid := self.running_pid()) is None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + seconds
            while self.running_pid() is not None and time.monotonic() < deadline:
                time.sleep(0.02)
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)
        shutil.rmtree(folder, ignore_errors=True)

    def sql(self, statement: str, *, database: str = "postgres") -> list[str]:
        """Run one statement as the owner and return its rows as psql prints them, unaligned.

        Raises LaunchError with the server's words when it refuses.
        """
        psql: list[str | Path] = [self.place.programs / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1"]
        where: list[str | Path] = ["-h", self.socket_dir, "-U", ROLE, "-d", database]
        answer = processes.ask([*psql, *where, "-c", statement])
        if answer.returncode:
            raise LaunchError(f"The database refused: {answer.stderr.strip()}", log=self.log)
        return answer.stdout.splitlines()

    def ensure_database(self, database: str = ROLE) -> None:
        """Create a database if it isn't there."""
        if database not in self.sql("SELECT datname FROM pg_database"):
            self.sql(f'CREATE DATABASE "{database}"')

    def _pid_file(self) -> list[str]:
        """Return the lines of postmaster.pid: number, data, start, port, socket folder …"""
        try:
            return (self.place.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _popen(
        self,
        program: str,
        flags: list[str],
        *,
        log: IO[Any],
        on_death: Callable[[], None] | None = None,
    ) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [str(self.place.programs / program), *flags],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": _locale(), "TZ": "UTC", "PGTZ": "UTC"},
            start_new_session=True,
            umask=0o077,
            preexec_fn=on_death,
            **self.place.account.popen,
        )


def _is_server(pid: int, data: Path) -> bool:
    """Tell whether a live process is the server of this very folder."""
    if not processes.HAS_PROC:
        return str(data) in processes.ask(["ps", "-o", "command=", "-p", str(pid)]).stdout
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return False


def _locale() -> str:
    """Return the first locale this system has."""
    for name in LOCALES:
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            locale.setlocale(locale.LC_CTYPE, "")
            return name
    return "C"
