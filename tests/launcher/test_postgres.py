"""The embedded PostgreSQL: started by anyone, recovered after kill -9, shared by commands."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_project.launcher import database, paths, pgplace, processes
from crm_project.launcher.locks import Lock
from crm_project.launcher.pgsettings import DEVELOPMENT
from crm_project.launcher.postgres import Cluster

pytestmark = pytest.mark.slow
SETTINGS = {  # fsync guards against a dying machine only, which no test here plays
    **DEVELOPMENT,
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "20",
}


@pytest.fixture
def cluster(state: Path) -> Iterator[Cluster]:
    cluster = Cluster("-check", SETTINGS)
    yield cluster
    cluster.stop()
    if cluster.place.home != paths.state_dir():
        shutil.rmtree(cluster.place.home, ignore_errors=True)


@pytest.fixture
def running(cluster: Cluster) -> Cluster:
    cluster.start()
    cluster.ensure_database()
    return cluster


def test_it_answers_knows_arabic_and_is_closed_to_others(running: Cluster) -> None:
    running.sql("CREATE EXTENSION pg_trgm", database="madar")

    trigrams = running.sql("SELECT cardinality(show_trgm('محمد'))", database="madar")

    assert trigrams == ["5"]
    assert running.socket_dir.stat().st_mode & 0o777 == 0o700
    assert running.sql("SHOW listen_addresses") == [""]


def test_after_kill_9_it_is_back_within_five_seconds_with_what_was_committed(
    running: Cluster,
) -> None:
    running.sql("CREATE TABLE kept AS SELECT 1 AS n", database="madar")
    for _ in range(3):
        killed = running.running_pid()
        assert killed
        os.kill(killed, signal.SIGKILL)
        began = time.monotonic()
        while running.running_pid():
            time.sleep(0.01)

        running.start()

        assert time.monotonic() - began < 5
        assert running.running_pid() != killed
    assert running.sql("SELECT n FROM kept", database="madar") == ["1"]


def test_a_pid_file_that_names_a_stranger_does_not_hinder_the_start(running: Cluster) -> None:
    running.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        path = running.place.data / "postmaster.pid"
        path.write_text(f"{stranger.pid}\n{running.place.data}\n0\n5432\n\n\n\nready\n")

        assert running.running_pid() is None
        running.start()

        assert running.sql("SELECT 1") == ["1"]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_half_a_cluster_left_by_a_killed_initdb_does_not_count(cluster: Cluster) -> None:
    half = cluster.place.home / f"{cluster.name}.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    cluster.start()

    assert cluster.sql("SELECT 1") == ["1"]
    assert not half.exists()


def test_stopping_leaves_no_process_and_no_socket(running: Cluster) -> None:
    pid, folder = running.running_pid(), running.socket_dir
    assert pid

    running.stop()

    assert not processes.is_alive(pid)
    assert not folder.exists()


def test_the_last_command_to_leave_stops_the_server(cluster: Cluster) -> None:
    first, second = database.Loan(cluster), database.Loan(Cluster("-check", SETTINGS))
    first.take()
    second.take()

    first.give_back()
    assert second.cluster.is_ready()

    second.give_back()
    assert second.cluster.running_pid() is None


def test_a_command_leaves_the_server_of_up_alone(running: Cluster) -> None:
    up = Lock(database.UP_LOCK)
    up.take()
    loan = database.Loan(Cluster("-check", SETTINGS))
    loan.take()

    loan.give_back()

    assert running.is_ready()
    up.drop()


def test_a_deep_checkout_gets_a_short_socket_path(cluster: Cluster) -> None:
    place = cluster.place
    deep = pgplace.Place(place.name, place.home / ("x" * 120), place.programs, place.account)

    path = deep.socket_dir / pgplace.SOCKET_NAME

    assert len(os.fsencode(path)) < pgplace.SOCKET_PATH_BYTES
