"""Where a PostgreSQL cluster lives: its data, its socket, its programs, its account."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import accounts, binaries, paths, processes
from .errors import LaunchError

SOCKET_PATH_BYTES = 107  # sun_path in unix(7), without its closing zero
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Place:
    """The files of one cluster and who owns them."""

    name: str  # for example "pg18", by the major version
    home: Path  # the state folder, or one that the account can reach
    programs: Path
    account: accounts.Account

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / self.name

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket: beside the data, or a private short one for deep checkouts."""
        folder = self.home / f"run-{self.name}"
        if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES - len(".lock"):
            return folder
        known = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"madar-{self.account.uid}-{known}"

    def own(self, path: Path) -> None:
        """Give a path to the database's account."""
        if self.account.uid != os.geteuid():
            os.chown(path, self.account.uid, self.account.gid)

    def make_private(self, folder: Path) -> None:
        """Make a folder that only the database's account (and root) can enter.

        Raises LaunchError when somebody else has put something there.
        """
        ours = (self.account.uid, os.geteuid())
        if folder.is_symlink() or (folder.exists() and folder.stat().st_uid not in ours):
            raise LaunchError(f"{folder} belongs to somebody else.", advice="Remove it.")
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        self.own(folder)

    def admit(self) -> None:
        """Write who may log in: anew at each start, so that a checkout can change hands."""
        names = accounts.login_names(self.account)
        texts = {
            "pg_ident.conf": "".join(f'madar "{name}" madar\n' for name in names),
            "pg_hba.conf": "local all,replication all peer map=madar\n",
        }
        for file, text in texts.items():
            (self.data / file).write_text(text)
            self.own(self.data / file)


def find(suffix: str) -> Place:
    """Return where the cluster `pg<major><suffix>` of this state folder is or will be."""
    programs = binaries.find()
    name = f"pg{binaries.version(programs)}{suffix}"
    link = paths.state_dir() / name
    account = accounts.database_account(link)
    home = _home(link, account)
    return Place(name, home, binaries.reachable(programs, account, home), account)


def _home(link: Path, account: accounts.Account) -> Path:
    """Return the state folder if the account can pass through it, else a folder it can.

    The second is linked from the state folder and never found again without that link: who
    removes the state folder starts afresh.
    """
    if link.is_symlink():
        if (home := link.resolve().parent).is_dir():
            return home
        link.unlink()  # what it led to has been removed
    state = paths.state_dir()
    if _can_enter(state, account):
        return state
    base = Path("/var/lib") if os.access("/var/lib", os.W_OK) else Path("/var/tmp")  # noqa: S108 - mkdtemp below
    home = Path(tempfile.mkdtemp(prefix="madar-", dir=base))
    home.chmod(0o711)
    link.symlink_to(home / link.name)
    return home


def _can_enter(folder: Path, account: accounts.Account) -> bool:
    test = shutil.which("test") or "/usr/bin/test"
    return processes.ask([test, "-x", folder / "."], **account.popen).returncode == 0
