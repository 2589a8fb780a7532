"""The sidebar marks one item: the one that the page belongs to."""

import re
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
MARKED = re.compile(
    r'class="side-link is-active" href="([^"]+)" title="[^"]*"\s+aria-current="page"'
)


def marked(page: str) -> list[str]:
    """The addresses of the marked items; the settings have a menu of their own below."""
    sidebar = page[page.index('<nav class="side-nav"') :]
    return MARKED.findall(sidebar[: sidebar.index("</nav>")])


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("/", "/"),
        ("/settings/", "/settings/"),
        ("/settings/organisation/", "/settings/"),
        ("/roles/", "/settings/"),
        ("/roles/new/", "/settings/"),
        ("/account/", "/settings/"),
        ("/account/sessions/", "/settings/"),
        ("/users/", "/users/"),
        ("/leads/", "/leads/"),
        ("/leads/rules/", "/leads/rules/"),
        ("/leads/forms/", "/leads/forms/"),
        ("/customers/", "/customers/"),
    ],
)
def test_a_page_marks_its_item(client_of: Any, manager: Any, path: str, item: str) -> None:
    page = client_of(manager).get(path)
    assert page.status_code == 200
    assert marked(page.content.decode()) == [item]
