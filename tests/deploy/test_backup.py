"""dbbackup and dbrestore: all comes back whole (SECURITY.md BK-2, BK-3)."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import Activity, User
from customers.models import Customer
from tests.factories import make_customer

from .databases import empty_database, facts_of, manage
from .gpg import PASSPHRASE, Pair, needs_gpg, new_pair

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def newest(state: Path, ending: str) -> Path:
    return max((state / "backups").glob(f"*{ending}"))


@pytest.fixture
def filled(riyadh: Any, sales: User, client_of: Any) -> str:
    """The test database with people, customers and a log of what they did."""
    for number in range(5):
        make_customer(riyadh, sales, name=f"عميل {number}")
    client_of(sales).get("/users/new/")  # refused, and so in the log
    assert Activity.objects.exists()
    assert Customer.objects.count() == 5
    return str(connection.settings_dict["NAME"])


@needs_gpg
def test_an_encrypted_backup_of_dbbackup_comes_back_whole_in_an_empty_database_of_another_role(
    filled: str, tmp_path: Path
) -> None:
    with new_pair() as pair:
        _round_trip(filled, tmp_path, pair)


def _round_trip(filled: str, tmp_path: Path, pair: Pair) -> None:
    public, private = {"BACKUP_GPG_KEY": str(pair.public)}, {"GNUPGHOME": str(pair.homedir)}
    back = ("--decrypt", "--uncompress", "--noinput", "--passphrase", PASSPHRASE)
    (tmp_path / "media" / "a").mkdir(parents=True)
    (tmp_path / "media" / "a" / "plan.pdf").write_bytes(b"%PDF-1.7 \xd9\x85")
    for command in ("dbbackup", "mediabackup"):
        words = (command, "--compress", "--encrypt", "--noinput")
        done = manage(*words, database=filled, state=tmp_path, more=public)
        assert done.returncode == 0, done.stderr
    for made in (tmp_path / "backups").iterdir():
        assert made.stat().st_mode & 0o077 == 0  # its owner's alone
        assert made.suffix == ".metadata" or b"PGDMP" not in made.read_bytes()
    before = facts_of(filled)
    assert before["rows"]["customers_customer"][0] == 5

    with empty_database(f"{filled}_again") as again:
        done = manage("dbrestore", *back, database=again, state=tmp_path, more=private)
        assert done.returncode == 0, done.stderr
        after = facts_of(again)
        for kind, facts in before.items():
            assert after[kind] == facts, kind
        assert manage("migrate", "--check", database=again, state=tmp_path).returncode == 0
        log = manage("verify_activity", database=again, state=tmp_path)
        assert log.returncode == 0, log.stdout

    (tmp_path / "media" / "a" / "plan.pdf").unlink()
    done = manage("mediarestore", *back, database=filled, state=tmp_path, more=private)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "media" / "a" / "plan.pdf").read_bytes() == b"%PDF-1.7 \xd9\x85"


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])


def flip_a_byte(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    file.write_bytes(raw)


def cut_off_inside(file: Path) -> None:
    """Whole to look at, but the dump in it ends early."""
    dump = gzip.decompress(file.read_bytes())
    file.write_bytes(gzip.compress(dump[: len(dump) // 4]))


def test_a_damaged_backup_is_refused_and_changes_nothing(filled: str, tmp_path: Path) -> None:
    assert manage("dbbackup", "--compress", database=filled, state=tmp_path).returncode == 0
    backup = newest(tmp_path, ".gz")
    whole = backup.read_bytes()
    with empty_database(f"{filled}_damaged") as again:
        done = manage("dbrestore", "--uncompress", "--noinput", database=again, state=tmp_path)
        assert done.returncode == 0, done.stderr
        before = facts_of(again)
        for damage in (cut_off, flip_a_byte, cut_off_inside):
            backup.write_bytes(whole)
            damage(backup)
            done = manage("dbrestore", "--uncompress", "--noinput", database=again, state=tmp_path)
            assert done.returncode != 0, damage.__name__
            assert facts_of(again) == before, damage.__name__
