"""Whom the limits of signing in count: one IPv6 network is one caller."""

from typing import Any

from django.test import Client

from accounts.models import LoginAttempt, User, UserSession
from tests.factories import PASSWORD


def sign_in(email: str, address: str, password: str = PASSWORD) -> Any:
    given = {"email": email, "password": password}
    return Client().post("/sign-in/", given, REMOTE_ADDR=address)


def test_twenty_wrong_tries_from_one_ipv6_network_lock_it(sales: User) -> None:
    for number in range(20):
        sign_in(f"somebody{number}@demo.example", f"2001:db8:1:2:{number:x}::1", "wrong")
    assert sign_in(sales.email, "2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(sales.email, "2001:db8:1:3::1").status_code == 302


def test_an_ipv4_address_written_in_ipv6_is_the_same_caller(sales: User) -> None:
    for number in range(20):
        sign_in(f"somebody{number}@demo.example", f"::ffff:192.0.2.{7}", "wrong")
    assert sign_in(sales.email, "192.0.2.7").status_code == 429
    assert sign_in(sales.email, "::ffff:192.0.2.8").status_code == 302


def test_resets_from_one_ipv6_network_are_counted_together(db: None) -> None:
    statuses = [
        Client()
        .post(
            "/password/reset/",
            {"email": f"somebody{number}@demo.example"},
            REMOTE_ADDR=f"2001:db8:1:2:{number:x}::1",
        )
        .status_code
        for number in range(21)
    ]
    assert statuses == [200] * 20 + [429]


def test_a_person_still_sees_the_whole_address_of_a_session(sales: User) -> None:
    sign_in(sales.email, "2001:db8:1:2:aaaa::1")
    assert UserSession.objects.get(user=sales).ip == "2001:db8:1:2:aaaa::1"
    assert LoginAttempt.objects.latest("pk").ip == "2001:db8:1:2::"
