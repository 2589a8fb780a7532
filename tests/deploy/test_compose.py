"""docker-compose.yml: what came out when it ran in containers, kept."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(
    (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
)["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"] == "madar")


def test_no_registry_is_asked_for_the_image_that_is_made_here() -> None:
    assert OURS == ["backup", "migrate", "web", "worker", "ws"]
    assert {SERVICES[name]["pull_policy"] for name in OURS} == {"never"}


def test_the_database_counts_as_ready_only_when_others_reach_it() -> None:
    check = SERVICES["postgres"]["healthcheck"]["test"]
    assert check[check.index("-h") + 1] == "127.0.0.1"  # a first start answers on its socket early


def test_redis_runs_without_rights_although_a_shell_starts_it() -> None:
    redis = SERVICES["redis"]
    assert redis["command"][0] == "sh"  # the image drops root for `redis-server` only
    assert (redis["user"], redis["read_only"], redis["cap_drop"]) == ("redis", True, ["ALL"])


def test_logs_never_fill_the_disk() -> None:
    for service in SERVICES.values():
        assert service["logging"]["options"] == {"max-size": "50m", "max-file": "10"}


@pytest.mark.parametrize("name", ["web", "ws"])
def test_a_slow_machine_has_two_minutes_to_start(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["start_period"] == "120s"


def test_no_key_gets_into_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", ".env.*", "key", "**/*.pem", "**/*.asc", "**/*.gpg", "deploy"} <= set(ignored)
