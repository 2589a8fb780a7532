"""The two bundles that pages load are what the parts make today."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def joined(tmp_path: Path) -> Path:
    """The folder with bundles joined anew from a copy of the parts."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    for part in ("css", "js"):
        shutil.copytree(ROOT / "static" / part, tmp_path / "static" / part)
    (tmp_path / "static" / "bundle").mkdir()
    subprocess.run(["sh", str(tmp_path / "scripts" / "bundle.sh")], check=True, timeout=30)
    return tmp_path / "static" / "bundle"


@pytest.mark.parametrize("name", ["crm.css", "crm.js"])
def test_the_committed_bundle_is_fresh(joined: Path, name: str) -> None:
    fresh = (joined / name).read_bytes()
    assert len(fresh) > 1000
    assert (ROOT / "static" / "bundle" / name).read_bytes() == fresh, "run scripts/bundle.sh"


def test_there_is_no_other_bundle(joined: Path) -> None:
    made = {path.name for path in joined.iterdir()}
    assert {path.name for path in (ROOT / "static" / "bundle").iterdir()} == made
