"""What was done is said on the page that follows, from a plain form and from the side panel."""

import json
from typing import Any

import pytest
from django.urls import reverse

from tests.factories import make_department

pytestmark = pytest.mark.django_db
KEPT = "crm_project.kit.kept_toasts.KeptToastMiddleware"
PROFILE = {"name": "Nora", "name_en": "Nora", "language": "en", "theme": "light"}


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> None:
    if KEPT not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, KEPT]


def toasts(page: str) -> str:
    """What the page shows in its corner."""
    return page[page.index('id="toasts"') : page.index('id="announce"')]


def test_a_saved_form_says_so_on_the_next_page_and_only_there(client_of, sales):
    client = client_of(sales)
    answer = client.post(reverse("accounts:profile"), PROFILE)
    assert answer.status_code == 302
    assert "HX-Trigger" not in answer

    assert "Saved." in toasts(client.get(answer["Location"]).content.decode())
    assert "Saved." not in toasts(client.get(answer["Location"]).content.decode())


def test_an_answer_that_stays_on_its_page_keeps_its_toast(client_of, manager, riyadh):
    client, department = client_of(manager), make_department(riyadh)
    address = reverse("accounts:department_remove", args=[department.pk])

    answer = client.post(address, HTTP_HX_REQUEST="true")

    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "Removed."
    page = client.get(reverse("accounts:organisation")).content.decode()
    assert "Removed." not in toasts(page)
    assert "Removed." in toasts(after_a_plain_form(client, make_department(riyadh)))


def after_a_plain_form(client: Any, department: Any) -> str:
    """The page that follows the removal of a department without scripts."""
    address = reverse("accounts:department_remove", args=[department.pk])
    return client.post(address, follow=True).content.decode()
