"""Installs pinned requirements, hashes checked: by uv where it can be had, else by pip."""

import os
import shutil
from pathlib import Path

from . import paths, processes
from .errors import LaunchError
from .progress import Step

UV_PIN = Path(__file__).with_name("uv-requirement.txt")
ADVICE = "Check the network (or PIP_INDEX_URL) and run the same command again."
PIP_TO_UV = {  # pip's options and the variables by which uv takes the same
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


def install(requirements: str, current: Step) -> None:
    """Install a requirements file of the checkout into the virtual environment.

    Raises LaunchError with the end of pip's log when neither installer can.
    """
    log, python = paths.log_file("install"), paths.venv_python()
    env = {**os.environ, **_cache_settings()}
    wanted: list[str | Path] = ["--require-hashes", "-r", paths.ROOT / requirements]
    if uv := _uv(current, env):
        command: list[str | Path] = [*uv, "pip", "install", "-p", python, *wanted]
        try:
            processes.run(command, step=current, log=log, env={**_uv_settings(), **env})
            return
        except LaunchError:  # a source only pip can read: pip has the last word
            log.replace(log.with_name("install-uv.log"))
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
    ]
    processes.run([*pip, *wanted], step=current, log=log, env=env, advice=ADVICE)


def uv_on_path() -> str | None:
    """Return the machine's uv if it works: a version manager's shim may be there and refuse."""
    found = shutil.which("uv")
    return found if found and processes.ask([found, "--version"]).returncode == 0 else None


def _uv(current: Step, env: dict[str, str]) -> list[str | Path]:
    """Return how to call uv (five times as fast as pip), or nothing when it can't be had."""
    if found := uv_on_path():
        return [found]
    python = paths.venv_python()
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-input",
        "--only-binary",
        ":all:",
    ]
    command: list[str | Path] = [*pip, "--require-hashes", "-r", UV_PIN]
    try:
        processes.run(command, step=current, log=paths.log_file("install-uv"), env=env)
    except LaunchError:
        return []
    return [python, "-m", "uv"]


def _uv_settings() -> dict[str, str]:
    """Hand pip's configured sources to uv, which does not read them; hashes keep it safe."""
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_LINK_MODE": "copy"}
    for line in processes.ask(
        [paths.venv_python(), "-m", "pip", "config", "list"]
    ).stdout.splitlines():
        name, _, value = line.partition("=")
        words = value.strip("'\"").replace("\\n", " ").split()
        if words and (variable := PIP_TO_UV.get(name.rpartition(".")[2])):
            glue = "," if variable == "UV_FIND_LINKS" else " "
            settings[variable] = glue.join(words)
    return settings


def _cache_settings() -> dict[str, str]:
    """Do without the caches for a user who has no home to keep them in."""
    home = os.environ.get("HOME", "")
    if home and os.access(home, os.W_OK):
        return {}
    return {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
