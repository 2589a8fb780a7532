"""The virtual environment is installed again exactly when the pinned requirements change."""

import re
import sys
from pathlib import Path

import pytest

from crm_project.launcher import installer, paths, venv

NAME = re.compile(r"^([a-z0-9][a-z0-9._-]*==[^ ;\\]+)", re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose environment "works" and where installing only takes a note."""
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "requirements-dev.txt").write_text("a==1\nb==1\n")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setenv("MADAR_VENV", str(tmp_path / "venv"))
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


@pytest.fixture
def installed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been installed, in order."""
    done: list[str] = []
    monkeypatch.setattr(installer, "install", lambda requirements, _step: done.append(requirements))
    return done


def test_the_same_requirements_are_installed_once(installed: list[str]) -> None:
    venv.ensure()
    venv.ensure()
    assert installed == ["requirements.txt"]


def test_changed_requirements_are_installed_again(checkout: Path, installed: list[str]) -> None:
    venv.ensure()
    (checkout / "requirements.txt").write_text("a==2\n")
    venv.ensure()
    assert installed == ["requirements.txt", "requirements.txt"]


def test_the_development_requirements_serve_a_run_too(installed: list[str]) -> None:
    venv.ensure(venv.DEV)
    venv.ensure(venv.RUN)
    assert installed == ["requirements-dev.txt"]


def test_the_requirements_of_a_run_do_not_serve_the_tests(installed: list[str]) -> None:
    venv.ensure(venv.RUN)
    venv.ensure(venv.DEV)
    assert installed == ["requirements.txt", "requirements-dev.txt"]


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"requirements.txt": 1}'])
def test_a_damaged_marker_counts_as_none(text: str, checkout: Path) -> None:
    venv.marker_path().write_text(text)
    assert not venv.is_current(venv.RUN)


def test_an_environment_whose_python_has_gone_is_not_current(
    checkout: Path, installed: list[str]
) -> None:
    venv.ensure()
    paths.venv_python().unlink()
    paths.venv_python().symlink_to("/nowhere/python3")
    assert not venv.is_current(venv.RUN)


def test_the_development_pins_hold_every_pin_of_a_run() -> None:
    pins = [set(NAME.findall((paths.ROOT / name).read_text())) for name in (venv.RUN, venv.DEV)]
    assert pins[0]
    assert pins[0] <= pins[1]


@pytest.mark.parametrize("path", [paths.ROOT / venv.RUN, paths.ROOT / venv.DEV, installer.UV_PIN])
def test_every_pin_has_a_hash(path: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", path.read_text())
    without = [entry.split()[0] for entry in entries if "==" in entry and "--hash=" not in entry]
    assert without == []
