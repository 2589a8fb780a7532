"""What dies is started again; what an earlier run left behind is ended, and nobody else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_project.launcher import paths, processes
from crm_project.launcher.locks import Lock, is_held
from crm_project.launcher.supervisor import Backoff, Service, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
PARENT = [sys.executable, "-c", "import subprocess as s; s.run(['sleep', '61'])"]


def eventually(is_true: Callable[[], object], *, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not is_true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(is_true())


def test_each_early_death_doubles_the_pause_up_to_two_seconds() -> None:
    backoff = Backoff()
    assert [backoff.after(1) for _ in range(7)] == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]


def test_a_calm_life_forgives_earlier_deaths() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after(1)
    assert backoff.after(5) == 0.2


@pytest.fixture
def service(state: Path) -> Iterator[Service]:
    service = Service("sleeper", PARENT, dict(os.environ), grace_seconds=1)
    yield service
    service.end()


def test_a_killed_service_is_running_again_within_a_second(service: Service) -> None:
    supervisor = Supervisor([service], None)
    supervisor.look()
    assert service.process
    killed = service.process.pid

    os.kill(killed, signal.SIGKILL)

    def is_back() -> bool:
        supervisor.look()
        return bool(service.process and service.process.pid != killed)

    assert eventually(is_back, seconds=1)


def test_the_children_of_a_killed_service_go_with_it(service: Service) -> None:
    supervisor = Supervisor([service], None)
    supervisor.look()
    assert service.process
    group = service.process.pid
    assert eventually(lambda: len(members(group)) == 2)

    os.kill(group, signal.SIGKILL)

    assert eventually(lambda: supervisor.look() or not members(group))


def test_stopping_ends_the_service_and_its_children(service: Service) -> None:
    supervisor = Supervisor([service], None)
    supervisor.look()
    assert service.process
    group = service.process.pid
    assert eventually(lambda: len(members(group)) == 2)

    supervisor.stop()

    assert members(group) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl is Linux's")
def test_a_child_dies_with_a_launcher_that_was_killed(state: Path) -> None:
    code = (
        "from crm_project.launcher import processes; import time\n"
        "print(processes.spawn(['sleep', '62'], log=None).pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=paths.ROOT
    )
    assert launcher.stdout
    child = int(launcher.stdout.readline())
    assert processes.is_alive(child)

    launcher.kill()
    launcher.wait()

    assert eventually(lambda: not processes.is_alive(child))


@pytest.mark.skipif(not processes.HAS_PROC, reason="the system has no /proc")
def test_only_processes_with_our_mark_are_ended() -> None:
    ours, theirs = (
        subprocess.Popen(SLEEPER, env={**os.environ, processes.MARK: mark})
        for mark in ("/a/state", "/a/state-of-another")
    )
    try:
        assert eventually(lambda: list(processes.leftovers("/a/state")) == [ours.pid])

        assert processes.end_leftovers("/a/state") == 1

        assert eventually(lambda: ours.poll() is not None)
        assert theirs.poll() is None
    finally:
        theirs.kill()
        theirs.wait()


def test_a_process_number_used_again_is_not_the_same_process() -> None:
    first = subprocess.Popen(SLEEPER)
    seen = processes.look(first.pid)
    first.kill()
    first.wait()

    assert seen
    assert processes.look(first.pid) is None
    assert (mine := processes.look(os.getpid()))
    assert mine.born != seen.born


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    try:
        assert eventually(lambda: (seen := processes.look(child.pid)) and seen.is_zombie)
        assert not processes.is_alive(child.pid)
    finally:
        child.wait()


def test_a_lock_is_held_until_its_holder_drops_it(state: Path) -> None:
    holder = Lock("x")
    assert holder.take()
    assert is_held("x")
    assert not Lock("x").take(wait=False)
    holder.drop()
    assert not is_held("x")


def test_a_second_start_says_who_runs_and_where(state: Path) -> None:
    first = Lock("up")
    first.take()
    first.note("process 4711, http://127.0.0.1:8000")

    second = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 1
    assert "already running" in second.stderr
    assert "process 4711, http://127.0.0.1:8000" in second.stderr
    first.drop()


def members(group: int) -> list[int]:
    """The living processes of a process group."""
    pids = subprocess.run(["ps", "-eo", "pid="], capture_output=True, text=True, check=True).stdout
    seen = [processes.look(int(pid)) for pid in pids.split()]
    return [s.pid for s in seen if s and s.group == group and not s.is_zombie]
