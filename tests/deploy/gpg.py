"""A pair of keys for one test run: the public half as a file, the private half in a folder."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSPHRASE = "correct horse battery staple"
needs_gpg = pytest.mark.skipif(not shutil.which("gpg"), reason="GnuPG is not installed")


@dataclass(frozen=True)
class Pair:
    """Where the halves are; the passphrase lies in a file."""

    public: Path
    homedir: Path
    passphrase_file: Path


@contextmanager
def new_pair() -> Iterator[Pair]:
    """Make a pair with a passphrase, in a folder with a short name: gpg-agent has a socket there."""
    home = Path(tempfile.mkdtemp(prefix="mg-"))
    passphrase, public = home / "passphrase", home / "public.asc"
    passphrase.write_text(PASSPHRASE)
    loopback = ["--batch", "--pinentry-mode", "loopback", "--passphrase-file", str(passphrase)]
    _gpg(home, *loopback, "--quick-gen-key", "Backup <backup@demo.example>", "future-default")
    _gpg(home, "--armor", "--output", str(public), "--export")
    try:
        yield Pair(public, home, passphrase)
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)


def _gpg(home: Path, *words: str) -> None:
    subprocess.run(["gpg", "--homedir", str(home), "--quiet", *words], check=True, timeout=60)
