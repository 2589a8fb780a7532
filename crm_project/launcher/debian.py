"""Programs the test suite wants, from Debian's packages where the user may install them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import paths, processes
from .errors import LaunchError
from .progress import say, step

PACKAGES = {  # package: programs of which any one will do
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "redis-server": ("redis-server", "valkey-server"),
    "gettext": ("msgfmt",),
}
POLICY = Path("/usr/sbin/policy-rc.d")


def program(package: str) -> str | None:
    """Return the path of a package's program, or None when it isn't there."""
    return next((found for name in PACKAGES[package] if (found := shutil.which(name))), None)


def ensure() -> None:
    """Install what is missing; say what can't be had, for its tests will be skipped."""
    missing = [package for package in PACKAGES if not program(package)]
    may = os.geteuid() == 0 and shutil.which("apt-get") and os.environ.get("MADAR_APT", "1") != "0"
    if missing and may:
        try:
            with _no_services_started():
                _install(missing)
        except LaunchError as failure:
            say(str(failure))
    for package in PACKAGES:
        if not program(package):
            say(f"! No {package}: its tests will be skipped. As root: apt install {package}")


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
