"""A new version in containers: the old one serves until the new one is ready."""

import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "upgrade.sh"
DOCKER = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
    "compose ps -q web") printf '%s' "$RUNNING" ;;
    "compose ps -aq web") printf '%s\\nnew1\\nnew2' "$RUNNING" ;;
    *--wait*) exit "$READY" ;;
esac
"""


def upgrade(folder: Path, *, running: str, is_ready: bool) -> tuple[int, list[str]]:
    """Return the exit code and what Docker was asked."""
    for name, text in {"docker": DOCKER, "sleep": "#!/bin/sh\n"}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o700)
    calls = folder / "calls"
    calls.unlink(missing_ok=True)
    names = {"CALLS": str(calls), "RUNNING": running, "READY": "0" if is_ready else "1"}
    environ = {"PATH": f"{folder}:{os.environ['PATH']}", **names}
    done = subprocess.run(
        ["sh", str(SCRIPT)], env=environ, capture_output=True, timeout=20, check=False
    )
    return done.returncode, calls.read_text().splitlines()


def test_it_migrates_then_starts_the_new_beside_the_old_and_stops_the_old_last(
    tmp_path: Path,
) -> None:
    code, calls = upgrade(tmp_path, running="old1\nold2", is_ready=True)
    assert code == 0
    assert calls == [
        "compose build",
        "compose run --rm migrate",
        "compose ps -q web",
        "compose up -d --no-deps --no-recreate --scale web=4 --wait web",
        "stop -t 20 old1 old2",
        "rm old1 old2",
        "compose up -d",
    ]


def test_a_version_that_does_not_get_ready_goes_and_the_old_one_stays(tmp_path: Path) -> None:
    code, calls = upgrade(tmp_path, running="old1\nold2", is_ready=False)
    assert code == 1
    assert calls[-2:] == ["rm -f new1", "rm -f new2"]
    assert not [call for call in calls if call.startswith(("stop", "compose up -d\n"))]


def test_where_nothing_runs_it_simply_starts(tmp_path: Path) -> None:
    assert upgrade(tmp_path, running="", is_ready=True)[1][-1] == "compose up -d"
