"""The sections of the settings: in the menu at their side and in the command palette alike."""

import re
from typing import Any

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

MOST_NODES = 3500  # of the role matrix: four for each of its cells made it slow to open


@pytest.fixture(autouse=True)
def _arabic(manager: Any, sales: Any) -> None:
    for person in (manager, sales):
        person.language = "ar"
        person.save(update_fields=["language"])


def found(client: Any, query: str) -> list[str]:
    """The addresses that the palette offers."""
    answer = client.get(reverse("accounts:search"), {"q": query}, HTTP_HX_REQUEST="true")
    return re.findall(r'role="option"[^>]*href="([^"]+)"', answer.content.decode())


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("الأدوار", "roles"),
        ("ادوار", "roles"),
        ("هيكل", "organisation"),
        ("مفاتيح تكامل", "keys"),
        ("الاجهزه", "sessions"),
        ("الملف الشخصي", "profile"),
    ],
)
def test_the_palette_finds_pages_of_the_settings(client_of, manager, query, name):
    assert reverse(f"accounts:{name}") in found(client_of(manager), query)


def test_the_palette_finds_the_settings_of_other_apps(client_of, manager):
    assert reverse("inventory:warehouses") in found(client_of(manager), "المستودعات")


def test_the_palette_offers_no_section_that_the_role_does_not_open(client_of, sales):
    assert reverse("accounts:roles") not in found(client_of(sales), "الأدوار")
    assert reverse("accounts:profile") in found(client_of(sales), "الملف الشخصي")


def test_the_menu_at_the_side_holds_what_the_role_opens(client_of, manager, sales):
    for person, is_there in ((manager, True), (sales, False)):
        page = client_of(person).get(reverse("accounts:profile")).content.decode()
        menu = page[page.index("أقسام الإعدادات") :]
        assert (reverse("accounts:keys") in menu) is is_there
        assert reverse("accounts:sessions") in menu


def test_the_role_matrix_is_no_heavier_than_its_cells(client_of, manager):
    page = client_of(manager).get(reverse("accounts:roles")).content.decode()
    assert page.count("<i ") + page.count("<i>") == 0
    assert len(re.findall(r"<[a-z]", page)) < MOST_NODES
