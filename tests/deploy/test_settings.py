"""What the address of a service asks for reaches it."""

import runpy
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")


def base(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """The settings under an environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_module("crm_project.settings.base")


def test_what_the_database_url_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgres://u:p@db.example.com/madar?sslmode=verify-full&options=-c%20work_mem=8MB"
    given = base(monkeypatch, DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert given["sslmode"] == "verify-full"
    assert "statement_timeout=15000" in given["options"]
    assert given["options"].endswith("-c work_mem=8MB")


def test_a_plain_database_url_gets_only_our_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    given = base(monkeypatch, DATABASE_URL="postgres://u:p@db.example.com/madar")
    options = given["DATABASES"]["default"]["OPTIONS"]
    assert options == {"options": f"{given['PATIENCE']} {given['PLANS']}"}


@pytest.mark.parametrize(
    ("url", "port", "kind"),
    [
        ("smtp+tls://u:p@mail.example.com:587", 587, "EMAIL_USE_TLS"),
        ("smtp+ssl://u:p@mail.example.com:465", 465, "EMAIL_USE_SSL"),
    ],
)
def test_mail_goes_out_encrypted_as_its_url_says_and_waits_for_nobody_long(
    monkeypatch: pytest.MonkeyPatch, url: str, port: int, kind: str
) -> None:
    given = base(monkeypatch, EMAIL_URL=url)
    assert (given["EMAIL_HOST"], given["EMAIL_PORT"]) == ("mail.example.com", port)
    assert given[kind] is True
    assert 0 < given["EMAIL_TIMEOUT"] <= 10
