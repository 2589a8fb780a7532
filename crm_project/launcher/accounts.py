"""Which system account runs the database: ourselves, or for root somebody without rights."""

import contextlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import LaunchError


@dataclass(frozen=True)
class Account:
    """A system account to run a program as."""

    name: str
    uid: int
    gid: int

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess.Popen`: none when it is ourselves."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def database_account(data: Path) -> Account:
    """Return who runs the database in `data`: its owner if it is there, `nobody` for root, else us.

    PostgreSQL refuses to run as root. Raises LaunchError when the folder is somebody else's.
    """
    ours = os.geteuid()
    uid = data.stat().st_uid if data.exists() else ours
    if ours and uid != ours:
        raise LaunchError(
            f"The database in {data} belongs to another user (uid {uid}).",
            advice="Run this as that user, or set MADAR_STATE to a folder of your own.",
        )
    try:
        entry = pwd.getpwuid(uid) if uid else pwd.getpwnam("nobody")
    except KeyError:
        raise LaunchError(
            f"This user (uid {uid}) has no name on this system, so PostgreSQL will not run.",
            advice="Run as a user listed in /etc/passwd, or set DATABASE_URL to a running server.",
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def login_names(account: Account) -> list[str]:
    """Return the system names that may log in to the database: its account, ours, root."""
    names = {account.name, "root"}
    with contextlib.suppress(KeyError):
        names.add(pwd.getpwuid(os.geteuid()).pw_name)
    return sorted(names)
