"""What the processes are told: os.environ, then .env, then secrets made for development."""

import re
import stat
import subprocess
import sys
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from crm_project.launcher import devsecrets, dotenv, environment, paths
from crm_project.launcher.errors import LaunchError


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=plain", "plain"),
        ("  export A = spaced  ", "spaced"),
        ("A=value # a remark", "value"),
        ("A=with#hash", "with#hash"),
        ("A='single # kept'", "single # kept"),
        (r'A="a \"word\"\nand a line"', 'a "word"\nand a line'),
        ("A=smtp+tls://u:p=w@host:587", "smtp+tls://u:p=w@host:587"),
        ("A=", ""),
        ("A=# nothing", ""),
        ("\ufeffA=after a byte order mark", "after a byte order mark"),
        ("A=مدار", "مدار"),
    ],
)
def test_a_line_of_an_env_file_gives_its_value(line: str, value: str) -> None:
    assert dotenv.parse(line) == {"A": value}


@pytest.mark.parametrize("line", ["", "   ", "# A=1", "  # remark"])
def test_blank_lines_and_remarks_are_passed_over(line: str) -> None:
    assert dotenv.parse(f"{line}\nREAL=1") == {"REAL": "1"}


@pytest.mark.parametrize("line", ["no equals sign", "1A=x", "A B=x", "=x", "DEBUG: false"])
def test_a_line_that_sets_nothing_stops_the_start_and_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"REAL=1\n{line}\n")
    with pytest.raises(LaunchError, match=r"\.env can't be read: line 2 is not NAME=value"):
        dotenv.read(tmp_path / ".env")


def test_an_env_file_that_is_no_text_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe\x00")
    with pytest.raises(LaunchError, match="not UTF-8 text"):
        dotenv.read(tmp_path / ".env")


def test_an_env_file_that_may_not_be_read_never_starts_a_development_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object, **_options: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refused)  # root may read everything
    with pytest.raises(LaunchError, match="Permission denied"):
        dotenv.read(tmp_path / ".env")


def test_without_an_env_file_nothing_is_set(tmp_path: Path) -> None:
    assert dotenv.read(tmp_path / ".env") == {}
    assert dotenv.read(Path("/dev/null")) == {}


def test_the_environment_wins_over_the_file_and_the_file_over_made_secrets(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=8001\nSECRET_KEY=from-the-file\n")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    environ = {"PORT": "9000"}

    environment.prepare(environ)

    assert environ["PORT"] == "9000"
    assert environ["SECRET_KEY"] == "from-the-file"
    assert environ["DJANGO_SETTINGS_MODULE"] == "crm_project.settings.development"
    assert environ["DEMO_PASSWORD"]


@pytest.mark.parametrize("word", ["0", "false", "False", "no", "off", ""])
def test_production_gets_its_settings_and_no_invented_secret(
    word: str, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    environ = {"DEBUG": word}

    environment.prepare(environ)

    assert environ["DJANGO_SETTINGS_MODULE"] == "crm_project.settings.production"
    assert not set(devsecrets.MAKERS) & set(environ)
    assert not (state / "secrets.env").exists()


def test_secrets_are_made_once_and_kept_for_their_owner_only(state: Path) -> None:
    first, second = devsecrets.ensure({}), devsecrets.ensure({})

    assert first == second
    assert set(first) == set(devsecrets.MAKERS)
    assert stat.S_IMODE((state / "secrets.env").stat().st_mode) == 0o600


def test_a_secret_the_environment_has_is_not_made(state: Path) -> None:
    assert "DEMO_PASSWORD" not in devsecrets.ensure({"DEMO_PASSWORD": "chosen by a person"})


def test_made_secrets_have_the_strength_their_users_demand(state: Path) -> None:
    made = devsecrets.ensure({})

    assert len(urlsafe_b64decode(made["FIELD_KEYS"])) == 32  # Fernet
    kid, _, secret = made["JWT_KEYS"].partition(":")
    assert kid
    assert len(secret) * 6 >= 256  # bits, base64
    assert len(made["DEMO_PASSWORD"]) >= 14
    assert made["DEMO_INTEGRATOR_KEY"].startswith("mdr_")
    assert len(made["DEMO_INTEGRATOR_KEY"]) == 4 + 43


def test_a_command_in_production_stops_with_one_line_that_names_the_missing_setting(
    state: Path, bare_environment: dict[str, str]
) -> None:
    answer = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**bare_environment, "DEBUG": "false", "MADAR_STATE": str(state)},
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert re.search(r"^✗ [A-Z_]+ is not set", answer.stderr, re.MULTILINE)
