"""The manifest of a backup: what it holds, what its files hash to, signed."""

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from .backup_pipes import BackupFailed

NAME = "manifest.json"
FORMAT = 1
_SIGNED_FOR = b"madar backup manifest"


def digest_of(path: Path) -> dict[str, Any]:
    """Return a file's size in bytes and SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"size": file.tell(), "sha256": digest}


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write the manifest of the files in a folder, signed with the first of FIELD_KEYS."""
    files = {path.name: digest_of(path) for path in sorted(folder.iterdir())}
    signed = {"format": FORMAT, **content, "files": files}
    signed["signature"] = _signature(settings.FIELD_KEYS[0], signed)
    opener = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opener, "w", encoding="utf-8") as file:
        json.dump(signed, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a backup.

    It was signed with a key that FIELD_KEYS must hold still: without it the encrypted fields in
    the backup could not be read either. Errors: BackupFailed naming what is wrong.
    """
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        signature, is_known = content["signature"], content["format"] == FORMAT
    except OSError as error:
        raise BackupFailed(f"{folder.name}: its {NAME} can't be read.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupFailed(f"{folder.name}: its {NAME} is damaged.") from error
    if not is_known:
        raise BackupFailed(f"{folder.name} was made by a newer version.")
    if not any(hmac.compare_digest(_signature(key, content), str(signature)) for key in _keys()):
        raise BackupFailed(
            f"{folder.name}: its {NAME} was changed, or FIELD_KEYS lacks the key of that time."
        )
    return dict(content)


def _keys() -> list[str]:
    return list(settings.FIELD_KEYS)


def _signature(key: str, content: dict[str, Any]) -> str:
    unsigned = {name: value for name, value in content.items() if name != "signature"}
    text = json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    secret = hmac.digest(key.encode(), _SIGNED_FOR, "sha256")
    return hmac.new(secret, text.encode(), "sha256").hexdigest()


def check_files(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse a backup whose files are not as they were. Errors: BackupFailed naming the file."""
    for name, wanted in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise BackupFailed(f"{folder.name}/{name} is missing.")
        size = path.stat().st_size
        if size != wanted["size"]:
            raise BackupFailed(
                f"{folder.name}/{name} has {size} bytes instead of {wanted['size']}: cut off?"
            )
        if digest_of(path)["sha256"] != wanted["sha256"]:
            raise BackupFailed(f"{folder.name}/{name} is damaged: its SHA-256 is another one.")
