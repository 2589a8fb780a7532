"""Production by containers says what the settings ask for, and nothing they don't know."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "crm_project" / "settings"
LAUNCHED = {"DJANGO_SETTINGS_MODULE", "FORWARDED_ALLOW_IPS", "WEB_PROCESSES", "WEB_THREADS"}
LAUNCHED |= {"DEBUG"}  # also the launcher's: it chooses the settings module by it
OURS = ("web", "ws", "worker", "backup", "migrate")
MUST = re.compile(r"\$\{([A-Z_]+):\?")


def names_read(*modules: str, only_required: bool = False) -> set[str]:
    """The variables that settings modules read by `env.…("NAME", default)`."""
    calls = [
        node
        for module in modules
        for node in ast.walk(ast.parse((SETTINGS / f"{module}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env.")
    ]
    found = {}
    for call in calls:
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.setdefault(first.value, []).append(len(call.args) < 2 and not call.keywords)
        elif ast.unparse(call.func) == "env.database" and not call.args:
            found.setdefault("DATABASE_URL", []).append(True)
    return {name for name, required in found.items() if any(required) or not only_required}


def filled(text: str) -> str:
    """A compose value with every `${NAME…}` filled in as a test's .env would."""
    values = {
        "ALLOWED_HOSTS": "crm.example.com",
        "FIELD_KEYS": "M2Q0YjFhN2M5ZThmMDYxMjM0NTY3ODlhYmNkZWYwMTI=",
        "JWT_KEYS": "k1:" + "s3cr3t" * 8,
        "SECRET_KEY": "Zk3!" + "x7Qp_m" * 12,
        "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
    }
    text = re.sub(r"\$\{([A-Z_]+):\?[^}]*\}", lambda m: values.get(m[1], "abc123"), text)
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", text)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    return dict(compose["services"])


def test_all_parts_are_there_web_and_worker_twice(services: dict[str, Any]) -> None:
    assert set(services) == {"nginx", *OURS, "postgres", "redis"}
    for name in ("web", "worker"):
        assert services[name]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", OURS)
def test_every_variable_production_demands_is_given(services: dict[str, Any], name: str) -> None:
    required = names_read("base", "production", only_required=True)

    assert {"SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "REDIS_URL"} <= required  # it sees them
    assert required - set(services[name]["environment"]) == set()


@pytest.mark.parametrize("name", OURS)
def test_every_variable_given_is_one_the_settings_know(services: dict[str, Any], name: str) -> None:
    known = names_read("base", "production", "development") | LAUNCHED
    assert set(services[name]["environment"]) - known == set()


@pytest.mark.parametrize("name", OURS)
def test_a_missing_secret_stops_compose_before_anything_starts(
    services: dict[str, Any], name: str
) -> None:
    environment = services[name]["environment"]
    for secret in ("SECRET_KEY", "FIELD_KEYS", "JWT_KEYS", "DATABASE_URL", "REDIS_URL"):
        assert MUST.search(environment[secret]), secret


@pytest.mark.parametrize("name", [*OURS, "nginx", "postgres", "redis"])
def test_no_secret_is_written_down(services: dict[str, Any], name: str) -> None:
    for variable, value in services[name]["environment"].items():
        if re.search(r"SECRET|PASSWORD|KEY|TOKEN", variable):
            assert re.fullmatch(r"\$\{[A-Z_]+:[?-][^}]*\}", value), variable


@pytest.mark.parametrize("name", ["nginx", "web", "ws", "postgres", "redis"])
def test_who_answers_has_a_health_check(services: dict[str, Any], name: str) -> None:
    assert services[name]["healthcheck"]["test"][0] == "CMD"


def test_web_is_asked_whether_it_is_ready_and_ws_whether_it_lives(services: dict[str, Any]) -> None:
    assert services["web"]["healthcheck"]["test"][-2:] == ["8000", "/readyz"]
    assert services["ws"]["healthcheck"]["test"][-2:] == ["8001", "/healthz"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_capability_and_a_read_only_system(
    services: dict[str, Any], name: str
) -> None:
    assert services[name]["read_only"] is True
    assert services[name]["cap_drop"] == ["ALL"]
    assert services[name]["security_opt"] == ["no-new-privileges:true"]


def test_only_nginx_is_reachable_and_the_data_is_on_the_inner_network(
    compose: dict[str, Any], services: dict[str, Any]
) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert services[name]["networks"] == ["inside"]


def test_nothing_starts_before_the_migrations_are_through(services: dict[str, Any]) -> None:
    for name in ("web", "ws", "worker"):
        condition = services[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_the_commands_name_modules_that_exist(services: dict[str, Any]) -> None:
    for name in OURS:
        words = services[name]["command"].split()
        for word in words:
            if word.startswith(("crm_project.", "python:")):
                module = word.removeprefix("python:").partition(":")[0]
                assert (ROOT / (module.replace(".", "/") + ".py")).exists(), word
    assert (ROOT / "crm_project" / "kit" / "management" / "commands" / "worker.py").exists()


def test_nginx_sends_websockets_to_their_own_server() -> None:
    conf = (ROOT / "deploy" / "nginx" / "madar.conf.template").read_text(encoding="utf-8")
    assert re.search(r"location /ws/ \{[^}]*proxy_pass http://ws;", conf)
    assert re.search(r"location / \{ proxy_pass http://web; \}", conf)
    assert re.search(r"upstream ws \{[^}]*server ws:8001", conf)
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in conf


def test_every_setting_is_explained_and_nothing_else() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", manual, re.MULTILINE))
    read = names_read("base", "production", "development")

    assert read - explained == set()
    source = "".join(path.read_text() for path in (ROOT / "crm_project").rglob("*.py"))
    compose = (ROOT / "docker-compose.yml").read_text()
    assert {
        name for name in explained if f'"{name}"' not in source and name not in compose
    } == set()


def test_the_example_file_names_only_what_is_explained() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", example, re.MULTILINE))

    assert {"SECRET_KEY", "FIELD_KEYS", "POSTGRES_PASSWORD"} <= names
    assert {name for name in names if f"`{name}`" not in manual} == set()


@pytest.mark.slow
def test_production_starts_with_composes_environment_and_passes_djangos_deployment_check(
    services: dict[str, Any],
) -> None:
    answer = check_deployment({k: filled(v) for k, v in services["web"]["environment"].items()})
    assert answer.returncode == 0, answer.stderr


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL"])
def test_production_without_a_secret_stops_and_names_it(
    services: dict[str, Any], missing: str
) -> None:
    environment = {k: filled(v) for k, v in services["web"]["environment"].items()}
    del environment[missing]

    answer = check_deployment(environment)

    assert answer.returncode != 0
    assert f"{missing} is not set" in answer.stderr


def check_deployment(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
