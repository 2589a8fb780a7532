"""Encryption with GnuPG for public keys whose private halves are kept elsewhere."""

import atexit
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from dbbackup import settings as dbbackup_settings
from django.conf import settings

from .backup_pipes import BackupFailed, program

QUIET = ("--quiet", "--batch", "--no-tty", "--yes")


@dataclass(frozen=True)
class PublicKeys:
    """Files with one public key each, and the fingerprints of these keys. None: no encryption."""

    files: tuple[Path, ...] = ()
    fingerprints: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files)


@dataclass(frozen=True, kw_only=True)
class PrivateKey:
    """Where GnuPG finds the private key: its folder (None: the user's), a file with a passphrase."""

    homedir: Path | None = None
    passphrase_file: Path | None = None


def public_keys() -> PublicKeys:
    """Return the keys of settings.BACKUP_GPG_KEY, each tried.

    Errors: BackupFailed for a file that isn't there, holds no key, or one that has expired.
    """
    files = tuple(Path(name) for name in settings.BACKUP_GPG_KEY)
    keys = PublicKeys(files, tuple(_fingerprint(file) for file in files))
    if keys:
        with _encryption(keys, subprocess.DEVNULL) as taker:
            taker.write(b"is this key good for it?")
    return keys


def _fingerprint(file: Path) -> str:
    if not file.is_file():
        raise BackupFailed(f"BACKUP_GPG_KEY: {file} isn't there.")
    with TemporaryDirectory(prefix="madar-gpg-") as home:
        listing = subprocess.run(  # noqa: S603 - a file that the operator named, no shell
            [*_gpg(Path(home)), "--with-colons", "--show-keys", str(file)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    lines = [line.split(":") for line in listing.stdout.splitlines()]
    if [line[0] for line in lines].count("pub") != 1:
        raise BackupFailed(f"BACKUP_GPG_KEY: {file} isn't one public key (gpg --armor --export).")
    return next(line[9] for line in lines if line[0] == "fpr")


@contextmanager
def sealed_file(path: Path, keys: PublicKeys) -> Iterator[IO[bytes]]:
    """Write a new file of mode 0600, encrypted when there are keys; it is on the disk at the end.

    What is written never touches the disk unencrypted. Errors: BackupFailed.
    """
    opener = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opener, "wb") as file:
        if keys:
            with _encryption(keys, file) as taker:
                yield taker
        else:
            yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _encryption(keys: PublicKeys, out: Any) -> Iterator[IO[bytes]]:
    """Encrypt what is written. `--recipient-file` needs no keyring and trusts the file (gpg(1))."""
    recipients = [word for file in keys.files for word in ("--recipient-file", str(file))]
    with TemporaryDirectory(prefix="madar-gpg-") as home:
        command = [*_gpg(Path(home)), "--compress-algo", "none", *recipients, "--encrypt"]
        with program(command, stdin=subprocess.PIPE, stdout=out) as process:
            assert process.stdin
            yield process.stdin


@contextmanager
def opened_file(path: Path, key: PrivateKey) -> Iterator[IO[bytes]]:
    """Read a file of a backup, decrypted where its name says that it is encrypted.

    Errors: BackupFailed, at the end of the block for a wrong passphrase or a missing private key.
    """
    if path.suffix != ".gpg":
        with path.open("rb") as file:
            yield file
        return
    with program(_decryption(path, key), stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield process.stdout


def _decryption(path: Path, key: PrivateKey) -> list[str]:
    words = ["--decrypt", str(path)]
    if key.passphrase_file:
        if not key.passphrase_file.is_file():
            raise BackupFailed(f"{key.passphrase_file} isn't there.")
        passing = ["--pinentry-mode", "loopback", "--passphrase-file", str(key.passphrase_file)]
        return [*_gpg(key.homedir), *passing, *words]
    if sys.stdin and sys.stdin.isatty():  # gpg's agent may ask the person
        return [_program(), "--quiet", *_home(key.homedir), *words]
    return [*_gpg(key.homedir), "--pinentry-mode", "error", *words]


def _gpg(homedir: Path | None) -> list[str]:
    return [_program(), *QUIET, *_home(homedir)]


def _home(homedir: Path | None) -> list[str]:
    return ["--homedir", str(homedir)] if homedir else []


def _program() -> str:
    if found := shutil.which("gpg"):
        return found
    raise BackupFailed("GnuPG isn't installed. As root: apt install gnupg")


def lend_keys(**_signal: Any) -> None:
    """Let `dbbackup --encrypt` and `mediabackup --encrypt` use the same public keys.

    Their own way wants the keys in a keyring: they get one that lasts as long as the process.
    Connected to dbbackup's signals before a backup. Errors: BackupFailed.
    """
    keys = PublicKeys(tuple(Path(name) for name in settings.BACKUP_GPG_KEY))
    if not keys:
        return
    home = TemporaryDirectory(prefix="madar-gpg-")
    atexit.register(home.cleanup)
    os.environ["GNUPGHOME"] = home.name
    dbbackup_settings.GPG_RECIPIENT = [_fingerprint(file) for file in keys.files]
    dbbackup_settings.GPG_ALWAYS_TRUST = True
    with program([*_gpg(Path(home.name)), "--import", *keys.files]):
        pass
