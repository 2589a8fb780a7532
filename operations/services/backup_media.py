"""The uploaded files as one archive, each known by its SHA-256."""

import gzip
import hashlib
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings

from .backup_facts import Difference
from .backup_pipes import CHUNK, BackupFailed, Taker

QUICK = 1  # of gzip's levels: photos and PDF documents hardly get smaller


class _Hashed:
    """A file that is hashed while somebody else reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.digest.update(chunk)
        return chunk


def write_media(taker: Taker) -> dict[str, str]:
    """Write all uploaded files as a compressed tar; return path → SHA-256.

    A file that goes away meanwhile is left out: it was removed after 30 days, as promised.
    """
    hashes = {}
    with (
        gzip.GzipFile(fileobj=_as_file(taker), mode="wb", compresslevel=QUICK, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        root = Path(settings.MEDIA_ROOT)
        for path in _files(root):
            name = path.relative_to(root).as_posix()
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue
            with file:
                hashes[name] = _add(archive, name, file)
    return hashes


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes]) -> str:
    held = os.fstat(file.fileno())
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = held.st_size, int(held.st_mtime), 0o600
    hashed: Any = _Hashed(file)
    archive.addfile(entry, hashed)
    return str(hashed.digest.hexdigest())


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _as_file(taker: Taker) -> Any:
    """What gzip writes into: it asks for nothing but `write` and `flush`."""

    class _File:
        write = staticmethod(taker.write)
        flush = staticmethod(lambda: None)

    return _File()


def media_hashes(source: IO[bytes]) -> dict[str, str]:
    """Read such an archive; return path → SHA-256. Errors: BackupFailed for a broken one."""
    return {name: _digest(file) for name, file in _entries(source)}


def restore_media(source: IO[bytes]) -> dict[str, str]:
    """Put the archive's files where they belong, replacing what is there; return path → SHA-256.

    Files that the archive doesn't hold stay. Errors: BackupFailed; ours are never written outside.
    """
    root = Path(settings.MEDIA_ROOT)
    hashes = {}
    for name, file in _entries(source):
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f".{target.name}.restored")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            hashed: Any = _Hashed(file)
            while chunk := hashed.read(CHUNK):
                out.write(chunk)
        draft.replace(target)
        hashes[name] = str(hashed.digest.hexdigest())
    return hashes


def _entries(source: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as archive:
            for entry in archive:
                path = PurePosixPath(entry.name)
                if path.is_absolute() or ".." in path.parts:
                    raise BackupFailed(f"The archive holds a file outside of it: {entry.name[:80]}")
                if entry.isfile() and (file := archive.extractfile(entry)):
                    yield entry.name, file
    except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
        raise BackupFailed(f"The files' archive is broken: {error}") from error
    while source.read(CHUNK):
        pass  # to the very end: who writes must not find the pipe closed


def _digest(file: IO[bytes]) -> str:
    hashed: Any = _Hashed(file)
    while hashed.read(CHUNK):
        pass
    return str(hashed.digest.hexdigest())


def media_differences(wanted: dict[str, str], found: dict[str, str]) -> list[Difference]:
    """Compare the files of a backup with those of its archive."""
    return [
        Difference(kind="media", what=name, wanted=_said(wanted, name), found=_said(found, name))
        for name in sorted({*wanted, *found})
        if wanted.get(name) != found.get(name)
    ]


def _said(hashes: dict[str, str], name: str) -> str:
    return hashes.get(name, "none")[:12]
