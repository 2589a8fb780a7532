"""Categories, tags, archive and the primary contact by API, as on their pages."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from customers.models import Category, Tag
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


def test_categories_and_tags_are_kept_by_who_sets_the_company_up(
    api_of: Any, manager: Any, sales: Any, riyadh: Any
) -> None:
    api: APIClient = api_of(manager)
    made = api.post(f"{V1}customer-categories/", {"name_ar": "ذهبي", "name_en": "Gold"})
    assert made.status_code == 201, made.content
    url = f"{V1}customer-categories/{made.json()['id']}/"
    seen = api.get(url)["ETag"]
    changed = api.patch(url, {"colour": "gold"}, headers={"If-Match": seen})
    assert (changed.json()["colour"], changed.json()["name_en"]) == ("gold", "Gold")
    assert api.patch(url, {"colour": "warn"}, headers={"If-Match": seen}).status_code == 409
    assert api.patch(url, {"colour": "#ff0000"}).status_code == 400
    tag = api.post(f"{V1}customer-tags/", {"name": "vip"}).json()
    assert api.post(f"{V1}customer-tags/", {"name": "VIP"}).json()["code"] == "name_taken"
    renamed = api.patch(f"{V1}customer-tags/{tag['id']}/", {"name": "كبار العملاء"})
    assert renamed.json()["name"] == "كبار العملاء"
    customer = make_customer(
        riyadh, sales, category=Category.objects.get(), tags=(Tag.objects.get(),)
    )
    own: APIClient = api_of(sales)
    for door in ("customer-tags", "customer-categories"):
        assert own.get(f"{V1}{door}/").json()["results"]
        assert own.post(f"{V1}{door}/", {"name": "x"}).status_code == 403
    assert own.delete(url).status_code == 403
    assert api.delete(url).status_code == 204
    assert api.delete(f"{V1}customer-tags/{tag['id']}/").status_code == 204
    row = own.get(f"{V1}customers/{customer.pk}/").json()
    assert (row["category"], row["tags"]) == (None, [])


def test_a_customer_is_archived_and_brought_back(
    api_of: Any, sales: Any, sales_b: Any, riyadh: Any
) -> None:
    customer = make_customer(riyadh, sales)
    api: APIClient = api_of(sales)
    url = f"{V1}customers/{customer.pk}/"
    for _time in range(2):  # twice is once
        archived = api.post(f"{url}archive/")
        assert (archived.status_code, archived.json()["archived_at"] is None) == (200, False)
    assert api.get(f"{V1}customers/").json()["results"] == []
    assert api.post(f"{url}restore/").json()["archived_at"] is None
    assert api_of(sales_b).post(f"{url}archive/").status_code == 404


def test_another_phone_becomes_the_primary_one(api_of: Any, sales: Any, riyadh: Any) -> None:
    customer = make_customer(riyadh, sales, phones=("+966551234567", "+966551234568"))
    api: APIClient = api_of(sales)
    url = f"{V1}customers/{customer.pk}/"
    points = api.get(f"{url}points/").json()["results"]
    (other,) = [point for point in points if not point["is_primary"]]
    assert api.post(f"{url}points/{other['id']}/primary/").json()["is_primary"] is True
    assert api.get(url).json()["phone"] == other["value"]


def test_every_branch_is_named_by_id_with_its_code_beside_it(
    api_of: Any, manager: Any, sales: Any, riyadh: Any, whatsapp: Any, team: Any
) -> None:
    make_customer(riyadh, sales)
    api: APIClient = api_of(manager)
    for resource in ("customers", "users", "teams", "channels", "routing-rules"):
        rows = api.get(f"{V1}{resource}/").json()["results"]
        named = {(row["branch"], row["branch_code"]) for row in rows}
        assert named - {(None, None)} == {(riyadh.pk, "riy")}, resource
    assert api.get(f"{V1}customers/", {"branch": riyadh.pk}).json()["results"]
    assert api.get(f"{V1}users/", {"branch": riyadh.pk}).json()["results"]
