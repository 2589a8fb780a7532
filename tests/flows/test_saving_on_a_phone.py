"""On a phone the button that saves a long form lies above the tab bar, wherever one has scrolled."""

from typing import Any

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IS_ON_TOP = """() => {
    const button = document.querySelector('.page .actbar .btn-primary');
    const box = button.getBoundingClientRect();
    const there = document.elementFromPoint(box.left + box.width / 2, box.bottom - 2);
    return button.contains(there);
}"""


@pytest.mark.parametrize("view", ["role_edit", "branch_new", "product_new", "lead_new"])
def test_the_saving_button_can_be_pressed(
    page_of: Any, manager: Any, sales: Any, site: Any, view: str
) -> None:
    addresses = {
        "role_edit": reverse("accounts:role_edit", args=[sales.role.pk]),
        "branch_new": reverse("accounts:branch_new"),
        "product_new": reverse("inventory:product_new"),
        "lead_new": reverse("leads:new"),
    }
    page = page_of(manager, width=360, height=760)
    page.goto(site.url + addresses[view])

    assert page.evaluate(IS_ON_TOP)
