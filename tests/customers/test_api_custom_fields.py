"""Fields of the company's own by API, as on the page of the settings."""

from typing import Any

import pytest

from accounts.models import Activity
from customers.models import Customer, CustomField
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
URL = "/api/v1/customer-fields/"
BUILDING = {
    "kind": "choice", "name_ar": "المبنى", "name_en": "Building",
    "choices": [{"ar": "فيلا", "en": "Villa"}, {"ar": "شقة", "en": "Flat"}],
}  # fmt: skip


def test_a_field_is_defined_changed_moved_retired_and_brought_back(
    api_of: Any, manager: Any, sales: Any
) -> None:
    api = api_of(manager)
    once = {"Idempotency-Key": "field-1"}
    made = api.post(URL, BUILDING, headers=once)
    assert made.status_code == 201, made.content
    assert api.post(URL, BUILDING, headers=once).json() == made.json()
    field = made.json()
    assert (field["code"], field["is_filterable"]) == ("building", True)
    assert [one["code"] for one in field["choices"]] == ["villa", "flat"]
    floors = api.post(
        URL, {"kind": "number", "name_ar": "الأدوار", "name_en": "Floors", "lowest": 1}
    )
    assert floors.json()["lowest"] == "1.0000"

    url = f"{URL}{field['id']}/"
    seen = api.get(url)["ETag"]
    longer = [*field["choices"][:1], {"en": "Tower"}]
    changed = api.patch(
        url, {"choices": longer, "help_en": "Of the site"}, headers={"If-Match": seen}
    )
    assert [one["code"] for one in changed.json()["choices"]] == ["villa", "tower"]
    assert (changed.json()["name_ar"], changed.json()["kind"]) == ("المبنى", "choice")
    assert api.patch(url, {"help_en": "x"}, headers={"If-Match": seen}).status_code == 409
    late = api.patch(url, {"help_en": "x", "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "edit_conflict")
    assert api.post(f"{url}move/", {"step": "down"}).json()["position"] == 1
    retired = api.patch(url, {"is_active": False, "name_en": "Site"}).json()
    assert (retired["is_active"], retired["name_en"]) == (False, "Site")
    assert api.patch(url, {"is_active": True}).json()["is_active"] is True
    verbs = {"defined", "changed", "moved", "retired", "restored"}
    assert {f"custom_field.{verb}" for verb in verbs} <= set(
        Activity.objects.values_list("verb", flat=True)
    )
    own = api_of(sales)
    assert own.get(url).status_code == 200
    assert own.patch(url, {"help_en": "x"}).status_code == 403
    assert own.post(URL, BUILDING).status_code == 403


def test_what_the_page_refuses_is_refused_with_the_field_at_fault(
    api_of: Any, manager: Any, riyadh: Any
) -> None:
    api = api_of(manager)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({**BUILDING, "choices": []}, "choices"),
        ({**BUILDING, "choices": [{"en": "Villa"}, {"en": "VILLA"}]}, "choices"),
        ({**BUILDING, "choices": [{"code": "mine", "en": "Villa"}]}, "choices"),
        ({**BUILDING, "choices": [{}]}, "choices"),
        ({**BUILDING, "code": "2nd"}, "code"),
        ({**BUILDING, "kind": "colour"}, "kind"),
        ({**BUILDING, "kind": "number", "lowest": 5, "highest": 1}, "highest"),
        ({**BUILDING, "position": 3}, "position"),
    ]
    for body, name in wrong:
        answer = api.post(URL, body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name]), body
    assert not CustomField.objects.exists()

    made = api.post(URL, BUILDING).json()
    assert api.post(URL, {**BUILDING, "code": "building"}).json()["code"] == "custom_field_exists"
    customer = make_customer(riyadh)
    Customer.objects.filter(pk=customer.pk).update(custom={"building": "villa"})
    url = f"{URL}{made['id']}/"
    assert api.patch(url, {"kind": "text"}).json()["code"] == "custom_field_in_use"
    assert api.patch(url, {"choices": made["choices"][1:]}).json()["code"] == "choice_in_use"
    assert api.patch(url, {"code": "other"}).status_code == 400
