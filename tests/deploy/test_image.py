"""The image of the Dockerfile: its own commands, run here with its own values."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def commands() -> list[str]:
    """The shell commands of the last stage, one by one."""
    last_stage = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    runs = re.findall(r"^RUN (.+)$", last_stage, re.MULTILINE)
    return [" ".join(part.split()) for run in runs for part in run.split("&&")]


def environment(state: Path) -> dict[str, str]:
    """What ENV sets, with this machine's programs and another state folder."""
    words = re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE)
    given = dict(word.split("=", 1) for line in words for word in line.split())
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**given, "PATH": path, "MADAR_STATE": str(state)}


@pytest.mark.slow
def test_the_static_files_are_collected_and_whoever_serves_may_read_them(tmp_path: Path) -> None:
    collect = [command for command in commands() if "collectstatic" in command]
    assert len(collect) == 1

    done = subprocess.run(
        ["sh", "-c", collect[0] + " --no-post-process"],  # compressing takes minutes
        env=environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    files = [path for path in (tmp_path / "static").rglob("*") if path.is_file()]
    assert len(files) > 100
    closed = [path for path in files if not path.stat().st_mode & stat.S_IROTH]
    assert closed == []  # root collects them, the user of the image serves them
    folders = [path for path in (tmp_path / "static").rglob("*") if path.is_dir()]
    assert [path for path in folders if not path.stat().st_mode & stat.S_IXOTH] == []


def test_the_image_serves_as_a_user_without_rights() -> None:
    assert re.search(r"^USER (?!root|0)\w+$", DOCKERFILE, re.MULTILINE)
