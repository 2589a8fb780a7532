"""A backup every night, and every week one whose restore is tested (SECURITY.md BK-1, BK-4)."""

import os
import subprocess
import time
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
AT, DAY, SUNDAY = 9_000, 86_400, "7"  # 02:30 UTC in seconds


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)


def nights(folder: Path, weekday: str) -> str:
    """What the containers' script does in two nights, the first of which fails."""
    count = 'echo "$1" >> slept; [ "$(wc -l < slept)" -le 2 ]'
    program(folder, "sleep", count)
    program(folder, "python", 'echo "$@"; [ "$(wc -l < slept)" -gt 1 ]')
    program(folder, "date", f'[ "$1" = -u ] && echo {weekday} || /bin/date "$@"')
    (folder / "slept").unlink(missing_ok=True)
    done = subprocess.run(
        ["sh", str(DEPLOY / "nightly.sh")],
        env={"PATH": f"{folder}:{os.environ['PATH']}"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.stderr.count("The backup failed") == 1
    return done.stdout


def test_in_containers_it_runs_at_half_past_two_and_is_tested_on_sundays(tmp_path: Path) -> None:
    assert nights(tmp_path, "3") == "manage.py backup\n" * 2
    first = int((tmp_path / "slept").read_text().splitlines()[0])
    assert 0 < first <= DAY
    assert (time.time() + first - AT) % DAY < 20
    assert nights(tmp_path, SUNDAY) == "manage.py backup --verify\n" * 2


def test_without_containers_two_timers_do_the_same() -> None:
    for name, command, when in (
        ("madar-backup", "manage.py backup", "*-*-* 02:30:00"),
        ("madar-restore-test", "manage.py backup --verify", "Sun *-*-* "),
    ):
        service = (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8")
        timer = (DEPLOY / "systemd" / f"{name}.timer").read_text(encoding="utf-8")
        assert [line for line in service.splitlines() if line.startswith("ExecStart=")] == [
            f"ExecStart=/opt/madar/.venv/bin/python {command}"
        ]
        assert f"OnCalendar={when}" in timer
        assert "Persistent=true" in timer  # a night that was slept through is made up for
