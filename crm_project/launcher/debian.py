"""Programs and libraries from Debian's packages, where the user may install them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

from . import paths, processes
from .errors import LaunchError
from .progress import say, step

BROWSER = "chromium-headless-shell"
PACKAGES = {  # package: programs of which any one will do
    BROWSER: (  # a browser without windows: half the work of the whole one
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
    ),
    "redis-server": ("redis-server", "valkey-server"),
    "gettext": ("msgfmt",),
    "nginx-light": ("nginx",),
    "gnupg": ("gpg",),
}
LIBRARIES = {"libpangoft2-1.0-0": "pangoft2-1.0"}  # lays the text of PDF documents out
POLICY = Path("/usr/sbin/policy-rc.d")


def program(package: str) -> str | None:
    """Return the path of a package's program, or None when it isn't there."""
    return next((found for name in PACKAGES[package] if (found := shutil.which(name))), None)


def is_there(package: str) -> bool:
    """Return True when a package's program or library can be used."""
    library = LIBRARIES.get(package)
    return bool(find_library(library) if library else program(package))


def ensure_for_tests() -> None:
    """Install what is missing; say what can't be had, for its tests will be skipped."""
    for package in _still_missing([*PACKAGES, *LIBRARIES]):
        say(f"! No {package}: its tests will be skipped. As root: apt install {package}")


def ensure_for_documents() -> None:
    """Install what PDF documents need; say what to do where that can't be."""
    for package in _still_missing([*LIBRARIES]):
        say(f"! No {package}: no PDF documents until root says: apt install {package}")


def _still_missing(packages: list[str]) -> list[str]:
    missing = [package for package in packages if not is_there(package)]
    may = os.geteuid() == 0 and shutil.which("apt-get") and os.environ.get("MADAR_APT", "1") != "0"
    if missing and may:
        try:
            with _no_services_started():
                _install(missing)
        except LaunchError as failure:
            say(str(failure))
    return [package for package in missing if not is_there(package)]


def _install(packages: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    log = paths.log_file("apt")
    with step(f"Installing {', '.join(packages)}") as current:
        processes.run(["apt-get", "update", "-q"], step=current, log=log, env=env)
        install = [
            "apt-get",
            "install",
            "-q",
            "-y",
            "--no-install-recommends",
            *packages,
        ]
        processes.run(install, step=current, log=log, env=env)


@contextmanager
def _no_services_started() -> Iterator[None]:
    """Keep packages from starting their daemons: see invoke-rc.d(8), policy-rc.d."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)
