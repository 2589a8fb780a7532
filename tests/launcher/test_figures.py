"""What web processes and worker count is added up, whoever answers /metrics."""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from crm_project.launcher import figures

COUNT = "from prometheus_client import Counter; Counter('visits', 'v').inc()"
SHOW = (
    "from prometheus_client import CollectorRegistry, generate_latest, multiprocess as m;"
    "r = CollectorRegistry(); m.MultiProcessCollector(r); print(generate_latest(r).decode())"
)


def run(program: str, environ: dict[str, str]) -> str:
    """Run a process of `up` and return what it prints."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environ},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_two_processes_count_together(state: Path) -> None:
    environ: dict[str, str] = {}
    figures.share(environ)
    run(COUNT, environ)
    run(COUNT, environ)

    assert "visits_total 2.0" in run(SHOW, environ)


def test_what_an_ended_process_counted_stays_in_the_sum(state: Path) -> None:
    environ: dict[str, str] = {}
    figures.share(environ)
    end = "import os; from crm_project.kit.shared_counts import keep_counts_of;" + COUNT
    for _process in range(3):
        run(end + "; keep_counts_of(os.getpid())", environ)
    run(COUNT, environ)

    folder = Path(environ[figures.FOLDER])
    assert len(list(folder.glob("counter_*.db"))) == 2  # all ended ones together, and the last
    assert "visits_total 4.0" in run(SHOW, environ)


def test_a_killed_process_counts_on_but_has_nothing_open(state: Path) -> None:
    environ: dict[str, str] = {}
    figures.share(environ)
    gauge = "Gauge('open', 'o', multiprocess_mode='livesum').inc()"
    opened = f"; from prometheus_client import Gauge; {gauge}"
    run(COUNT + opened, environ)
    assert "open 1.0" in run(SHOW, environ)

    start = "from crm_project.kit.shared_counts import keep_counts_of_killed as keep; keep();"
    for _start in range(2):
        run(start + COUNT + opened, environ)
    seen = run(SHOW, environ)
    assert "visits_total 3.0" in seen
    assert "open 1.0" in seen  # its own


def test_gunicorn_goes_on_when_the_counts_of_an_ended_process_cannot_be_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(figures.FOLDER, str(tmp_path / "gone"))
    from crm_project.launcher import gunicorn  # sets the folder for its process where none is named

    server = Mock()
    gunicorn.child_exit(server, Mock(pid=1234))
    server.log.exception.assert_called_once()


def test_a_new_run_begins_anew(state: Path) -> None:
    environ: dict[str, str] = {}
    figures.share(environ)
    run(COUNT, environ)

    fresh: dict[str, str] = {}
    figures.share(fresh)

    assert "visits_total" not in run(SHOW, fresh)


def test_a_folder_named_by_the_operator_is_kept(state: Path, tmp_path: Path) -> None:
    environ = {figures.FOLDER: str(tmp_path)}
    (tmp_path / "kept").touch()
    figures.share(environ)
    assert environ == {figures.FOLDER: str(tmp_path)}
    assert (tmp_path / "kept").exists()
